// SPDX-License-Identifier: BSL-1.0

/// \file
/// Smallest and largest value: exact, independent of order, and carried through fills, lines and
/// increasing functions as if the values themselves had been.

#include <smelt/statistics/extrema.hpp>

#include <support/exact.hpp>
#include <support/on_both.hpp>

#include <algorithm>  // std::minmax_element, std::reverse, std::rotate
#include <bit>        // std::bit_cast
#include <vector>

namespace {

using namespace smelt;

constexpr double far = std::numeric_limits<double>::infinity();

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
bool same(const extrema::value& a, const extrema::value& b) {
  return same(a.lowest, b.lowest) && same(a.highest, b.highest);
}

/// Fields of values noted one after another; NaN is missing.
struct fold {
  double f[2] = {extrema::identity(0), extrema::identity(1)};
  fold() = default;
  explicit fold(const std::vector<double>& values) {
    for (double x : values) extrema::note<double, bool>(f, x, 0.0, !missing(x));
    settle<extrema>(f);
  }
  extrema::value finish() const { return extrema::finish(f, 123.0, 7); }
};

std::vector<double> noisy(std::size_t n, std::uint64_t seed) {
  exact::noise draw(seed);
  std::vector<double> values(n);
  for (double& x : values) x = 100.0 * draw.bell();
  return values;
}

/// The numbers of this stage are the figures: lowest and highest, of the values and in their
/// source.
struct figures_t {
  static constexpr effect does = effect::affine;
  using needs = statistics<extrema>;
  template <class Slot>
  affine solve(const Slot& s) const {
    return {lowest_of(s).value, highest_of(s).value, range_of(s).value};
  }
};

/// y = 1 - 2 x
struct falling_t {
  static constexpr effect does = effect::affine;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({0.0, -2.0, 1.0});
  }
};

}  // namespace

TEST_CASE("extrema of nothing") {
  const extrema::value v = fold().finish();
  CHECK(v.none());
  CHECK(v.lowest > v.highest);
  CHECK(fold({missing_value<double>, missing_value<double>}).finish().none());
  CHECK_FALSE(fold({missing_value<double>, 3.0}).finish().none());
}

TEST_CASE("extrema are exact and skip missing values") {
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    std::vector<double> values = noisy(seed * 7, seed);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const extrema::value want{*low, *high};
    for (std::size_t hole = 0; hole < seed; ++hole)
      values.insert(values.begin() + static_cast<long>(5 * hole), missing_value<double>);
    CHECK(same(fold(values).finish(), want));
    std::reverse(values.begin(), values.end());
    CHECK(same(fold(values).finish(), want));
    std::rotate(values.begin(), values.begin() + 3, values.end());
    CHECK(same(fold(values).finish(), want));
  }
}

TEST_CASE("both zeros are one") {
  CHECK(same(fold({-0.0, 0.0}).finish(), {0.0, 0.0}));
  CHECK(same(fold({0.0, -0.0}).finish(), {0.0, 0.0}));
  CHECK(same(fold({-0.0}).finish(), {0.0, 0.0}));
  extrema::value v{1.0, 2.0};
  extrema::fill(v, -0.0, 1, 5);
  CHECK(same(v, {0.0, 2.0}));
  const auto turned = [](double x) { return -x; };  // makes -0.0 of the largest, of the lowest
  v = {-5.0, 0.0};
  extrema::monotone(v, turned);
  CHECK(same(v, {0.0, 5.0}));
  v = {0.0, 5.0};
  extrema::monotone(v, turned);
  CHECK(same(v, {-5.0, 0.0}));
}

TEST_CASE("infinities that are kept are values") {
  CHECK(same(fold({1.0, far, -2.0}).finish(), {-2.0, far}));
  CHECK(same(fold({-far}).finish(), {-far, -far}));
  CHECK_FALSE(fold({far}).finish().none());
}

TEST_CASE("merging is associative, commutative and idempotent, with a neutral element") {
  const std::vector<fold> parts = {
      fold(noisy(10, 1)), fold(noisy(1, 2)), fold(), fold({missing_value<double>}),
      fold(noisy(90, 3)), fold({-0.0, 0.0})};
  const auto merged = [](fold a, const fold& b) {
    extrema::merge(a.f, b.f);
    return a;
  };
  for (const fold& a : parts) {
    CHECK(same(merged(a, fold()).finish(), a.finish()));
    CHECK(same(merged(fold(), a).finish(), a.finish()));
    CHECK(same(merged(a, a).finish(), a.finish()));
    for (const fold& b : parts) {
      CHECK(same(merged(a, b).finish(), merged(b, a).finish()));
      for (const fold& c : parts)
        CHECK(same(merged(merged(a, b), c).finish(), merged(a, merged(b, c)).finish()));
    }
  }
}

TEST_CASE("fill is what filling would be") {
  for (const double filler : {-1e9, -3.5, 0.0, 250.0, 1e9}) {
    std::vector<double> values = noisy(50, 4);
    extrema::value v = fold(values).finish();
    const extrema::value before = v;
    extrema::fill(v, filler, 0, 50);
    CHECK(same(v, before));
    extrema::fill(v, filler, 3, 50);
    values.push_back(filler);
    CHECK(same(v, fold(values).finish()));
  }
  extrema::value none;
  extrema::fill(none, 4.0, 2, 0);
  CHECK(same(none, {4.0, 4.0}));
}

TEST_CASE("along a line, rising or falling, is what mapping every value would be") {
  const affine lines[] = {
      {0.0, 1.0, -0.0}, {5.0, 0.25, -1.0}, {1e3, -3.0, 2.0}, {-7.5, -1e-9, 0.1}};
  for (const affine& line : lines) {
    const std::vector<double> values = noisy(60, 5);
    std::vector<double> image;
    for (double x : values) image.push_back(line(x));
    extrema::value v = fold(values).finish();
    extrema::along(v, line);
    CHECK(same(v, fold(image).finish()));
  }
  extrema::value none;
  extrema::along(none, lines[2]);
  CHECK(none.none());
}

TEST_CASE("through an increasing or decreasing function is what mapping every value would be") {
  const auto check = [](auto&& image) {
    std::vector<double> values = noisy(60, 6);
    extrema::value v = fold(values).finish();
    extrema::monotone(v, image);
    for (double& x : values) x = image(x);
    CHECK(same(v, fold(values).finish()));
    extrema::value none;
    extrema::monotone(none, image);
    CHECK(none.none());
  };
  check([](double x) { return std::min(std::max(x, -20.0), 35.5); });
  check([](double x) { return x * x * x; });
  check([](double x) { return -x; });
  check([](double) { return 4.0; });
}

TEST_CASE("pooled columns are one column") {
  std::vector<double> all = noisy(10, 7);
  extrema::value v = fold(all).finish();
  const std::vector<double> more = noisy(33, 8);
  extrema::pool(v, fold(more).finish());
  extrema::pool(v, extrema::value{});
  all.insert(all.end(), more.begin(), more.end());
  CHECK(same(v, fold(all).finish()));
  extrema::value none;
  extrema::pool(none, v);
  CHECK(same(none, v));
}

TEST_CASE("a fit finds them in any leaf, whatever is missing, and carries them") {
  constexpr smelt::index rows = 3100;
  table<double> x(rows, 5);
  std::vector<std::vector<double>> columns(5);
  exact::noise draw(9);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < 5; ++c) {
      // The largest in the first row, in the last, on a border of leaves; a column of few values.
      double v = draw.bell();
      if (c == 0 && r == 0) v = 50.0;
      if (c == 1 && r == rows - 1) v = -50.0;
      if (c == 2 && (r == 1023 || r == 1024)) v = r == 1023 ? 9.0 : -9.0;
      if (c == 3 && r % 1000 != 7) v = missing_value<double>;
      if (c == 4) v = missing_value<double>;
      x(r, c) = v;
      if (!missing(v)) columns[static_cast<std::size_t>(c)].push_back(v);
    }
  const auto f = smelt_test::fitted_on_both(figures_t{}, x.view());
  const auto scaled =
      smelt_test::fitted_on_both(standardize() | clip(-1.5, 40.0) | figures_t{}, x.view());
  for (smelt::index c = 0; c < 4; ++c) {
    const auto& values = columns[static_cast<std::size_t>(c)];
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    CHECK(same(f.number(0, 0, c), *low));
    CHECK(same(f.number(0, 1, c), *high));
    CHECK(f.number(0, 2, c) == *high - *low);
    const affine line{scaled.number(0, 0, c), scaled.number(0, 1, c), scaled.number(0, 2, c)};
    CHECK(same(scaled.number(2, 0, c), std::max(line(*low), -1.5)));
    CHECK(same(scaled.number(2, 1, c), std::min(line(*high), 40.0)));
  }
  // A falling line makes the largest the smallest.
  const auto fell = smelt_test::fitted_on_both(standardize() | falling_t{} | figures_t{}, x.view());
  for (smelt::index c = 0; c < 4; ++c) {
    const auto& values = columns[static_cast<std::size_t>(c)];
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const affine line{fell.number(1, 0, c), fell.number(1, 1, c), fell.number(1, 2, c)};
    CHECK(line.slope < 0.0);
    CHECK(same(fell.number(2, 0, c), line(*high)));
    CHECK(same(fell.number(2, 1, c), line(*low)));
  }
  CHECK(missing(f.number(0, 0, 4)));
  CHECK(missing(f.number(0, 1, 4)));
  CHECK(missing(f.number(0, 2, 4)));
}
