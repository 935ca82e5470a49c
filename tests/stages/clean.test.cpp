// SPDX-License-Identifier: BSL-1.0
/// \file
/// Clean: rules joined from left to right, nothing more and nothing less than the chain of them.

#include <smelt/stages/clean.hpp>

#include <support/on_both.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the example") {
  // [clean example]
  table<double> raw(4, 2);
  raw(0, 0) = 1.0, raw(0, 1) = -1.0;
  raw(1, 0) = -1.0, raw(1, 1) = -1.0;
  raw(2, 0) = 3.0, raw(2, 1) = 8.0;
  raw(3, 0) = -1.0, raw(3, 1) = 4.0;
  auto useful = fit_transform(on::seq, clean(sentinel(-1), drop::all, fill::mean), raw);
  // rows 0, 2 and 3: {1, 6}, {3, 8}, {2, 4}
  // [clean example]
  CHECK(difference(useful, {{1, 6}, {3, 8}, {2, 4}}) == "");
}

TEST_CASE("it is the chain of its rules, in their order") {
  static_assert(std::is_same_v<decltype(clean(drop::any, fill::mean)), decltype(drop::any | fill::mean)>);
  static_assert(std::is_same_v<decltype(clean(fill::mean)), chain<fill_mean_t>>);
  static_assert(std::is_same_v<decltype(clean(fill::mean | clip(0, 1), drop::all)),
                               chain<fill_mean_t, clip_t, drop_all_t>>);
  const auto x = rows({{gone, 12}, {4, 2}, {2, gone}});
  CHECK(difference(both(clean(fill::mean, drop::any), x), {{3, 12}, {4, 2}, {2, 7}}) == "");
  CHECK(difference(both(clean(drop::any, fill::mean), x), {{4, 2}}) == "");
}

TEST_CASE("its values are those of the rules") {
  const auto chain = clean(clip(-1, 5), fill::constant(9), drop::outside(0, 10));
  CHECK(chain.get<0>().high == 5.0);
  CHECK(chain.get<1>().constant == 9.0);
  CHECK(difference(both(chain, rows({{7, gone}, {-2, 1}, {3, 4}})), {{5, 9}, {3, 4}}) == "");
}

TEST_CASE("cleaning that an analysis begins with: one read, whatever is named") {
  const auto chain = clean(sentinel(-999), infinity::missing, drop::all, drop::missing_columns,
                           fill::mean) |
                     standardize();
  static_assert(plan_of<decltype(chain)>.fit_passes == 1);
  const auto x = rows({{1, gone, -999}, {-999, gone, endless}, {3, gone, 6}, {5, -999, 2}});
  const auto f = fitted_on_both(chain, x);
  CHECK(f.rows() == 3);  // row 1 holds nothing
  CHECK(f.kept_columns() == std::vector<smelt::index>{0, 2});
  CHECK(f.number(4, 0, 0) == 3.0);
  CHECK(f.number(4, 0, 2) == 4.0);
  const auto y = transformed_on_both(f, x);
  REQUIRE(y.rows() == 3);
  CHECK(y(1, 0) == 0.0);
  CHECK(y(0, 1) == 0.0);
}
