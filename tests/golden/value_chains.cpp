// SPDX-License-Identifier: BSL-1.0

/// \file
/// Golden cases of chains that work on one value at a time.

#include "cases.hpp"

namespace golden {

namespace {

using namespace smelt;

/// One read although a fill stands behind a fitted line, and a clip behind that.
auto carried() {
  return standardize() | clean(fill::constant(0.25)) | normalize(max_abs) | clip(-0.5, 0.75) |
         normalize(min_max{0, 1});
}
static_assert(plan_of<decltype(carried())>.fit_passes == 1);
oracle::chain carried_oracle() {
  oracle::chain c;
  c.then(oracle::standardize()).then(oracle::fill_constant(0.25)).then(oracle::max_abs());
  c.then(oracle::clip(-0.5, 0.75)).then(oracle::min_max(0, 1));
  return c;
}

/// Two reads, and statistics of the table as a whole.
auto twice() {
  return clean(fill::constant(3)) | standardize() | clip(-2, 2) | standardize(over::table, ddof{1});
}
static_assert(plan_of<decltype(twice())>.fit_passes == 2);
oracle::chain twice_oracle() {
  oracle::chain c;
  c.then(oracle::fill_constant(3)).then(oracle::standardize()).then(oracle::clip(-2, 2));
  c.then(oracle::standardize(1, true, true, true));
  return c;
}

}  // namespace

void add_value_chains(catalogue& to) {
  add<double, double, true>(to, "carried", carried(), carried_oracle, shapes(2, 0));
  add<std::int32_t, double>(to, "carried", carried(), carried_oracle, shapes(3, 1));
  add<float, double>(to, "twice", twice(), twice_oracle, shapes(2, 1));
}

}  // namespace golden
