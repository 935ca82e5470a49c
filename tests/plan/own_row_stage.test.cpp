// SPDX-License-Identifier: BSL-1.0
/// \file
/// The same as plan/own_stage.test.cpp for stages that look across rows or drop them.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/one_by_one.hpp>
#include <support/own_stages.hpp>

#include <cmath>

using namespace smelt;
using smelt_test::check_one_by_one;
using smelt_test::drop_far;
using smelt_test::share_of_row;

namespace {

constexpr auto scaled = min_max_t{{1, 2}};

template <class Chain>
constexpr int passes(const Chain&) {
  return plan_of<Chain>.fit_passes;
}

// A look across the row, and fitted bounds that drop rows.
static_assert(passes(share_of_row{} | standardize()) == 1);
static_assert(passes(scaled | share_of_row{} | standardize()) == 2);
static_assert(passes(drop_far{2} | standardize()) == 2);
static_assert(passes(drop_far{2}) == 1);
static_assert(plan_of<decltype(drop_far{2} | standardize())>.drops_rows);

}  // namespace

TEST_CASE("a look across the row") {
  check_one_by_one(scaled | share_of_row{} | standardize());
  const auto y =
      fit_transform(on::eigen, share_of_row{}, smelt_test::rows({{1, 3}, {smelt_test::gone, 5}}));
  CHECK(y(0, 0) == 0.25);
  CHECK(y(0, 1) == 0.75);
  CHECK(std::isnan(y(1, 0)));
  CHECK(y(1, 1) == 1.0);
}

TEST_CASE("fitted bounds that drop rows") {
  check_one_by_one(drop_far{1.6} | standardize());
  const auto y = fit_transform(on::eigen, drop_far{1.5}, smelt_test::one_column({1, 2, 3, 2, 100}));
  CHECK(y.rows() == 4);
}
