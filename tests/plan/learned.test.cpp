// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a chain has learned: where its numbers are, what makes two the same, and what a column that
/// has left is given.

#include <smelt/plan/learned.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <string>
#include <vector>

using namespace smelt;
using smelt_test::gone;

TEST_CASE("numbers by stage, number and column") {
  const auto x = smelt_test::rows({{1, 10}, {3, 30}, {gone, 20}});
  const auto f = fit(on::seq, clean(fill::mean) | standardize() | normalize(min_max{-1, 1}), x);
  const auto& learned = f.learned();
  CHECK(learned.cols == 2);
  CHECK(learned.cols_out() == 2);
  CHECK(learned.pitch() == 8);
  CHECK(learned.rows == 3);
  CHECK(learned.numbers.size() == 7 * 8);
  CHECK(learned.at(0, 0)[0] == 2.0);
  CHECK(learned.at(0, 0)[1] == 20.0);
  // The run from the source: -1 at the minimum, a slope of 2 over the range.
  CHECK(learned.line(2, 0) == affine{1.0, 1.0, -1.0});
  CHECK(learned.line(2, 1) == affine{10.0, 0.1, -1.0});
  const auto steps = learned.map_program();
  CHECK(steps.numbers == learned.numbers.data());
}

TEST_CASE("equal means equal bits, names and columns out") {
  const auto x = smelt_test::rows({{1, gone}, {3, gone}});
  const auto f = fit(on::seq, standardize(), x);
  CHECK(missing(f.number(0, 0, 0)) == false);
  CHECK(missing(f.number(0, 1, 1)));
  CHECK(f == fit(on::seq, standardize(), x));
  CHECK(!(f == fit(on::seq, standardize(), smelt_test::rows({{1, gone}, {3.5, gone}}))));
  CHECK(!(f == fit(on::seq, standardize(), smelt_test::rows({{1, gone}, {3, gone}}, {"a", "b"}))));
  CHECK(!(f == fit(on::seq, standardize(), smelt_test::rows({{1}, {3}}))));
  const auto narrow = smelt_test::rows({{1, 4}, {3, 4}});
  CHECK(fit(on::seq, drop::columns(columns{0}), narrow) ==
        fit(on::seq, drop::columns(columns{0}), narrow));
  CHECK(!(fit(on::seq, drop::columns(columns{0}), narrow) ==
          fit(on::seq, drop::columns(columns{1}), narrow)));
}

TEST_CASE("a rule for infinities holds for what stands behind it, and in the columns it covers") {
  const auto endless = smelt_test::endless;
  const auto finite = smelt_test::rows({{1, 4}, {2, 6}, {4, 8}});
  const auto x = smelt_test::rows({{endless, 4}, {2, 6}, {4, 8}});
  // A fit measures before the rule, or behind it; a transform measures nothing.
  CHECK_THROWS_AS(fit(on::seq, standardize() | infinity::missing, x), value_error);
  CHECK(fit(on::seq, infinity::missing | standardize(), x).number(1, 0, 0) == 3.0);
  const auto late = fit(on::seq, standardize() | infinity::missing, finite);
  CHECK(missing(transform(on::seq, late, x)(0, 0)));
  // Other columns may be measured, and what measures nothing may stand before it.
  CHECK(fit(on::seq, at(columns{1}, standardize()) | infinity::missing, x).number(0, 0, 1) == 6.0);
  CHECK(transform(on::seq, fit(on::seq, clip(0, 3) | infinity::keep, x), x)(0, 0) == 3.0);
  // A row norm takes its row as it is.
  const auto norm = fit(on::seq, normalize(l1) | infinity::missing, finite);
  CHECK_THROWS_AS(transform(on::seq, norm, x), value_error);
  // A column that leaves takes its infinities along, unless it has been measured.
  CHECK(fit(on::seq, drop::columns(columns{0}) | standardize(), x).number(1, 0, 1) == 6.0);
  CHECK_THROWS_AS(fit(on::seq, standardize() | drop::columns(columns{0}), x), value_error);
}

TEST_CASE("a column that has left cannot fail what stands behind") {
  SUBCASE("nothing to take a mean of") {
    const auto x = smelt_test::rows({{1, gone, 5}, {gone, gone, 7}});
    const auto f = fit(on::seq, clean(drop::missing_columns, fill::mean), x);
    CHECK(f.kept_columns() == std::vector<smelt::index>{0, 2});
    const auto y = transform(on::seq, f, x);
    CHECK(y(1, 0) == 1.0);
    CHECK(y(1, 1) == 7.0);
    CHECK_THROWS_AS(fit(on::seq, clean(fill::mean, drop::missing_columns), x), value_error);
  }
  SUBCASE("no deviation") {
    const auto x = smelt_test::rows({{1, 4}, {2, 4}});
    const auto f = fit(on::seq, drop::constant_columns | standardize(zero::error), x);
    CHECK(f.cols_out() == 1);
    CHECK(f.learned().line(1, 1) == affine{});
    CHECK_THROWS_AS(fit(on::seq, standardize(zero::error) | drop::constant_columns, x),
                    value_error);
  }
  SUBCASE("and its zero rule is not reported") {
    const auto x = smelt_test::rows({{1, 4}, {2, 4}});
    CHECK(fit(on::seq, drop::columns(columns{1}) | standardize(), x).fired(1).empty());
    CHECK(fit(on::seq, standardize(), x).fired(0) == std::vector<smelt::index>{1});
  }
}
