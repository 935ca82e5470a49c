// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Leaves of bytes, counted in whole numbers. Of integers of 8 bits shifted by an integer each sum of
/// a leaf is an integer that a double holds exactly, and so is each sum on the way to it: whatever the
/// order and the lanes, the bits are the same. So they are added up as they are, unshifted, a register of
/// bytes at a time.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/memory.hpp>
#include <smelt/plan/summary.hpp>
#include <smelt/policies/eigen/note.hpp>
#include <smelt/statistics/extrema.hpp>
#include <smelt/statistics/moments.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>  // std::memcpy
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// True for a program whose only mark sees the source as it is, and has no statistics but those that
/// `noted_bytes` knows.
template <class Program>
inline constexpr bool marks_source_alone = false;
template <class... S, class... Steps>
inline constexpr bool marks_source_alone<program<mark_step<0, S...>, Steps...>> =
    !(is_mark<Steps> || ...) &&
    ((std::is_same_v<S, tally> || std::is_same_v<S, moments> || std::is_same_v<S, extrema>) && ...);

/// True where leaves may be counted.
template <class Program, class View>
inline constexpr bool counts_leaves =
    marks_source_alone<Program> && sizeof(typename View::value_type) == 1 &&
    std::is_integral_v<typename View::value_type> &&
    (rows_in_memory<View> || columns_in_memory<View>);

/// Sums of a leaf of bytes.
template <class T>
class noted_bytes {
 public:
  /// Elements of a register, and of what is added up at once: a row, some rows or a part of one.
  static constexpr index size = sizeof(raw_packet);
  static constexpr index most = 1024;

  /// Overwritten where they were, on the stack, at the end of it if `memory` is.
  explicit noted_bytes(resource_ref memory = {}) : zeroes_(memory.zeroes()) {}

  /// Whether sums with these shifts are exact.
  static bool exact(const double* shift, index cols) {
    bool all = true;
    for (index c = 0; c < cols; ++c)
      all = all && magnitude(shift[c]) <= 65536.0 &&
            static_cast<double>(static_cast<std::int64_t>(shift[c])) == shift[c];
    return all;
  }

  /// `rows` rows of `width` elements, at least a register and at most `most`, `step` apart. Such rows
  /// are at `next`, too, or will be: they are asked for meanwhile.
  void note(const T* from, index rows, index step, index width, const T* next) {
    const index whole = width / size * size;
    const index all = whole == width ? width : whole + size;
    std::fill_n(sum_, all, 0);
    std::fill_n(squares_, all, 0u);
    std::fill_n(least_, all, std::numeric_limits<byte>::max());
    std::fill_n(greatest_, all, std::numeric_limits<byte>::lowest());
    constexpr index near = 131072;  // bytes
    const index some = std::clamp<index>(near / width, 16, 256);  // 256 of them fit in 16 bits
    for (; rows > 0; rows -= some, from += some * step) {
      const index n = std::min(some, rows);
      read_ahead ahead(n < rows ? from + n * step : next, width, step);
      for (index c = 0; c < whole; c += size) note_register(from + c, n, step, c, ahead);
      if (whole < width) note_register(from + width - size, n, step, whole, ahead);
    }
    if (whole == width) return;
    // The last register began before the end of the one before it.
    const index again = whole + size - width;
    auto put_together = [&](auto* sums) { copy_elements(sums + whole + again, size - again, sums + whole); };
    put_together(sum_);
    put_together(squares_);
    put_together(least_);
    put_together(greatest_);
  }
  /// Those of `cols` columns that lie next to one another in what was noted, which is `cols` columns
  /// again and again.
  void join(index width, index cols) {
    for (index half = width / 2; half >= cols; half /= 2)
      for (index i = 0; i < half; ++i) {
        sum_[i] += sum_[i + half];
        squares_[i] += squares_[i + half];
        least_[i] = std::min(least_[i], least_[i + half]);
        greatest_[i] = std::max(greatest_[i], greatest_[i + half]);
      }
  }
  /// Writes the first `cols` columns, of `rows` rows, into a closed leaf from column `first` on.
  template <class Mark>
  void close(index rows, const double* shift, index first, index cols, double* closed,
             index pitch) const {
    closed[0] = static_cast<double>(rows);
    slot_layout<Mark>::each(closed, closed, pitch, [&](auto statistic, double*, double* part) {
      using S = decltype(statistic);
      part += first;
      for (index c = 0; c < cols; ++c) {
        if constexpr (std::is_same_v<S, tally>) {
          part[c] = static_cast<double>(rows);
        } else if constexpr (std::is_same_v<S, moments>) {
          const auto k = static_cast<std::int64_t>(shift[first + c]);
          const std::int64_t s = sum_[c];
          const std::int64_t q = squares_[c];
          part[c] = static_cast<double>(s - rows * k);
          part[pitch + c] = static_cast<double>(q - 2 * k * s + rows * k * k);
        } else {
          part[c] = static_cast<double>(least_[c]);
          part[pitch + c] = static_cast<double>(greatest_[c]);
        }
      }
    });
  }

 private:
  static constexpr bool has_sign = std::is_signed_v<T>;
  using byte = std::conditional_t<has_sign, std::int8_t, std::uint8_t>;
  using half_word = std::conditional_t<has_sign, std::int16_t, std::uint16_t>;
  typedef byte bytes __attribute__((vector_size(static_cast<std::size_t>(size))));
  typedef half_word halves __attribute__((vector_size(static_cast<std::size_t>(size))));
  typedef std::uint16_t plain_halves __attribute__((vector_size(static_cast<std::size_t>(size))));
  typedef std::uint32_t words __attribute__((vector_size(static_cast<std::size_t>(size))));

  SMELT_INLINE static bytes load_bytes(const T* from) {
    bytes v;
    std::memcpy(&v, from, sizeof v);
    return v;
  }

  /// Adds a register of columns of each row to the sums from place `to` on.
  SMELT_INLINE void note_register(const T* from, index rows, index step, index to,
                                  read_ahead& reader) {
    halves sum[2] = {};
    words squares[2][2] = {};
    bytes least = load_bytes(from);
    bytes greatest = least;
    read_ahead ahead = reader;
    for (index r = 0; r < rows; ++r, from += step) {
      ahead.ask<size>();
      const bytes x = load_bytes(from);
      least = x < least ? x : least;
      greatest = x > greatest ? x : greatest;
      // Bytes of even and of odd places: what converts them takes them out one by one in some compilers.
      const auto two = (halves)x;
      const halves apart[2] = {has_sign ? two << 8 >> 8 : two & 0xff, two >> 8};
      for (int h = 0; h < 2; ++h) {
        sum[h] += apart[h];
        const auto plain = (plain_halves)apart[h];
        const auto square = (words)(plain * plain);
        squares[h][0] += square & 0xffffu;
        squares[h][1] += square >> 16;
      }
    }
    reader = ahead;
    // A register of each, by element.
    half_word sums[2][size / 2];
    std::uint32_t sums_of_squares[2][2][size / 4];
    byte ends[2][size];
    std::memcpy(sums, sum, sizeof sums);
    std::memcpy(sums_of_squares, squares, sizeof sums_of_squares);
    std::memcpy(ends[0], &least, sizeof least);
    std::memcpy(ends[1], &greatest, sizeof greatest);
    for (index i = 0; i < size / 4; ++i)
      for (index k = 0; k < 4; ++k) {
        sum_[to + 4 * i + k] += sums[k % 2][2 * i + k / 2];
        squares_[to + 4 * i + k] += sums_of_squares[k % 2][k / 2][i];
      }
    for (index i = 0; i < size; ++i) {
      least_[to + i] = std::min(least_[to + i], ends[0][i]);
      greatest_[to + i] = std::max(greatest_[to + i], ends[1][i]);
    }
    if (!zeroes_) return;
    overwrite(sums, sizeof sums);
    overwrite(sums_of_squares, sizeof sums_of_squares);
    overwrite(ends, sizeof ends);
  }

  std::int32_t sum_[most + size];
  std::uint32_t squares_[most + size];
  byte least_[most + size];
  byte greatest_[most + size];
  bool zeroes_;
};

/// Counts a leaf of all its rows, from source row `row` on, into a closed one; false where rows are
/// narrower than a register and apart, or a shift is no integer. The sums are on the stack, and go by `memory`.
template <class Program, class View>
bool count_leaf(const Program& p, const View& x, const double* shift, index row, double* closed,
                resource_ref memory = {}) {
  using value_type = typename View::value_type;
  using noted = noted_bytes<value_type>;
  const index cols = p.cols;
  if (!noted::exact(shift, cols)) return false;
  noted sums(memory);
  const swept of_sums(sums, memory);
  // `n` columns, `as_one` rows side by side.
  auto some = [&](index first, index n, index as_one, const value_type* from, index step,
                  const value_type* next) {
    sums.note(from, leaf_rows / as_one, step * as_one, n * as_one, next);
    sums.join(n * as_one, n);
    summary<Program>::each(p.pitch, [&](auto mark, index, index at) {
      sums.template close<decltype(mark)>(leaf_rows, shift, first, n, closed + at, p.pitch);
    });
  };
  if constexpr (columns_in_memory<View>) {
    for (index c = 0; c < cols; ++c)
      some(c, 1, noted::size, column_from(x, row, leaf_rows, c), 1,
           column_from(x, row, leaf_rows, c + 1));
  } else {
    const index step = x.row_stride();
    const value_type* from = x.data() + row * step;
    // Rows of any width, some of them as one, fill few registers only in part.
    index as_one = 1;
    if (step == cols)
      while (cols * as_one < noted::most / 2 && cols * as_one % noted::size != 0) as_one *= 2;
    if (cols * as_one < noted::size) return false;
    for (index c = 0; c < cols; c += noted::most) {
      const index first = as_one > 1 ? 0 : std::min(c, cols - noted::size);
      some(first, std::min(cols - first, noted::most), as_one, from + first, step,
           from + leaf_rows * step + first);
    }
  }
  return true;
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
