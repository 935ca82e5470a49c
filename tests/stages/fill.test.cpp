// SPDX-License-Identifier: BSL-1.0
/// \file
/// Fill: the mean of the present values, one constant, one constant a column.

#include <smelt/stages/fill.hpp>

#include <support/on_both.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the example") {
  // [fill example]
  table<double> ages(4, 1);
  ages(0, 0) = 20.0;
  ages(1, 0) = missing_value<double>;
  ages(2, 0) = 40.0;
  ages(3, 0) = missing_value<double>;
  auto filled = fit_transform(on::seq, clean(fill::mean), ages);  // 20, 30, 40, 30
  // [fill example]
  CHECK(difference(filled, {{20}, {30}, {40}, {30}}) == "");
}

TEST_CASE("fill::mean: the mean of the present values, and every other bit as it was") {
  const auto x = rows({{1, gone, 1e300}, {gone, 4, -0.0}, {3, -0.0, gone}, {gone, 2, 5e-324}});
  const auto f = fitted_on_both(fill::mean, x);
  CHECK(f.number(0, 0, 0) == 2.0);
  CHECK(f.number(0, 0, 1) == 2.0);
  CHECK(f.number(0, 0, 2) == 1e300 / 3.0);
  const auto y = transformed_on_both(f, x);
  CHECK(difference(y, {{1, 2, 1e300}, {2, 4, -0.0}, {3, -0.0, 1e300 / 3.0}, {2, 2, 5e-324}}) == "");
}

TEST_CASE("fill::mean of noise: the loop that anyone would write") {
  const auto x = noise(301, 5, 6);
  const auto f = fitted_on_both(fill::mean, x);
  const auto y = transformed_on_both(f, x);
  for (smelt::index c = 0; c < 5; ++c) {
    long double sum = 0;
    long double n = 0;
    for (smelt::index r = 0; r < 301; ++r)
      if (!missing(x(r, c))) sum += x(r, c), n += 1;
    const double mean = f.number(0, 0, c);
    CHECK(mean == doctest::Approx(static_cast<double>(sum / n)).epsilon(1e-15));
    smelt::index wrong = 0;
    for (smelt::index r = 0; r < 301; ++r)
      wrong += !same_bits(y(r, c), missing(x(r, c)) ? mean : x(r, c));
    CHECK(wrong == 0);
  }
}

TEST_CASE("a later table is filled with the numbers of the fit") {
  const auto f = fitted_on_both(fill::mean, rows({{1, 10}, {3, 30}}));
  CHECK(difference(transformed_on_both(f, rows({{gone, gone}, {7, gone}})), {{2, 20}, {7, 20}}) ==
        "");
}

TEST_CASE("float data: the mean is a double, rounded once") {
  const auto x = one_column<float>({0.1f, gone, 0.2f, 0.7f});
  const auto y = both(fill::mean, x);
  static_assert(std::is_same_v<decltype(y)::value_type, float>);
  const double mean = (double{0.1f} + double{0.2f} + double{0.7f}) / 3.0;
  CHECK(y(1, 0) == static_cast<float>(mean));
  CHECK(y(0, 0) == 0.1f);
}

TEST_CASE("integers have nothing missing: a fill hands them on as doubles") {
  const auto x = rows<std::uint8_t>({{0, 255}, {7, 128}});
  const auto y = both(fill::mean, x);
  static_assert(std::is_same_v<decltype(y)::value_type, double>);
  CHECK(difference(y, {{0, 255}, {7, 128}}) == "");
}

TEST_CASE("a column without a value: fill::mean names it, given constants fill it") {
  const auto x = rows({{1, gone}, {2, gone}}, {"mass", "length"});
  CHECK_THROWS_WITH_AS(fit(on::seq, fill::mean, x),
                       "fill::mean: column 1 ('length') has no value to take a mean of",
                       value_error);
  CHECK_THROWS_AS(fit(on::eigen, fill::mean, x), value_error);
  CHECK(difference(both(fill::constant(-1), x), {{1, -1}, {2, -1}}) == "");
}

TEST_CASE("fill::each: one number a column, a missing one leaves its column as it is") {
  const auto x = rows({{gone, gone, gone}, {1, 2, -0.0}});
  CHECK(difference(both(fill::each({5, gone, -0.0}), x), {{5, gone, -0.0}, {1, 2, -0.0}}) == "");
  CHECK_THROWS_WITH_AS(fit(on::seq, fill::each({5}), x),
                       "fill::each was given 1 numbers for 3 columns", shape_error);
}

TEST_CASE("fills one after another: the first that has a number fills") {
  const auto x = rows({{gone, 1}, {gone, 3}, {gone, gone}});
  CHECK(difference(both(fill::each({gone, 9}) | fill::constant(4) | fill::mean, x),
                   {{4, 1}, {4, 3}, {4, 9}}) == "");
  CHECK(plan_of<decltype(fill::mean | fill::constant(0) | fill::mean)>.fit_passes == 1);
}

TEST_CASE("one value is a mean; what fills is none that is missing") {
  CHECK(difference(both(fill::mean, rows({{gone}, {5}, {gone}})), {{5}, {5}, {5}}) == "");
  CHECK_THROWS_WITH_AS(fill::constant(gone), "fill::constant: the number is missing itself",
                       value_error);
}

TEST_CASE("any NaN is missing, whatever its sign and payload") {
  const auto odd = std::bit_cast<double>(std::uint64_t{0xfff0000000000123u});
  CHECK(difference(both(fill::constant(3), rows({{odd, 1}})), {{3, 1}}) == "");
}

TEST_CASE("stages say their names") {
  CHECK(fill_mean_t{}.text() == "fill::mean");
  CHECK(fill::constant(0.5).text() == "fill::constant(0.5)");
  CHECK(fill::each({1, 2}).text() == "fill::each(2 numbers)");
}
