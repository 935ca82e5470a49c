// SPDX-License-Identifier: BSL-1.0
/// \file
/// Row norms: L1, L2, largest; rows of zeros, missing values, sizes that float sums cannot hold.

#include <smelt/stages/row_norm.hpp>

#include <support/on_both.hpp>

#include <cmath>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the example") {
  // [row_norm example]
  table<double> arrow(1, 2);
  arrow(0, 0) = 3.0;
  arrow(0, 1) = -4.0;
  auto unit = fit_transform(on::seq, normalize(l2), arrow);  // 0.6, -0.8
  // [row_norm example]
  CHECK(difference(unit, {{0.6, -0.8}}) == "");
}

TEST_CASE("three lengths") {
  const auto x = rows({{3, -4, 0}, {-1, 2, -2}, {0.25, 0, 0}});
  CHECK(difference(both(normalize(l2), x),
                   {{3.0 / 5, -4.0 / 5, 0}, {-1.0 / 3, 2.0 / 3, -2.0 / 3}, {1, 0, 0}}) == "");
  CHECK(difference(both(normalize(l1), x),
                   {{3.0 / 7, -4.0 / 7, 0}, {-1.0 / 5, 2.0 / 5, -2.0 / 5}, {1, 0, 0}}) == "");
  CHECK(difference(both(normalize(largest), x), {{0.75, -1, 0}, {-0.5, 1, -1}, {1, 0, 0}}) == "");
}

TEST_CASE("a row of zeros stays as it is, signs too") {
  const auto x = rows({{0.0, -0.0}, {0, 2}});
  CHECK(difference(both(normalize(l1), x), {{0.0, -0.0}, {0, 1}}) == "");
  CHECK(difference(both(normalize(l2), x), {{0.0, -0.0}, {0, 1}}) == "");
  CHECK(difference(both(normalize(largest), x), {{0.0, -0.0}, {0, 1}}) == "");
}

TEST_CASE("missing values are left out of the length and kept in the row") {
  const auto x = rows({{3, gone, 4}, {gone, gone, gone}, {gone, -0.0, 0.0}});
  CHECK(difference(both(normalize(l2), x),
                   {{3.0 / 5, gone, 4.0 / 5}, {gone, gone, gone}, {gone, -0.0, 0.0}}) == "");
  CHECK(difference(both(normalize(largest), x),
                   {{0.75, gone, 1}, {gone, gone, gone}, {gone, -0.0, 0.0}}) == "");
}

TEST_CASE("float rows near 1e30 and 1e-30: their squares fit the double they are summed in") {
  const auto x = rows<float>({{3e30f, 4e30f}, {3e-30f, 4e-30f}});
  const auto y = both(normalize(l2), x);
  for (smelt::index r = 0; r < 2; ++r) {
    CHECK(y(r, 0) == doctest::Approx(0.6f));
    CHECK(y(r, 1) == doctest::Approx(0.8f));
  }
}

TEST_CASE("the formula, on noise") {
  const auto x = noise(70, 13, 9);
  const auto y = both(normalize(l2), x);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < 70; ++r) {
    long double square = 0;
    for (smelt::index c = 0; c < 13; ++c)
      if (!missing(x(r, c))) square += static_cast<long double>(x(r, c)) * x(r, c);
    const auto norm = static_cast<double>(std::sqrt(square));
    for (smelt::index c = 0; c < 13; ++c)
      wrong += missing(x(r, c)) ? !same_bits(y(r, c), gone)
                                : !(std::abs(y(r, c) - x(r, c) / norm) <= 4e-16 * std::abs(y(r, c)));
  }
  CHECK(wrong == 0);
}

TEST_CASE("the order of a sum is that of a halving tree, whatever the width") {
  // 2^53 + 1 is lost, 1 + 1 is not: with 4 columns the tree adds 0 to 2 and 1 to 3 first.
  const double big = 0x1p53;
  const auto x = rows({{big, 1, -0.0, 1}});
  CHECK(both(normalize(l1), x)(0, 0) == big / (big + 2));
  const auto y = rows({{big, 1, 1, -0.0}});  // here 1 meets 2^53
  CHECK(both(normalize(l1), y)(0, 0) == 1.0);
}

TEST_CASE("at: the length of some columns, which alone are divided") {
  const auto x = rows({{3, 100, 4, -0.0}, {0, gone, 0, 7}});
  CHECK(difference(both(at(columns{0, 2}, normalize(l2)), x),
                   {{3.0 / 5, 100, 4.0 / 5, -0.0}, {0, gone, 0, 7}}) == "");
}

TEST_CASE("columns that have left have no part in the length") {
  CHECK(difference(both(drop::columns(columns{0}) | normalize(l1), rows({{100, 1, 3}})),
                   {{0.25, 0.75}}) == "");
  const auto f = fitted_on_both(drop::constant_columns | normalize(l1), rows({{9, 1, 3}, {9, 2, 6}}));
  CHECK(difference(transformed_on_both(f, rows({{5, 1, 3}})), {{0.25, 0.75}}) == "");
}

TEST_CASE("nothing to learn, and no pass of its own") {
  static_assert(plan_of<row_norm_t<norm_l2>>.fit_passes == 0);
  static_assert(plan_of<decltype(standardize() | normalize(l2))>.kernels == 1);
  CHECK(normalize(l2).text() == "normalize(l2)");
}

TEST_CASE("after fitted numbers the row is that of the numbers") {
  const auto x = noise(50, 4, 0);
  const auto centred = both(standardize(), x);
  const auto y = both(standardize() | normalize(largest), x);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < 50; ++r) {
    double most = 0.0;
    for (smelt::index c = 0; c < 4; ++c) most = std::max(most, std::abs(centred(r, c)));
    for (smelt::index c = 0; c < 4; ++c) wrong += y(r, c) != centred(r, c) / most;
  }
  CHECK(wrong == 0);
}
