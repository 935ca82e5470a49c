// SPDX-License-Identifier: BSL-1.0
/// \file
/// Standardize: scikit-learn's edge cases, options, and the formula.

#include <smelt/stages/standardize.hpp>

#include <support/on_both.hpp>
#include <support/own_stages.hpp>

#include <cmath>

using namespace smelt;
using namespace smelt_test;

namespace {

struct summary_of {
  long double n = 0, mean = 0, m2 = 0;
  template <class View>
  summary_of(const View& x, smelt::index c) {
    auto each = [&](auto&& f) {
      for (smelt::index r = 0; r < x.rows(); ++r)
        if (const auto value = static_cast<double>(x(r, c)); !missing(value)) f(value);
    };
    each([&](double value) { mean += value, n += 1; });
    mean /= n;
    each([&](double value) { m2 += (value - mean) * (value - mean); });
  }
};

/// y = (x - centre) * slope + offset, each step rounded.
double line(double x, double centre, double slope, double offset) {
  return add(product(subtract(x, centre), slope), offset);
}

}  // namespace

TEST_CASE("the example") {
  // [standardize example]
  table<double> heights(4, 1);
  heights(0, 0) = 1.0;
  heights(1, 0) = 3.0;
  heights(2, 0) = 5.0;
  heights(3, 0) = 7.0;
  auto scores = fit_transform(on::seq, standardize(ddof{0}), heights);  // mean 4, deviation sqrt(5)
  // [standardize example]
  CHECK(scores(0, 0) == doctest::Approx(-3.0 / std::sqrt(5.0)).epsilon(1e-15));
  CHECK(scores(2, 0) == -scores(1, 0));
}

TEST_CASE("two points that scikit-learn documents") {
  const auto f = fitted_on_both(standardize(), rows({{0, 0}, {0, 0}, {1, 1}, {1, 1}}));
  CHECK(difference(transformed_on_both(f, rows({{0, 1}, {2, 2}})), {{-1, 1}, {3, 3}}) == "");
}

TEST_CASE("the formula, on noise with missing values; every ddof") {
  const auto x = noise(507, 5, 8);
  for (int freedom : {0, 1, 2}) {
    const auto f = fitted_on_both(standardize(ddof{freedom}), x);
    const auto y = transformed_on_both(f, x);
    smelt::index wrong = 0;
    for (smelt::index c = 0; c < 5; ++c) {
      const summary_of s(x, c);
      const auto deviation = static_cast<double>(std::sqrt(s.m2 / (s.n - freedom)));
      CHECK(f.number(0, 0, c) == doctest::Approx(static_cast<double>(s.mean)).epsilon(1e-14));
      CHECK(f.number(0, 1, c) == doctest::Approx(1.0 / deviation).epsilon(1e-14));
      for (smelt::index r = 0; r < x.rows(); ++r)
        wrong += missing(x(r, c)) ? !same_bits(y(r, c), gone)
                                  : y(r, c) != line(x(r, c), f.number(0, 0, c), f.number(0, 1, c), 0.0);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("centre::no and scale::no") {
  const auto x = noise(99, 3, 5);
  const auto whole = fit(on::seq, standardize(), x);
  const auto scaled = both(standardize(centre::no), x);
  const auto centred = both(standardize(scale::no), x);
  const auto neither = both(standardize(centre::no, scale::no), x);
  smelt::index wrong = 0;
  for (smelt::index c = 0; c < 3; ++c)
    for (smelt::index r = 0; r < 99; ++r)
      if (!missing(x(r, c)))
        wrong += scaled(r, c) != x(r, c) * whole.number(0, 1, c) ||
                 centred(r, c) != x(r, c) - whole.number(0, 0, c) || !same_bits(neither(r, c), x(r, c));
  CHECK(wrong == 0);
}

TEST_CASE("over::table: one mean and deviation for all columns") {
  const auto x = rows({{1, 5, gone}, {3, gone, 7}});
  const auto f = fitted_on_both(standardize(over::table), x);
  for (smelt::index c = 0; c < 3; ++c) {
    CHECK(f.number(0, 0, c) == 4.0);
    CHECK(f.number(0, 1, c) == 1.0 / std::sqrt(5.0));
  }
  CHECK(missing(transformed_on_both(f, x)(0, 2)));
  const auto wide = noise(211, 7, 6);
  auto stacked = table<double>(211 * 7, 1);
  for (smelt::index i = 0; i < 211 * 7; ++i) stacked.data()[i] = wide.data()[i];
  const auto pooled = fitted_on_both(standardize(over::table, ddof{1}), wide);
  const summary_of s(stacked, 0);
  CHECK(pooled.number(0, 0, 6) == doctest::Approx(static_cast<double>(s.mean)).epsilon(1e-14));
  CHECK(pooled.number(0, 1, 6) ==
        doctest::Approx(static_cast<double>(1 / std::sqrt(s.m2 / (s.n - 1)))).epsilon(1e-13));
}

TEST_CASE("a constant column: scale 1, output 0, and the fitted state says so") {
  table<double> x(1000, 2);
  for (smelt::index r = 0; r < 1000; ++r) x(r, 0) = 14.62, x(r, 1) = static_cast<double>(r);
  const auto f = fitted_on_both(standardize(), x);
  CHECK(f.fired(0) == std::vector<smelt::index>{0});
  CHECK(f.number(0, 1, 0) == 1.0);
  const auto y = transformed_on_both(f, x);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < 1000; ++r) wrong += y(r, 0) != 0.0;
  CHECK(wrong == 0);
  CHECK(transform(on::seq, f, rows({{15.62, 0}}))(0, 0) == 15.62 - 14.62);
}

TEST_CASE("the rules for a constant column") {
  const auto x = rows({{7, 1}, {7, 3}}, {"depth", "width"});
  CHECK(difference(both(standardize(zero::nan), x), {{gone, -1}, {gone, 1}}) == "");
  CHECK_THROWS_WITH_AS(fit(on::seq, standardize(zero::error), x),
                       "standardize: column 0 ('depth') has deviation 0", value_error);
  CHECK_THROWS_AS(standardize(zero::midpoint), value_error);
  CHECK_THROWS_AS(standardize(ddof{-1}), value_error);
}

TEST_CASE("small is not constant: no absolute threshold") {
  // Two units in the last place apart, so that the mean between them is a double.
  const auto x = rows({{1e-150, 16, 1e13}, {3e-150, 16 + 0x1p-47, 1e13 + 0x1p-8}});
  const auto f = fitted_on_both(standardize(), x);
  CHECK(f.fired(0).empty());
  const auto y = transformed_on_both(f, x);
  for (smelt::index c = 0; c < 3; ++c) {
    CHECK(y(0, c) == doctest::Approx(-1).epsilon(1e-14));
    CHECK(y(1, c) == doctest::Approx(1).epsilon(1e-14));
  }
}

TEST_CASE("one row; as few values as ddof") {
  CHECK(difference(both(standardize(), rows({{3, -0.0, 1e300}})), {{0.0, -0.0, 0.0}}) == "");
  const auto f = fitted_on_both(standardize(ddof{1}), rows({{3, 1}, {gone, 2}}));
  CHECK(f.fired(0) == std::vector<smelt::index>{0});
  CHECK(f.number(0, 1, 0) == 1.0);
}

TEST_CASE("a column without values becomes missing, and is no constant one") {
  const auto x = rows({{gone, 1}, {gone, 3}});
  const auto f = fitted_on_both(standardize(zero::error), x);
  CHECK(f.fired(0).empty());
  CHECK(difference(transformed_on_both(f, rows({{5, 2}})), {{gone, 0}}) == "");
  const auto is_missing = [&](const auto& stage) {
    const auto fitted = fit(on::seq, stage, x);
    return same_bits(fitted.number(0, 0, 0), 0.0) && same_bits(fitted.number(0, 1, 0), gone) &&
           same_bits(fitted.number(0, 2, 0), -0.0);
  };
  CHECK(is_missing(standardize()));
  CHECK(is_missing(standardize(centre::no)));
  CHECK(is_missing(standardize(scale::no)));
  CHECK(is_missing(standardize(centre::no, scale::no)));
}

TEST_CASE("squares beyond a double: no deviation, and a mean all the same") {
  const auto x = rows({{0x1p700}, {0x3p700}});
  const auto f = fitted_on_both(standardize(), x);
  CHECK(same_bits(f.number(0, 0, 0), 0.0));
  CHECK(same_bits(f.number(0, 1, 0), gone));
  CHECK(same_bits(f.number(0, 2, 0), -0.0));
  CHECK(difference(transformed_on_both(f, x), {{gone}, {gone}}) == "");
  CHECK(difference(both(standardize(scale::no), x), {{-0x1p700}, {0x1p700}}) == "");
}

TEST_CASE("a scale of 1 is one of the values at hand, whatever line stands before") {
  const auto later = rows({{7.25}});
  const auto constant = fitted_on_both(given_line{-4, 1} | standardize(), one_column({7, 7}));
  CHECK(difference(transformed_on_both(constant, later), {{-1}}) == "");
  const auto centred = fitted_on_both(given_line{-4, 1} | standardize(scale::no), one_column({6, 8}));
  CHECK(difference(transformed_on_both(centred, later), {{-1}}) == "");
  // Before it a line that is fitted too, of slope 1/8: 9 is 1.125 there.
  const auto eights = one_column({8, 8});
  CHECK(difference(transformed_on_both(fitted_on_both(normalize(max_abs) | standardize(), eights),
                                       rows({{9}})),
                   {{0.125}}) == "");
  CHECK(difference(transformed_on_both(
                       fitted_on_both(normalize(max_abs) | standardize(scale::no), eights),
                       rows({{9}})),
                   {{0.125}}) == "");
}

TEST_CASE("the types of the data") {
  static_assert(std::is_same_v<decltype(fit_transform(on::seq, standardize(), rows<float>({{1}}))),
                               table<float>>);
  const auto bytes = noise<std::uint8_t>(90, 3);
  const auto from_bytes = both(standardize(), bytes);
  const auto whole = rows<std::int32_t>({{100, -2147483647 - 1}, {120, 2147483647}, {-100, 0}});
  const auto from_whole = both(standardize(), whole);
  static_assert(std::is_same_v<decltype(from_bytes)::value_type, double>);
  const summary_of s(bytes, 1);
  CHECK(from_bytes(4, 1) ==
        doctest::Approx(static_cast<double>((bytes(4, 1) - s.mean) / std::sqrt(s.m2 / s.n))));
  CHECK(from_whole(0, 1) == doctest::Approx(-std::sqrt(1.5)));
  // float data near 1e30: sums of squares fit a double.
  const auto y = both(standardize(), one_column<float>({1e30f, 3e30f}));
  CHECK(y(0, 0) == -1.0f);
  CHECK(y(1, 0) == 1.0f);
}

TEST_CASE("a second standardize changes nothing but the last bits") {
  const auto x = noise(333, 2, 9);
  const auto once = both(standardize(), x);
  const auto chain = standardize() | standardize();
  static_assert(plan_of<decltype(chain)>.fit_passes == 1 && plan_of<decltype(chain)>.ops == 1);
  const auto twice = both(chain, x);
  smelt::index wrong = 0;
  for (smelt::index i = 0; i < 333 * 2; ++i)
    if (!missing(x.data()[i])) wrong += !(std::abs(twice.data()[i] - once.data()[i]) < 1e-14);
  CHECK(wrong == 0);
}

TEST_CASE("its text names the options") {
  CHECK(standardize().text() == "standardize()");
  CHECK(standardize(scale::no).text() == "standardize(scale::no)");
  CHECK(standardize(over::table, ddof{1}, centre::no).text() ==
        "standardize(centre::no, over::table, ddof{1})");
}
