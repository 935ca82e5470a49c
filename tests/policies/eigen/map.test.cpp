// SPDX-License-Identifier: BSL-1.0
/// \file
/// The inner loops of a map: whole packets and what is left over are the ops on one double, at any
/// address and length; numbers repeated over narrow rows.

#include <smelt/policies/eigen/map.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/special.hpp>
#include <support/tables.hpp>

#include <memory>
#include <numeric>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::map_run;
using smelt::detail::numbers_down;
using smelt::detail::numbers_of_rows;
using smelt::detail::packet;
using smelt::detail::repeated_numbers;

namespace {

using line_after_clip = program<op_step<fill_op, 0>, op_step<clip_op, 1>, op_step<affine_op, 3>>;
/// The same, where the last of a column's numbers lets infinities in: every column but each third.
using with_infinities =
    program<op_step<admit_op, 6>, op_step<fill_op, 0>, op_step<clip_op, 1>, op_step<affine_op, 3>>;

/// Seven numbers for each of `cols` columns.
struct numbers_for {
  smelt::index cols;
  std::vector<double> all;
  explicit numbers_for(smelt::index n) : cols(n), all(static_cast<std::size_t>(7 * pitch_of(n))) {
    for (smelt::index c = 0; c < n; ++c) {
      const double k[7] = {0.5 * static_cast<double>(c), -1e17, 1e300, 0.1 * static_cast<double>(c),
                           1.0 / 3.0, -0.0, c % 3 == 2 ? 0.0 : 1.0};
      for (smelt::index i = 0; i < 7; ++i) all[static_cast<std::size_t>(i * pitch_of(n) + c)] = k[i];
    }
  }
  template <class Program>
  Program steps() const {
    return {{}, all.data(), pitch_of(cols), cols};
  }
};

/// The definition: run_row on one value of column c, an infinity that is not let in comes out
/// missing.
template <class Program>
double defined(const Program& p, smelt::index c, double x, bool& bad) {
  Program one = p;
  one.numbers = p.numbers + c;
  one.cols = 1;
  const bool wrong =
      infinite(x) && !(std::is_same_v<Program, with_infinities> && p.numbers[6 * p.pitch + c] != 0.0);
  double row[8] = {wrong ? missing_value<double> : x};
  double scratch[8];
  run_row(one, 0, 0, row, scratch, [](auto) {});
  if (!wrong) return row[0];
  bad = true;
  return missing_value<double>;
}

/// Special values from `first` on, in a block that ends where they end.
template <class T>
std::unique_ptr<T[]> block_of(std::size_t first, smelt::index n) {
  const auto values = special_values();
  auto made = std::make_unique<T[]>(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
    made[i] = static_cast<T>(values[(first + i) % values.size()]);
  return made;
}

template <class T, class Result, class Program>
smelt::index wrong_runs(bool stream = false) {
  smelt::index wrong = 0;
  for (smelt::index n = 0; n <= 35; ++n) {
    const numbers_for numbers(std::max<smelt::index>(n, 1));
    const auto p = numbers.steps<Program>();
    for (std::size_t first = 0; first < 27; first += 4) {
      const auto from = block_of<T>(first, n);
      const auto to = std::make_unique<Result[]>(static_cast<std::size_t>(n));
      std::vector<smelt::index> expected_bad;
      std::vector<smelt::index> bad;
      map_run(p, {from.get()}, {to.get()}, n, numbers_of_rows{p.numbers, p.pitch, p.pitch}, stream, 0,
              [&](int, smelt::index i) { bad.push_back(i); });
      for (smelt::index c = 0; c < n; ++c) {
        const auto at = static_cast<std::size_t>(c);
        bool refused = false;
        const auto y = narrow<Result>(defined(p, c, static_cast<double>(from[at]), refused));
        wrong += !same_bits(to[at], y);
        if (refused) expected_bad.push_back(c);
      }
      wrong += bad != expected_bad;
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("map_run: neighbours with neighbouring numbers") {
  CHECK(wrong_runs<double, double, line_after_clip>() == 0);
  CHECK(wrong_runs<double, double, with_infinities>() == 0);
  CHECK(wrong_runs<float, float, line_after_clip>() == 0);
  CHECK(wrong_runs<double, float, with_infinities>() == 0);
}

TEST_CASE("map_run: past the caches, from any place in a line") {
  CHECK(wrong_runs<double, double, line_after_clip>(true) == 0);
  CHECK(wrong_runs<float, float, with_infinities>(true) == 0);
  const smelt::index n = 200;
  const numbers_for numbers(n);
  const auto p = numbers.steps<line_after_clip>();
  const auto from = block_of<float>(1, n);
  smelt::index wrong = 0;
  for (smelt::index first = 0; first < 17; ++first)
    for (smelt::index last = n - 17; last < n; ++last) {
      alignas(64) float to[n];
      std::fill_n(to, n, -5.0f);
      map_run(p, {from.get()}, {to + first}, last - first,
              numbers_of_rows{p.numbers, p.pitch, p.pitch}, true, 0, [](int, smelt::index) {});
      for (smelt::index i = 0; i < n; ++i) {
        bool refused = false;
        const bool in = first <= i && i < last;
        const auto c = in ? i - first : 0;
        const auto y = defined(p, c, static_cast<double>(from[static_cast<std::size_t>(c)]), refused);
        wrong += !same_bits(to[i], in ? narrow<float>(y) : -5.0f);
      }
    }
  CHECK(wrong == 0);
}

TEST_CASE("map_run: past the caches, to the last of the numbers") {
  const smelt::index n = 40;  // a whole pitch: behind a head of odd length no packet of numbers is left
  const numbers_for numbers(n);
  const auto p = numbers.steps<line_after_clip>();
  REQUIRE(p.pitch == n);
  smelt::index wrong = 0;
  for (smelt::index first = 0; first < 17; ++first)
    for (bool spoiled : {false, true}) {
      float from[n];
      alignas(64) float to[n + 17];
      for (smelt::index i = 0; i < n; ++i) from[i] = i % 9 == 4 ? missing_value<float> : 0.25f * static_cast<float>(i) - 5;
      if (spoiled) from[n - 1] = -infinite_value<float>;
      smelt::index met = 0;
      const float* const source = from;
      map_run(p, {source}, {to + first}, n, numbers_of_rows{p.numbers, p.pitch, p.pitch}, true, 0,
              [&](int, smelt::index i) { met += i == n - 1 ? 1 : 100; });
      wrong += met != (spoiled ? 1 : 0);
      for (smelt::index i = 0; i < n; ++i) {
        bool refused = false;
        wrong += !same_bits(to[first + i],
                            narrow<float>(defined(p, i, static_cast<double>(from[i]), refused)));
      }
    }
  CHECK(wrong == 0);
}

TEST_CASE("map_run: neighbours with the numbers of one column") {
  const numbers_for numbers(3);
  const auto p = numbers.steps<with_infinities>();
  smelt::index wrong = 0;
  for (smelt::index n = 0; n <= 35; ++n) {
    const auto from = block_of<double>(static_cast<std::size_t>(n), n);
    const auto to = std::make_unique<float[]>(static_cast<std::size_t>(n));
    smelt::index found = 0;
    map_run(p, {from.get()}, {to.get()}, n, numbers_down{p.numbers + 2, p.pitch}, false, 0,
            [&](int, smelt::index) { ++found; });
    for (std::size_t r = 0; r < static_cast<std::size_t>(n); ++r) {
      bool refused = false;
      wrong += !same_bits(to[r], narrow<float>(defined(p, 2, from[r], refused)));
      found -= refused;
    }
    wrong += found != 0;
  }
  CHECK(wrong == 0);
}

TEST_CASE("map_run: several runs at once, each with its own infinities") {
  const smelt::index n = 37;
  const numbers_for numbers(n);
  const auto p = numbers.steps<line_after_clip>();
  const auto from = block_of<double>(0, 4 * n);
  const auto to = std::make_unique<float[]>(static_cast<std::size_t>(4 * n));
  std::vector<smelt::index> bad;
  std::vector<smelt::index> expected_bad;
  const double* source[4];
  float* result[4];
  for (int r = 0; r < 4; ++r) {
    source[r] = from.get() + r * n;
    result[r] = to.get() + r * n;
  }
  map_run(p, source, result, n, numbers_of_rows{p.numbers, p.pitch, p.pitch}, false, 4 * n,
          [&](int r, smelt::index i) { bad.push_back(r * n + i); });
  smelt::index wrong = 0;
  for (smelt::index i = 0; i < 4 * n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    bool refused = false;
    wrong += !same_bits(to[at], narrow<float>(defined(p, i % n, from[at], refused)));
    if (refused) expected_bad.push_back(i);
  }
  CHECK(wrong == 0);
  CHECK(!bad.empty());
  CHECK(bad == expected_bad);
}

TEST_CASE("in place: source and output may be the same memory") {
  const numbers_for numbers(19);
  const auto p = numbers.steps<line_after_clip>();
  const auto from = block_of<double>(3, 19);
  const auto to = block_of<double>(3, 19);
  smelt::index found = 0;
  map_run(p, {static_cast<const double*>(to.get())}, {to.get()}, 19,
          numbers_of_rows{p.numbers, p.pitch, p.pitch}, false, 0,
          [&](int, smelt::index) { ++found; });
  for (std::size_t c = 0; c < 19; ++c) {
    bool bad = false;
    CHECK(same_bits(to[c], narrow<double>(defined(p, static_cast<smelt::index>(c), from[c], bad))));
    found -= bad;
  }
  CHECK(found == 0);
}

TEST_CASE("repeated numbers: packets run over the ends of rows") {
  const auto repeated = std::make_unique<repeated_numbers>();
  for (smelt::index cols = 1; cols <= 70; ++cols) {
    CAPTURE(cols);
    const smelt::index period = repeated_numbers::period_of(cols);
    CHECK((period % cols == 0 && period >= smelt::detail::pair));
    CHECK(period < cols + smelt::detail::pair);
    if (!repeated_numbers::fits(7, cols)) continue;
    const numbers_for numbers(cols);
    const auto p = numbers.steps<with_infinities>();
    repeated->repeat(p.numbers, 7, cols, p.pitch);
    const smelt::index n = 3 * period + 5;
    const auto from = block_of<double>(1, n);
    const auto to = std::make_unique<double[]>(static_cast<std::size_t>(n));
    map_run(p, {static_cast<const double*>(from.get())}, {to.get()}, n, repeated->numbers(), false, 0,
            [](int, smelt::index) {});
    smelt::index wrong = 0;
    bool bad = false;
    for (smelt::index i = 0; i < n; ++i)
      wrong += !same_bits(to[static_cast<std::size_t>(i)],
                          narrow<double>(defined(p, i % cols, from[static_cast<std::size_t>(i)], bad)));
    CHECK(wrong == 0);
  }
  CHECK(!repeated_numbers::fits(repeated_numbers::most, packet::size + 1));
  CHECK(!repeated_numbers::fits(1, 513));
  CHECK(repeated_numbers::fits(0, 5));
}

TEST_CASE("two runs side by side: whole lines, about half, and where rows allow it apart in pages") {
  for (smelt::index row : {1, 2, 4, 12, 28, 52, 64, 100, 256, 260, 512, 1024, 2048, 4096, 8192})
    for (smelt::index count : {0, 1, 2, 15, 16, 31, 32, 33, 63, 64, 127, 128, 512, 700, 4096}) {
      CAPTURE(row);
      CAPTURE(count);
      const smelt::index some = smelt::detail::rows_side_by_side(count, row);
      REQUIRE(some >= 0);
      CHECK(2 * some <= count);
      CHECK(some * row % 64 == 0);
      const smelt::index step = 64 / std::gcd(smelt::index{64}, row);
      CHECK(2 * some > count - 2 * 65 * step);
      const smelt::index at = some * row % 4096;
      if (row < 2048 && count >= 130 * step) CHECK((at >= 1024 && at <= 3072));
      if (count >= 2 * step) CHECK(some > 0);
    }
  CHECK(smelt::detail::rows_side_by_side(100, 0) == 0);
  CHECK(smelt::detail::rows_side_by_side(128, 2048) == 63);
  CHECK(smelt::detail::rows_side_by_side(128, 4096) == 64);
  CHECK(smelt::detail::rows_side_by_side(512, 256) == 252);
}

TEST_CASE("the rows of numbers a program reads, and the rows of a task") {
  static_assert(smelt::detail::number_rows<line_after_clip> == 6);
  static_assert(smelt::detail::number_rows<program<>> == 0);
  static_assert(smelt::detail::number_rows<program<op_step<affine_op, 9>, op_step<fill_op, 2>>> == 12);
  for (smelt::index cols : {0, 1, 8, 64, 4096, 100000})
    CHECK((smelt::detail::map_rows(cols) >= 16 && smelt::detail::map_rows(cols) <= 4096));
  CHECK(smelt::detail::map_rows(64) == 512);
  CHECK(smelt::detail::map_rows(100) == 320);
}

TEST_CASE("infinities are counted one by one, the first of them in source order") {
  auto x = noise(50, 4);
  x(41, 2) = endless;
  x(7, 3) = -endless;
  x(7, 1) = endless;
  const smelt::index order[] = {41, 3, 7};
  pass_status status;
  smelt::detail::find_infinities(program<>{{}, no_numbers, 8, 4}, x.row_range(0, 50), order, 3, status);
  CHECK((status.infinities == 3 && status.first_row == 7 && status.first_col == 1));
  // In a view of later rows the place is that in the source.
  pass_status later;
  const smelt::index one[] = {1};
  smelt::detail::find_infinities(program<>{{}, no_numbers, 8, 4}, x.row_range(40, 50), one, 1, later);
  CHECK((later.infinities == 1 && later.first_row == 41 && later.first_col == 2));

  smelt::detail::shared_status all;
  all.merge(later);
  all.merge(pass_status{});
  all.merge(status);
  CHECK((all.all().infinities == 4 && all.all().first_row == 7));
}
