// SPDX-License-Identifier: BSL-1.0
/// \file
/// Leaves of bytes, counted: the sums of a plain loop, the bits of on::seq, and the leaves that are left
/// to others.

#include <smelt/policies/eigen/note_bytes.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::count_leaf;
using smelt::detail::counts_leaves;

namespace {

using mark = mark_step<0, tally, moments, extrema>;
using folded = program<mark>;

/// Bytes of which a third are the least there are, and a third the greatest.
template <class T>
T byte_at(smelt::index r, smelt::index c) {
  const auto bits = noise_at<std::int32_t>(r, c, 0) + 1000;
  if (bits % 3 == 0) return std::numeric_limits<T>::lowest();
  if (bits % 3 == 1) return std::numeric_limits<T>::max();
  return static_cast<T>(bits / 3);
}
template <class T, class Layout>
table<T, Layout> bytes(smelt::index rows, smelt::index cols, bool all_greatest = false) {
  table<T, Layout> made(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c)
      made(r, c) = all_greatest ? std::numeric_limits<T>::max() : byte_at<T>(r, c);
  return made;
}

/// How many sums of the leaf from row `first` on differ from those of a plain loop; -1: not counted.
template <class View>
smelt::index wrong_sums(const View& x, smelt::index first, double by = 0.0) {
  const smelt::index pitch = pitch_of(x.cols());
  folded p;
  p.pitch = pitch;
  p.cols = x.cols();
  std::vector<double> shift(static_cast<std::size_t>(pitch));
  for (std::size_t c = 0; c < shift.size(); ++c) shift[c] = static_cast<double>(c % 200) - 60.0 + by;
  std::vector<double> closed(static_cast<std::size_t>(summary<folded>::closed_size(pitch)), -1.0);
  if (!count_leaf(p, x, shift.data(), first, closed.data())) return -1;
  smelt::index wrong = closed[0] != 1024.0;
  for (smelt::index c = 0; c < x.cols(); ++c) {
    double expected[5] = {0.0, 0.0, 0.0, 1e9, -1e9};
    for (smelt::index r = first; r < first + 1024; ++r) {
      const auto v = static_cast<double>(x(r, c));
      const double away = v - shift[static_cast<std::size_t>(c)];
      expected[0] += 1.0;
      expected[1] += away;
      expected[2] += away * away;
      expected[3] = std::min(expected[3], v);
      expected[4] = std::max(expected[4], v);
    }
    for (smelt::index k = 0; k < 5; ++k)
      wrong += !same_bits(closed[static_cast<std::size_t>(slot_layout<mark>::head + k * pitch + c)],
                          expected[k] + 0.0);
  }
  return wrong;
}

}  // namespace

TEST_CASE("sums of a leaf, of any width, signed or not") {
  for (smelt::index cols : {1, 2, 3, 13, 63, 64, 65, 200, 1024, 1030}) {
    CAPTURE(cols);
    CHECK(wrong_sums(bytes<std::uint8_t, row_major>(1027, cols).view(), 3) == 0);
    CHECK(wrong_sums(bytes<std::uint8_t, column_major>(1027, cols).view(), 3) == 0);
    CHECK(wrong_sums(bytes<std::int8_t, row_major>(1024, cols).view(), 0) == 0);
    CHECK(wrong_sums(bytes<bool, column_major>(1024, cols).view(), 0) == 0);
    // No sum is larger.
    CHECK(wrong_sums(bytes<std::uint8_t, row_major>(1024, cols, true).view(), 0) == 0);
    CHECK(wrong_sums(bytes<std::int8_t, column_major>(1024, cols, true).view(), 0) == 0);
  }
}

TEST_CASE("the least and the greatest are found in whatever row they are") {
  for (smelt::index cols : {1, 3, 70})
    for (smelt::index row = 0; row < 1024; row += 31) {
      CAPTURE(cols);
      CAPTURE(row);
      table<std::int8_t> x(1024, cols);
      std::fill_n(x.data(), 1024 * cols, std::int8_t{5});
      x(row, cols / 2) = -7;
      x(1023 - row, cols - 1) = 9;
      CHECK(wrong_sums(x.view(), 0) == 0);
      CHECK(wrong_sums(laid_out<column_major>(x).view(), 0) == 0);
    }
}

TEST_CASE("rows that lie apart; rows too narrow for a register, or shifts that are no integers, are not counted") {
  const auto x = bytes<std::uint8_t, row_major>(1030, 100);
  CHECK(wrong_sums(x.view().columns(3, 90), 5) == 0);
  CHECK(wrong_sums(x.view().columns(3, 8), 5) == -1);
  CHECK(wrong_sums(x.view(), 5, 0.5) == -1);
  CHECK(wrong_sums(x.view(), 5, 1e6) == -1);
}

TEST_CASE("what is counted: bytes in memory, seen as they are by statistics that are known") {
  using image = matrix_view<const std::uint8_t>;
  static_assert(counts_leaves<folded, image>);
  static_assert(counts_leaves<program<mark_step<0, tally>>, matrix_view<const bool, column_major>>);
  static_assert(!counts_leaves<folded, matrix_view<const std::int16_t>>);
  static_assert(!counts_leaves<folded, matrix_view<const std::uint8_t, strided>>);
  static_assert(!counts_leaves<program<op_step<clip_op, 0>, mark>, image>);
  static_assert(!counts_leaves<program<mark, mark_step<1, tally, moments>>, image>);
  struct unknown : tally {};
  static_assert(!counts_leaves<program<mark_step<0, tally, unknown>>, image>);
}

TEST_CASE("the same fit as on::seq") {
  workers pool{2};
  const auto chain = standardize() | normalize(min_max{});
  auto same = [&](const auto& x) { CHECK(fit(on::eigen.on(pool), chain, x) == fit(on::seq, chain, x)); };
  for (smelt::index cols : {1, 3, 65}) {
    CAPTURE(cols);
    const auto x = bytes<std::uint8_t, row_major>(2500, cols);
    same(x);
    same(x.row_range(5, 2100));
    same(laid_out<column_major>(x));
    same(bytes<std::int8_t, row_major>(1025, cols));
  }
}
