// SPDX-License-Identifier: BSL-1.0

/// \file
/// Golden cases of chains in which rows and columns leave, rows are drawn, and rows are scaled by
/// their length.

#include "cases.hpp"

namespace golden {

namespace {

using namespace smelt;

/// Rows drop by three rules, then each row is divided by its length.
auto dropped() {
  return clean(sentinel(-99), drop::any, drop::outside(-1e6, 9e6)) | standardize(ddof{1}) |
         normalize(l2);
}
oracle::chain dropped_oracle() {
  oracle::chain c;
  c.then(oracle::sentinel(-99)).then(oracle::drop_rows(true, -1e6, 9e6));
  c.then(oracle::standardize(1)).then(oracle::row_norm(2));
  return c;
}

/// Rows drawn before the fit: through a mask, or, when they are few, one by one.
auto taken(smelt::index rows) {
  return sample(take{rows, seed{5}}) | at(columns{0}, clean(fill::constant(-1))) |
         standardize(centre::no) | normalize(l1);
}
oracle::chain taken_oracle() {
  oracle::chain c;
  c.then(oracle::fill_constant(-1, 1))
      .then(oracle::standardize(0, false))
      .then(oracle::row_norm(1));
  return c;
}

/// Columns leave after the fit has seen them.
auto narrowed() {
  return clean(infinity::missing, drop::constant_columns) | normalize(max_abs) | normalize(largest);
}
oracle::chain narrowed_oracle() {
  oracle::chain c;
  c.then(oracle::infinity_missing()).then(oracle::drop_constant_columns());
  c.then(oracle::max_abs()).then(oracle::row_norm(0));
  return c;
}

}  // namespace

void add_row_chains(catalogue& to) {
  add<double, double, true>(to, "dropped", dropped(), dropped_oracle, shapes(2, 0),
                            {.sentinels = true});
  add<std::int32_t, float>(to, "dropped", dropped(), dropped_oracle, shapes(3, 1),
                           {.sentinels = true});

  add<float, double>(to, "taken 40", taken(40), taken_oracle, shapes_from(1000, 3, 0),
                     {.lost_column = true});
  add<float, double>(to, "taken 290", taken(290), taken_oracle, shapes_from(1000, 3, 1),
                     {.lost_column = true});
  add<std::uint8_t, float>(to, "taken 299", taken(299), taken_oracle, shapes_from(1000, 3, 2));

  add<double, float>(to, "narrowed", narrowed(), narrowed_oracle, shapes_from(7, 2, 0),
                     {.infinities = true});
}

}  // namespace golden
