// SPDX-License-Identifier: BSL-1.0
/// \file
/// Clip: bounds that hold, and everything inside them as it was.

#include <smelt/stages/clip.hpp>

#include <support/on_both.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the example") {
  // [clip example]
  table<double> readings(1, 3);
  readings(0, 0) = -7.0;
  readings(0, 1) = 0.5;
  readings(0, 2) = 31.0;
  auto bounded = fit_transform(on::seq, clip(0, 9), readings);  // 0, 0.5, 9
  // [clip example]
  CHECK(difference(bounded, {{0, 0.5, 9}}) == "");
}

TEST_CASE("the bound outside, the same bits inside; missing stays missing") {
  const double below = std::nextafter(-1.0, -2.0);
  const double above = std::nextafter(3.0, 4.0);
  const auto x = rows({{below, -1, -0.0, 5e-324}, {above, 3, gone, 2.5}, {-1e308, 1e308, 0.0, -0.5}});
  CHECK(difference(both(clip(-1, 3), x),
                   {{-1, -1, -0.0, 5e-324}, {3, 3, gone, 2.5}, {-1, 3, 0.0, -0.5}}) == "");
}

TEST_CASE("noise: min(max(x, low), high)") {
  const auto x = noise(203, 5, 9);
  const auto y = both(clip(-0.75, 1.25), x);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < x.rows(); ++r)
    for (smelt::index c = 0; c < x.cols(); ++c)
      wrong += !same_bits(y(r, c), missing(x(r, c)) ? gone : std::fmin(std::fmax(x(r, c), -0.75), 1.25));
  CHECK(wrong == 0);
}

TEST_CASE("one bound, one point, and zeros of either sign") {
  const auto x = rows({{-2, -0.0, 4}});
  CHECK(difference(both(clip(-endless, 3), x), {{-2, -0.0, 3}}) == "");
  CHECK(difference(both(clip(1, endless), x), {{1, 1, 4}}) == "");
  CHECK(difference(both(clip(2, 2), x), {{2, 2, 2}}) == "");
  CHECK(difference(both(clip(0.0, 3), x), {{0.0, -0.0, 3}}) == "");  // -0.0 is not below 0.0
  CHECK_THROWS_WITH_AS(clip(3, -3), "clip(3, -3): low must not exceed high", value_error);
  CHECK_THROWS_AS(clip(0.5, 0.25), value_error);
  CHECK_NOTHROW(clip(0.5, 0.5));
  CHECK_THROWS_AS(clip(gone, 1), value_error);
}

TEST_CASE("nothing to learn; before fitted numbers it runs inside their fold") {
  static_assert(plan_of<clip_t>.fit_passes == 0);
  static_assert(plan_of<decltype(clip_t{0, 9} | standardize())>.fit_passes == 1);
  const auto x = noise(150, 3, 7);
  const auto bounded = both(clip(-1, 2), x);
  const auto f = fitted_on_both(clip(-1, 2) | standardize(), x);
  const auto g = fit(on::seq, standardize(), bounded);
  for (smelt::index c = 0; c < 3; ++c)
    for (int k = 0; k < 3; ++k) CHECK(f.number(1, k, c) == g.number(0, k, c));
  CHECK(difference(transform(on::seq, f, x), transform(on::seq, g, bounded)) == "");
}

TEST_CASE("whole numbers are clipped as doubles") {
  CHECK(difference(both(clip(-0.5, 100.5), rows<std::int32_t>({{-7, 0, 100, 2147483647}})),
                   {{-0.5, 0, 100, 100.5}}) == "");
}
