// SPDX-License-Identifier: BSL-1.0
/// \file
/// Normalize: to a range and by the largest magnitude; scikit-learn's edge cases.

#include <smelt/stages/normalize.hpp>

#include <support/on_both.hpp>
#include <support/own_stages.hpp>

#include <cmath>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the example") {
  // [normalize example]
  table<double> grey(1, 1);
  grey(0, 0) = 128.0;
  table<double> black_to_white(2, 1);
  black_to_white(0, 0) = 0.0;
  black_to_white(1, 0) = 256.0;
  auto fitted = fit(on::seq, normalize(min_max{-1, 1}), black_to_white);
  auto middle = transform(on::seq, fitted, grey);  // 0
  // [normalize example]
  CHECK(middle(0, 0) == 0.0);
}

TEST_CASE("min_max: the formula, on noise; the low end is met exactly") {
  const auto x = noise(401, 5, 7);
  const double low = -1.5;
  const double high = 2.25;
  const auto f = fitted_on_both(normalize(min_max{low, high}), x);
  const auto y = transformed_on_both(f, x);
  for (smelt::index c = 0; c < 5; ++c) {
    double least = endless;
    double most = -endless;
    for (smelt::index r = 0; r < 401; ++r)
      if (!missing(x(r, c))) least = std::min(least, x(r, c)), most = std::max(most, x(r, c));
    smelt::index wrong = 0;
    double first = endless;
    double last = -endless;
    for (smelt::index r = 0; r < 401; ++r) {
      if (missing(x(r, c))) {
        wrong += !same_bits(y(r, c), gone);
        continue;
      }
      const double slope = (high - low) / (most - least);
      wrong += y(r, c) != add(product(x(r, c) - least, slope), low);
      first = std::min(first, y(r, c));
      last = std::max(last, y(r, c));
    }
    CHECK(wrong == 0);
    CHECK(first == low);
    CHECK(last == doctest::Approx(high).epsilon(1e-15));
  }
}

TEST_CASE("min_max: after other lines the low end is exact still, also after a falling one") {
  auto least_of = [](const table<double>& y, smelt::index c) {
    double least = endless;
    for (smelt::index r = 0; r < y.rows(); ++r)
      if (!missing(y(r, c))) least = std::min(least, y(r, c));
    return least;
  };
  const auto x = noise(303, 3, 7);
  const auto rising = both(standardize() | normalize(min_max{-1, 1}), x);
  const auto falling = both(given_line{-3, 0.1} | normalize(min_max{-1, 1}), x);
  for (smelt::index c = 0; c < 3; ++c) {
    CHECK(least_of(rising, c) == -1.0);
    CHECK(least_of(falling, c) == -1.0);
  }
  smelt::index most = 0;
  for (smelt::index r = 0; r < 303; ++r)
    if (!missing(x(r, 0)) && !(x(r, 0) <= x(most, 0))) most = r;
  CHECK(falling(most, 0) == -1.0);
}

TEST_CASE("min_max: a constant column has scale 1 and lies on the low end") {
  const auto x = rows({{7, 1}, {7, 3}}, {"depth", "width"});
  const auto f = fitted_on_both(normalize(min_max{}), x);
  CHECK(f.fired(0) == std::vector<smelt::index>{0});
  CHECK(difference(transformed_on_both(f, x), {{0, 0}, {0, 1}}) == "");
  CHECK(transform(on::seq, f, rows({{8, 2}}))(0, 0) == 1.0);
  CHECK(difference(both(normalize(min_max{-1, 3}), x), {{-1, -1}, {-1, 3}}) == "");
  CHECK(difference(both(normalize(min_max{-1, 3, zero::midpoint}), x), {{1, -1}, {1, 3}}) == "");
  CHECK(difference(both(normalize(min_max{-1, 3, zero::nan}), x), {{gone, -1}, {gone, 3}}) == "");
  CHECK_THROWS_WITH_AS(fit(on::seq, normalize(min_max{0, 1, zero::error}), x),
                       "normalize(min_max): column 0 ('depth') has range 0", value_error);
}

TEST_CASE("min_max: one row, nothing but missing values, both zeros") {
  CHECK(difference(both(normalize(min_max{2, 3}), rows({{3, -0.0, 1e300}})), {{2, 2, 2}}) == "");
  const auto f = fitted_on_both(normalize(min_max{0, 1, zero::error}), rows({{gone, 1}, {gone, 3}}));
  CHECK(difference(transformed_on_both(f, rows({{5, 2}})), {{gone, 0.5}}) == "");
  CHECK(same_bits(f.number(0, 0, 0), 0.0));
  CHECK(same_bits(f.number(0, 2, 0), -0.0));
  CHECK(fitted_on_both(normalize(min_max{}), one_column({0.0, -0.0})).fired(0).size() == 1);
}

TEST_CASE("min_max: small is not constant; a scale of 1 is one of the values at hand") {
  CHECK(difference(both(normalize(min_max{}), one_column({0, 0x1p-60})), {{0}, {1}}) == "");
  const auto f = fitted_on_both(given_line{-4, 1} | normalize(min_max{}), one_column({7, 7}));
  CHECK(f.fired(1).size() == 1);
  CHECK(difference(transformed_on_both(f, rows({{6.75}})), {{1}}) == "");
  const auto g = fitted_on_both(normalize(max_abs) | normalize(min_max{}), one_column({8, 8}));
  CHECK(difference(transformed_on_both(g, rows({{9}})), {{0.125}}) == "");  // 1.125 beyond 1
}

TEST_CASE("min_max: later values lie beyond the range, unless clipped; NaN stays") {
  const auto seen = rows({{0}, {10}});
  const auto later = rows({{-5}, {5}, {20}, {gone}});
  const auto wide = fitted_on_both(normalize(min_max{0, 1}), seen);
  CHECK(difference(transformed_on_both(wide, later), {{-0.5}, {0.5}, {2}, {gone}}) == "");
  const auto bounded = fitted_on_both(normalize(min_max{0, 1}, clipped), seen);
  CHECK(difference(transformed_on_both(bounded, later), {{0}, {0.5}, {1}, {gone}}) == "");
}

TEST_CASE("min_max: low must be smaller than high") {
  CHECK_THROWS_WITH_AS(normalize(min_max{1, 1}),
                       "normalize(min_max{1, 1}): low must be smaller than high", value_error);
  CHECK_THROWS_WITH_AS(normalize(min_max{2, 1}),
                       "normalize(min_max{2, 1}): low must be smaller than high", value_error);
  CHECK_THROWS_AS(normalize(min_max{gone, 1}), value_error);
  CHECK(normalize(min_max{-1, 2}).text() == "normalize(min_max{-1, 2})");
  CHECK(normalize(max_abs).text() == "normalize(max_abs)");
}

TEST_CASE("max_abs: divided by the largest magnitude; zeros stay, signs too") {
  const auto x = rows({{-8, 0.0, 2, 3, gone}, {4, -0.0, 1, 3, gone}, {gone, 0.0, -0.5, 3, gone}});
  const auto f = fitted_on_both(normalize(max_abs), x);
  CHECK(f.fired(0) == std::vector<smelt::index>{1});
  CHECK(same_bits(f.number(0, 0, 4), 0.0));
  CHECK(same_bits(f.number(0, 2, 4), -0.0));
  CHECK(difference(transformed_on_both(f, x), {{-1, 0.0, 1, 1, gone},
                                               {0.5, -0.0, 0.5, 1, gone},
                                               {gone, 0.0, -0.25, 1, gone}}) == "");
  CHECK(difference(both(normalize(max_abs), rows({{-3, 0x1p-1000}})), {{-1, 1}}) == "");  // one row
  CHECK(difference(both(normalize(max_abs_t{zero::nan}), rows({{0, 2}})), {{gone, 1}}) == "");
  CHECK_THROWS_WITH_AS(fit(on::seq, normalize(max_abs_t{zero::error}), rows({{0, 2}})),
                       "normalize(max_abs): column 0 holds nothing but 0", value_error);
}

TEST_CASE("max_abs: the formula, on noise") {
  const auto x = noise(307, 3, 7);
  const auto y = both(normalize(max_abs), x);
  for (smelt::index c = 0; c < 3; ++c) {
    double most = 0.0;
    for (smelt::index r = 0; r < 307; ++r)
      if (!missing(x(r, c))) most = std::max(most, std::abs(x(r, c)));
    smelt::index wrong = 0;
    for (smelt::index r = 0; r < 307; ++r)
      if (!missing(x(r, c))) wrong += y(r, c) != x(r, c) * (1.0 / most);
    CHECK(wrong == 0);
  }
}

TEST_CASE("whole numbers") {
  const auto x = rows<std::uint8_t>({{0, 7}, {255, 7}, {51, 7}});
  const auto y = both(normalize(min_max{}), x);
  CHECK(y(1, 0) == doctest::Approx(1.0).epsilon(1e-15));
  CHECK(y(2, 0) == doctest::Approx(0.2).epsilon(1e-15));
  CHECK(y(2, 1) == 0.0);
}
