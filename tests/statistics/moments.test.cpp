// SPDX-License-Identifier: BSL-1.0

/// \file
/// Mean and deviation against 113-bit arithmetic and against the certified values of NIST; the
/// closed forms against doing what they stand for; bad shifts and their repair.

#include <smelt/statistics/moments.hpp>

#include <support/exact.hpp>
#include <support/nist.hpp>
#include <support/on_both.hpp>

#include <cstdio>  // the table of figures
#include <numeric>
#include <string>
#include <vector>

namespace {

using namespace smelt;

constexpr double u = 0x1p-53;

/// The numbers of this stage are the figures themselves: 0 the mean, 1 the deviation.
struct figures_t {
  static constexpr effect does = effect::affine;
  using needs = statistics<moments>;
  int ddof = 0;
  template <class Slot>
  affine solve(const Slot& s) const {
    return {mean_of(s).value, deviation_of(s, ddof).value, 0.0};
  }
};

/// A fold of plain fields, as a leaf makes it: shifted sums, one value after another.
struct fold {
  double f[2] = {0.0, 0.0};
  double shift = 0.0;
  smelt::index count = 0;
  explicit fold(double k) : shift(k) {}
  fold(double k, const std::vector<double>& values) : shift(k) {
    for (double x : values) take(x);
  }
  void take(double x) {
    moments::note<double, bool>(f, x, x - shift, true);
    ++count;
  }
  moments::value finish() const { return moments::finish(f, shift, count); }
};

std::vector<double> noisy(std::size_t n, double mean, double deviation, std::uint64_t seed) {
  exact::noise draw(seed);
  std::vector<double> values(n);
  for (double& x : values) x = mean + deviation * draw.bell();
  return values;
}

/// Checks a value against the figures of the values it stands for. `spread` is q/M2. A mean that is
/// rounded moves M2 by at most sqrt(n M2) times what the rounding moved it.
void check_close(const moments::value& got, const std::vector<double>& values, double spread) {
  const exact::figures want = exact::of(values);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  CHECK(got.count == want.count);
  const double mean_bound =
      u * (4.0 * std::abs(static_cast<double>(want.mean)) + 200.0 * (*high - *low));
  CHECK(std::abs(got.mean - static_cast<double>(want.mean)) <= mean_bound);
  const double drift = mean_bound * std::sqrt(want.count / static_cast<double>(want.m2));
  CHECK(exact::relative(got.m2, want.m2) <= u * (600.0 * spread + 16.0) + drift);
}

std::vector<double> joined(std::vector<double> a, const std::vector<double>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("moments of nothing are missing, of one value exact") {
  const double none[2] = {0.0, 0.0};
  const moments::value nothing = moments::finish(none, 3.0, 0);
  CHECK(nothing.count == 0.0);
  CHECK(smelt_test::same_bits(nothing.mean, missing_value<double>));  // and not 0.0 / 0.0
  CHECK(missing(nothing.deviation(0)));

  const moments::value one = fold(7.25, {7.25}).finish();
  CHECK(one.mean == 7.25);
  CHECK(one.m2 == 0.0);
  CHECK(one.deviation(0) == 0.0);
  CHECK(missing(one.deviation(1)));
  CHECK(missing(one.deviation(2)));
  // Squares that overflow are no constant column.
  CHECK(infinite(fold(0.0, {1e160, -1e160}).finish().m2));
}

TEST_CASE("a missing value changes no field") {
  double f[2] = {1.5, 2.5};
  moments::note<double, bool>(f, missing_value<double>, 0.0, false);
  CHECK(f[0] == 1.5);
  CHECK(f[1] == 2.5);
}

TEST_CASE("merging: the identity is neutral, order of two does not matter, integers associate") {
  exact::noise draw(1);
  for (int round = 0; round < 200; ++round) {
    const double a[2] = {draw.bell() * 1e3, std::abs(draw.bell()) * 1e6};
    const double b[2] = {draw.bell(), std::abs(draw.bell())};
    double none[2] = {moments::identity(0), moments::identity(1)};
    moments::merge(none, a);
    CHECK(none[0] == a[0]);
    CHECK(none[1] == a[1]);
    double ab[2] = {a[0], a[1]};
    double ba[2] = {b[0], b[1]};
    moments::merge(ab, b);
    moments::merge(ba, a);
    CHECK(ab[0] == ba[0]);
    CHECK(ab[1] == ba[1]);
  }
  // Sums of integers are exact, so every tree over them gives the same bits.
  std::vector<fold> leaves;
  exact::noise whole(2);
  for (int leaf = 0; leaf < 37; ++leaf) {
    fold one(12.0);
    for (int i = 0; i < 50; ++i) one.take(static_cast<double>(whole.word() % 1000));
    leaves.push_back(one);
  }
  fold left = leaves[0];
  for (std::size_t i = 1; i < leaves.size(); ++i) moments::merge(left.f, leaves[i].f);
  fold right = leaves.back();
  for (std::size_t i = leaves.size() - 1; i-- > 0;) moments::merge(right.f, leaves[i].f);
  CHECK(left.f[0] == right.f[0]);
  CHECK(left.f[1] == right.f[1]);
}

TEST_CASE("a merge in any grouping is that of all values, within its bound") {
  const std::vector<double> values = noisy(900, 40.0, 3.0, 3);
  const double shift = values[5];
  for (std::size_t a = 100; a < 500; a += 130)
    for (std::size_t b = a + 1; b < 900; b += 170) {
      const auto at = values.begin();
      fold first(shift, {at, at + static_cast<long>(a)});
      fold second(shift, {at + static_cast<long>(a), at + static_cast<long>(b)});
      const fold third(shift, {at + static_cast<long>(b), values.end()});
      fold other = first;
      moments::merge(first.f, second.f);
      moments::merge(first.f, third.f);
      moments::merge(second.f, third.f);
      moments::merge(other.f, second.f);
      check_close(moments::finish(first.f, shift, 900), values, 10.0);
      check_close(moments::finish(other.f, shift, 900), values, 10.0);
    }
}

TEST_CASE("fill is what filling would be") {
  struct {
    double mean, deviation, filler;
  } const cases[] = {{0.0, 1.0, 0.0},   {0.0, 1.0, 5.0},      {1e6, 1.0, 1e6 + 1.0},
                     {1e6, 1.0, -3.0},  {-2.5, 1e-3, 1e-300}, {1e-12, 1e-15, 7.0},
                     {300.0, 40.0, 1e9}};
  for (const auto& c : cases)
    for (const std::size_t present : {1u, 2u, 31u, 1000u})
      for (const std::size_t filled : {1u, 7u, 5000u}) {
        CAPTURE(c.mean);
        CAPTURE(c.filler);
        CAPTURE(present);
        CAPTURE(filled);
        const std::vector<double> values = noisy(present, c.mean, c.deviation, present);
        moments::value v = fold(values[0], values).finish();
        moments::fill(v, c.filler, static_cast<smelt::index>(filled),
                      static_cast<smelt::index>(present));
        check_close(v, joined(values, std::vector<double>(filled, c.filler)), 10.0);
      }
}

TEST_CASE("filling with the mean moves neither the mean nor M2") {
  for (const double mean : {0.1, -3.0, 1e6 + 0.1, 1e-200}) {
    const std::vector<double> values = noisy(77, mean, std::abs(mean) * 0.01, 4);
    moments::value v = fold(values[3], values).finish();
    const moments::value before = v;
    moments::fill(v, v.mean, 1000, 77);
    CHECK(v.count == 1077.0);
    CHECK(v.mean == before.mean);
    CHECK(v.m2 == before.m2);
    moments::fill(v, 5.0, 0, 1077);
    CHECK(v.mean == before.mean);
  }
}

TEST_CASE("filling a column without values makes a constant one") {
  moments::value v;
  moments::fill(v, 0.3, 12, 0);
  CHECK(v.count == 12.0);
  CHECK(v.mean == 0.3);
  CHECK(v.m2 == 0.0);
}

TEST_CASE("along a line is what mapping every value would be") {
  const affine lines[] = {{0.0, 1.0, 0.0},   {5.0, 0.25, -1.0},   {1e3, -3.0, 2.0},
                          {-7.5, 1e-9, 0.0}, {0.1, 1e9, 1e9 / 3}, {42.0, 1.0 / 3.0, -0.0}};
  for (const affine& line : lines) {
    const std::vector<double> values = noisy(500, 42.0, 5.0, 5);
    moments::value v = fold(values[0], values).finish();
    moments::along(v, line);
    std::vector<exact::real> image;
    for (double x : values)
      image.push_back((static_cast<exact::real>(x) - static_cast<exact::real>(line.centre)) *
                          static_cast<exact::real>(line.slope) +
                      static_cast<exact::real>(line.offset));
    const exact::figures want = exact::of(image);
    const double scale =
        std::abs(line.slope) * (100.0 + std::abs(line.centre)) + std::abs(line.offset);
    CHECK(v.count == 500.0);
    CHECK(std::abs(v.mean - static_cast<double>(want.mean)) <= 200.0 * u * scale);
    CHECK(exact::relative(v.m2, want.m2) <= 2000.0 * u);
  }
}

TEST_CASE("a line leaves a constant column constant") {
  moments::value v = fold(0.1, {0.1, 0.1, 0.1}).finish();
  moments::along(v, {3.0, -7.7, 0.3});
  CHECK(v.m2 == 0.0);
}

TEST_CASE("pooled columns are one column") {
  const std::vector<double> a = noisy(300, 10.0, 2.0, 6);
  const std::vector<double> b = noisy(41, 1000.0, 3.0, 7);
  const std::vector<double> c = noisy(500, -5.0, 1e-3, 8);
  moments::value v;
  for (const auto& values : {a, b, c}) moments::pool(v, fold(values[0], values).finish());
  check_close(v, joined(joined(a, b), c), 10.0);
  const moments::value before = v;
  moments::pool(v, moments::value{});
  CHECK(v.mean == before.mean);
  CHECK(v.count == before.count);
  // Equal constants pool to a constant.
  moments::value same{5.0, 0.1, 0.0};
  moments::pool(same, moments::value{11.0, 0.1, 0.0});
  CHECK(same.mean == 0.1);
  CHECK(same.m2 == 0.0);
}

TEST_CASE("a shift is called poor when M2 has lost more than 20 bits") {
  const auto poor = [](double shift, double deviation) {
    const fold f(shift, {-deviation, deviation, -deviation, deviation});
    return moments::poorly_shifted(f.f, f.count);
  };
  CHECK_FALSE(poor(0.0, 1.0));
  CHECK_FALSE(poor(1000.0, 1.0));
  CHECK(poor(1100.0, 1.0));
  CHECK(poor(1e9, 1.0));
  CHECK(poor(1.1e-3, 1e-6));  // in any unit
  CHECK_FALSE(poor(0.5, 0.5));
  CHECK_FALSE(poor(0.0, 0.0));  // a constant column with its own shift
  const fold off(1.0, {2.0, 2.0, 2.0});
  CHECK(moments::poorly_shifted(off.f, off.count));  // and with another
  const double none[2] = {0.0, 0.0};
  CHECK_FALSE(moments::poorly_shifted(none, 0));
  const double lost[2] = {missing_value<double>, missing_value<double>};
  CHECK_FALSE(moments::poorly_shifted(lost, 3));
}

TEST_CASE("a constant column has variance exactly 0") {
  const double constants[] = {0.0,  -0.0, 0.1,    -1.0 / 3.0, 1e6 + 0.1, 16777217.0,
                              1e15, 1e17, 1e-300, 5e-324,     1e150,     3.141592653589793};
  constexpr smelt::index cols = std::size(constants);
  for (const smelt::index rows : {1, 2, 3, 1000, 1024, 1025, 5003}) {
    // As it is; with missing values; and with none of the first 1100 rows, so that no shift is
    // found.
    for (const int holes : {0, 1, 2}) {
      if (holes == 2 && rows < 1200) continue;
      CAPTURE(rows);
      CAPTURE(holes);
      table<double, column_major> x(rows, cols);
      for (smelt::index c = 0; c < cols; ++c)
        for (smelt::index r = 0; r < rows; ++r) {
          const bool hole = holes == 1 ? r % 3 == 1 : holes == 2 && r < 1100;
          x(r, c) = hole ? missing_value<double> : constants[c];
        }
      const auto f = smelt_test::fitted_on_both(figures_t{}, x.view());
      for (smelt::index c = 0; c < cols; ++c) {
        CHECK(f.number(0, 0, c) == constants[c]);
        CHECK(f.number(0, 1, c) == 0.0);
      }
      const auto standardized = smelt_test::fitted_on_both(standardize(), x.view());
      CHECK(standardized.fired(0).size() == static_cast<std::size_t>(cols));
      // Filled with its own mean it stays constant, in closed form.
      const auto filled = smelt_test::fitted_on_both(clean(fill::mean) | figures_t{}, x.view());
      for (smelt::index c = 0; c < cols; ++c) {
        CHECK(filled.number(1, 0, c) == constants[c]);
        CHECK(filled.number(1, 1, c) == 0.0);
      }
    }
  }
}

TEST_CASE("a constant column has variance exactly 0 although its shift is that of other rows") {
  const double constants[] = {0.1, -1.0 / 3.0, 1e6 + 0.1, 7.0, 1e-3, 5.000001};
  constexpr smelt::index cols = std::size(constants);
  constexpr smelt::index first_rows = 2048;
  using mark = mark_step<0, tally, moments>;
  const program<mark> steps{{}, no_numbers, pitch_of(cols), cols};
  for (const smelt::index rows : {1, 2, 100, 1000, 20'000}) {
    CAPTURE(rows);
    table<double> x(rows, cols);
    for (smelt::index c = 0; c < cols; ++c)
      for (smelt::index r = 0; r < rows; ++r) x(r, c) = constants[c];
    // As a piece has it: the shift of the rows before, a value near 5.
    exact::noise draw(50);
    detail::list<double> shift(static_cast<std::size_t>(steps.pitch));
    for (double& k : shift) k = 5.0 + draw.bell();
    auto check = [&](const auto& policy) {
      fold_trace<program<mark>> trace;
      trace.shifts = {shift};
      detail::run_fold(policy, steps, x.view(), fold_rows{row_map(rows), first_rows}, trace);
      const detail::list<double> total = trace.total(steps.pitch);
      const double* part = slot_layout<mark>::find<moments>(total.data(), steps.pitch);
      for (smelt::index c = 0; c < cols; ++c) {
        const double f[2] = {part[c], part[steps.pitch + c]};
        const auto found = moments::finish(f, shift[static_cast<std::size_t>(c)], rows);
        CHECK(found.m2 == 0.0);
        // The mean is the shift and a distance with its rounding.
        CHECK(std::abs(found.mean - constants[c]) <= 200.0 * u * (std::abs(constants[c]) + 10.0));
      }
    };
    check(on::seq);
    check(on::eigen);
  }
}

TEST_CASE("a column that differs by one unit in the last place keeps its variance") {
  for (const double value : {1.0, 0.1, 1e6 + 0.1, -1e-200})
    for (const smelt::index late : {0, 1100}) {
      table<double, column_major> x(5000, 1);
      std::vector<double> values;
      for (smelt::index r = 0; r < 5000; ++r) {
        const double v = r == 3000 ? std::nextafter(value, 1e300) : value;
        x(r, 0) = r < late ? missing_value<double> : v;
        if (r >= late) values.push_back(v);
      }
      const auto f = smelt_test::fitted_on_both(figures_t{}, x.view());
      if (value * value > 0.0) {
        CHECK(f.number(0, 1, 0) > 0.0);
        // Without a value in the first leaf the shift is a rounded mean, some units away: q/M2 is
        // then the number of rows times their square.
        const double bound = late == 0 ? 1e-14 : 1e-9;
        CHECK(exact::relative(f.number(0, 1, 0), exact::of(values).deviation()) <= bound);
      }
    }
}

TEST_CASE("mean and deviation are within one unit in the last place of the column's type") {
  // Mean over deviation from 1 to a million.
  constexpr smelt::index rows = 200'000;
  const double ratios[] = {1.0, 2.0, 100.0, 1e4, 1e5, 1e6};
  auto check = [&]<class T>(T) {
    double worst[2] = {0.0, 0.0};
    table<T, column_major> x(rows, static_cast<smelt::index>(std::size(ratios)));
    for (smelt::index c = 0; c < x.cols(); ++c) {
      exact::noise draw(static_cast<std::uint64_t>(c) + 10);
      for (smelt::index r = 0; r < rows; ++r)
        x(r, c) = static_cast<T>(3.0 * (ratios[c] + draw.bell()));
    }
    const auto f = smelt_test::fitted_on_both(figures_t{1}, x.view());
    CHECK(f.repeated_passes() == 0);
    for (smelt::index c = 0; c < x.cols(); ++c) {
      CAPTURE(ratios[c]);
      const T* values = x.data() + c * rows;
      const auto want = exact::of(std::vector<T>(values, values + rows));
      const double mean = exact::ulps(f.number(0, 0, c), want.mean);
      const double deviation = exact::ulps(f.number(0, 1, c), want.deviation(1));
      worst[0] = std::max(worst[0], mean);
      worst[1] = std::max(worst[1], deviation);
      CHECK(mean <= 1.0);
      if constexpr (std::is_same_v<T, double>) {
        CHECK(deviation <= 1.0);
      } else {
        // Squares of floats lie on a grid, whose residues do not round evenly: a few units of
        // double are lost, and none of float.
        CHECK(deviation <= 8.0);
        CHECK(static_cast<float>(f.number(0, 0, c)) == static_cast<float>(want.mean));
        CHECK(static_cast<float>(f.number(0, 1, c)) == static_cast<float>(want.deviation(1)));
      }
    }
    std::printf("%zu-byte columns: mean within %.2f, deviation within %.2f units of double\n",
                sizeof(T), worst[0], worst[1]);
  };
  check(double{});
  check(float{});
}

TEST_CASE("an outlier in the first row costs nothing") {
  constexpr smelt::index rows = 100'000;
  const double outliers[] = {1e6, 1e9, 1e12};
  table<double, column_major> x(rows, 3);
  for (smelt::index c = 0; c < 3; ++c) {
    exact::noise draw(20);
    for (smelt::index r = 0; r < rows; ++r) x(r, c) = r == 0 ? outliers[c] : draw.bell();
  }
  const auto f = smelt_test::fitted_on_both(figures_t{}, x.view());
  CHECK(f.repeated_passes() == 0);
  for (smelt::index c = 0; c < 3; ++c) {
    const auto want =
        exact::of(std::vector<double>(x.data() + c * rows, x.data() + (c + 1) * rows));
    CHECK(exact::relative(f.number(0, 0, c), want.mean) <= 1e-14);
    CHECK(exact::relative(f.number(0, 1, c), want.deviation()) <= 1e-14);
  }
}

TEST_CASE("a bad shift is repaired by folding the column again, once for all columns") {
  // Only the outlier is seen while a shift is chosen: the next thousand rows are missing. The loss
  // q/M2 is then the number of rows.
  const double outliers[] = {1e6, 1e9, 1e12, 1.0};
  for (const smelt::index rows : {100'000, 1'100'000}) {
    const bool repaired = rows > (1 << 20);
    table<double, column_major> x(rows, 4);
    for (smelt::index c = 0; c < 4; ++c) {
      exact::noise draw(30);
      for (smelt::index r = 0; r < rows; ++r)
        x(r, c) = r == 0 ? outliers[c] : r < 1024 ? missing_value<double> : draw.bell();
    }
    const auto f = smelt_test::fitted_on_both(figures_t{}, x.view());
    CHECK(f.repeated_passes() == (repaired ? 1 : 0));
    for (smelt::index c = 0; c < 4; ++c) {
      CAPTURE(outliers[c]);
      const auto want =
          exact::of(std::vector<double>(x.data() + c * rows, x.data() + (c + 1) * rows));
      // Without a repair, 2^-45 q/M2 of M2; half of that of the deviation.
      const double bound = repaired || c == 3 ? 1e-14 : 0x1p-46 * static_cast<double>(rows);
      const auto deviation = static_cast<double>(want.deviation());
      CHECK(std::abs(f.number(0, 0, c) - static_cast<double>(want.mean)) <= bound * deviation);
      CHECK(exact::relative(f.number(0, 1, c), want.deviation()) <= bound);
    }
  }
}

TEST_CASE("a column without a value in the first leaf is folded again around its mean") {
  constexpr smelt::index rows = 3000;
  table<double, column_major> x(rows, 2);
  std::vector<double> values;
  exact::noise draw(40);
  for (smelt::index r = 0; r < rows; ++r) {
    const double v = 1e6 + draw.bell();
    if (r >= 1024) values.push_back(v);
    x(r, 0) = r < 1024 ? missing_value<double> : v;
    x(r, 1) = v;
  }
  const auto f = smelt_test::fitted_on_both(figures_t{}, x.view());
  CHECK(f.repeated_passes() == 1);
  const auto want = exact::of(values);
  CHECK(exact::ulps(f.number(0, 0, 0), want.mean) <= 1.0);
  CHECK(exact::relative(f.number(0, 1, 0), want.deviation()) <= 1e-15);
}

TEST_CASE("NIST: mean and deviation of the nine univariate sets") {
  // The digits of pi, without the misprint of the list.
  const std::vector<double> pi = nist::digits_of_pi(5000);
  CHECK(std::accumulate(pi.begin(), pi.end(), 0.0) == 22679.0);
  CHECK(pi[761] == 4.0);  // ... 134 999999 837 ...
  CHECK(pi[762] == 9.0);
  CHECK(pi[767] == 9.0);
  CHECK(pi[4999] == 2.0);

  std::printf("%-10s %6s | digits of the mean    | digits of the deviation\n", "set", "rows");
  std::printf("%-10s %6s | attainable  on::seq   | attainable  on::seq   of the exact one\n", "",
              "");
  for (const nist::set& s : nist::sets(SMELT_TEST_DATA_DIR)) {
    CAPTURE(s.name);
    REQUIRE(s.values.size() == s.size);
    const auto f = smelt_test::fitted_on_both(standardize(ddof{1}), s.values);
    const double mean = f.number(0, 0, 0);
    const double deviation = 1.0 / f.number(0, 1, 0);

    // What exact arithmetic on the data, rounded to double, reaches.
    const exact::figures exactly = exact::of(s.values);
    const double mean_ceiling = nist::digits_right(exactly.mean, s.mean);
    const double ceiling = nist::digits_right(exactly.deviation(1), s.deviation);
    CHECK(std::abs(ceiling - s.ceiling) <= 0.1);

    const double mean_digits = nist::digits_right(mean, s.mean);
    const double digits = nist::digits_right(deviation, s.deviation);
    const double of_exact = nist::digits_right(deviation, exactly.deviation(1));
    CHECK(mean_digits >= mean_ceiling - 0.5);
    CHECK(digits >= s.ceiling - 0.5);
    CHECK(nist::digits_right(mean, exactly.mean) >= 15.0);
    CHECK(of_exact >= 15.0);
    CHECK(f.repeated_passes() == 0);
    std::printf("%-10s %6zu | %10.1f  %7.1f    | %10.1f  %7.1f   %7.1f\n", s.name.c_str(), s.size,
                mean_ceiling, mean_digits, ceiling, digits, of_exact);
  }
}
