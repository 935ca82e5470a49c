// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Bit-packed rows: each column in as many bits as its values need, from 0 to 32, and how a host decodes
/// them in registers. `pack` in smelt/pack.hpp makes them.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/lanes.hpp>
#include <smelt/core/placed.hpp>
#include <smelt/core/view.hpp>

#include <bit>
#include <cstdint>
#include <cstring>  // std::memcpy
#include <span>
#include <string>
#include <type_traits>
#include <utility>  // std::integer_sequence

namespace smelt::inline v0 {

/// How a column is stored: a value is (code + base) * factor / divisor, rounded after each step and at
/// last to the element type. Whole numbers have factor and divisor 1, decimals a divisor of 10, 100,
/// ..., which gives the bits that reading the decimal gives; a range that is cut in steps has its step
/// for factor.
struct packed_column {
  static constexpr std::uint64_t none = ~std::uint64_t{0};

  std::uint32_t first = 0;       ///< bit of the row at which its codes begin
  std::uint32_t bits = 0;        ///< of a code, at most 32
  double base = 0.0;             ///< the least code stands for base * factor / divisor
  double factor = 1.0;
  double divisor = 1.0;
  std::uint64_t missing = none;  ///< the code of a missing value, if there is one

  SMELT_HD constexpr std::uint64_t mask() const { return (std::uint64_t{1} << bits) - 1; }
  SMELT_HD constexpr double value(std::uint64_t code) const {
    double v = product(add(static_cast<double>(code), base), factor);
    if (divisor != 1.0) v = divide(v, divisor);
    return code == missing ? missing_value<double> : v;
  }
  friend bool operator==(const packed_column&, const packed_column&) = default;
};

namespace detail {

/// Codes are found in words of 32 bits, the low bits first: a code lies in two of them at most.
static_assert(std::endian::native == std::endian::little);
using packed_word = std::uint32_t;
constexpr index word_bits = 32;

/// What is stored from a bit on: 32 bits and more.
SMELT_HD inline std::uint64_t bits_from(const packed_word* words, index bit) {
  const packed_word* at = words + bit / word_bits;
  return (at[0] | std::uint64_t{at[1]} << word_bits) >> (bit % word_bits);
}
/// A double as an element: integers are exact, the rest is rounded once.
template <class T>
SMELT_HD constexpr T element(double x) {
  if constexpr (has_missing<T>)
    return narrow<T>(x);
  else
    return static_cast<T>(x);
}

}  // namespace detail

/// A view of packed rows, read as elements of type T. Rows begin at bytes, so that any row is read by
/// itself, and row r of a column is found by one multiplication.
/// \shape rows x columns
/// \missing a code of its own in columns that have missing values
template <class T, class Space = host>
class packed_view {
 public:
  using value_type = T;
  using space = Space;

  packed_view() = default;
  packed_view(const detail::packed_word* words, const packed_column* columns, index rows, index cols,
              index row_bytes)
      : words_(words),
        columns_(columns),
        rows_(rows),
        cols_(cols),
        row_bits_(8 * row_bytes),
        total_rows_(rows) {}

  SMELT_HD index rows() const { return rows_; }
  SMELT_HD index cols() const { return cols_; }
  index first_row() const { return first_row_; }
  index total_rows() const { return total_rows_; }
  index bytes_per_row() const { return row_bits_ / 8; }
  const detail::packed_word* words() const { return words_; }
  const packed_column* stored_columns() const { return columns_; }
  /// The row of `words()` that row 0 is.
  index offset() const { return offset_; }
  std::span<const std::string> names() const { return names_; }

  SMELT_HD T operator()(index r, index c) const {
    const packed_column& column = columns_[c];
    const index bit = (offset_ + r) * row_bits_ + static_cast<index>(column.first);
    return detail::element<T>(column.value(detail::bits_from(words_, bit) & column.mask()));
  }
  /// The same view of copies of its memory: `copy(first, count)` returns where it has put so many words
  /// or columns. Rows before the first of the view are copied with them.
  template <class Space2, class Copy>
  packed_view<T, Space2> copied(Copy&& copy) const {
    const index last = (offset_ + rows_) * (row_bits_ / 8);
    const detail::packed_word* const words = copy(words_, (last + 3) / 4 + 2);
    packed_view<T, Space2> made(words, copy(columns_, cols_), offset_ + rows_, cols_, row_bits_ / 8);
    return made.row_range(offset_, offset_ + rows_).numbered(first_row_, total_rows_);
  }
  /// The same rows with other numbers in their source.
  packed_view numbered(index first_row, index total_rows) const {
    packed_view made = *this;
    made.first_row_ = first_row;
    made.total_rows_ = total_rows;
    return made;
  }
  /// Where its memory begins, for a policy that must reach it.
  const void* memory() const { return words_; }
  detail::placed placed() const {
    const index row = row_bits_ / 8;
    return {reinterpret_cast<const char*>(words_) + offset_ * row, row, {{{rows_, row}}}};
  }
  packed_view named(std::span<const std::string> names) const {
    packed_view made = *this;
    made.names_ = names;
    return made;
  }
  /// Columns `first`, ..., `last - 1`.
  packed_view columns(index first, index last) const {
    detail::expect_columns(first, last, cols_);
    packed_view made = *this;
    made.columns_ = columns_ + first;
    made.cols_ = last - first;
    made.names_ = detail::names_between(names_, first, last);
    return made;
  }
  /// Rows `first`, ..., `last - 1`; they keep their numbers in the source.
  packed_view row_range(index first, index last) const {
    detail::expect_rows(first, last, rows_);
    packed_view made = *this;
    made.offset_ = offset_ + first;
    made.rows_ = last - first;
    made.first_row_ = first_row_ + first;
    return made;
  }

 private:
  const detail::packed_word* words_ = nullptr;
  const packed_column* columns_ = nullptr;
  index rows_ = 0;
  index cols_ = 0;
  index row_bits_ = 0;
  index offset_ = 0;
  index first_row_ = 0;
  index total_rows_ = 0;
  std::span<const std::string> names_;
};

namespace detail {
inline namespace SMELT_ISA {

/// Some neighbouring columns, whose codes are read a row at a time.
template <class T>
class packed_columns {
 public:
  SMELT_INLINE explicit packed_columns(const packed_column* columns) {
    for (int l = 0; l < vector_lanes; ++l) {
      const packed_column& column = columns[l];
      byte_[l] = column.first / 8;
      shift_[l] = column.first % 8;
      mask_[l] = column.mask();
      base_[l] = column.base;
      factor_[l] = column.factor;
      divisor_[l] = column.divisor;
      inverse_[l] = 1.0 / column.divisor;
      missing_[l] = column.missing;
      divides_ = divides_ || column.divisor != 1.0;
    }
  }
  /// `n` rows of some that are `row_step` bytes apart, to rows that are `to_step` elements apart.
  void read(const unsigned char* first, index row_step, const index* rows, index n, T* to,
            index to_step) const {
    if (!divides_) {
      read<none>(first, row_step, rows, n, to, to_step);
      return;
    }
    if constexpr (std::is_same_v<T, float>)
      if (read<by_inverse>(first, row_step, rows, n, to, to_step)) return;
    read<exactly>(first, row_step, rows, n, to, to_step);
  }

 private:
  static constexpr std::uint64_t two_to_52 = 0x4330000000000000u;
  enum division { none, by_inverse, exactly };

  /// False where an inverse may have given another float than the division. Their doubles differ by two
  /// units of the last place at most, so they round to the same float unless the middle of two floats
  /// lies as near.
  template <division How>
  SMELT_INLINE bool read(const unsigned char* first, index row_step, const index* rows, index n, T* to,
                         index to_step) const {
    constexpr std::uint64_t below = (std::uint64_t{1} << 29) - 1;
    constexpr std::uint64_t middle = std::uint64_t{1} << 28;
    vector_bits unsafe = {};
    for (index r = 0; r < n; ++r) {
      const vector_bits code = (stored(first + rows[r] * row_step, lanes{}) >> shift_) & mask_;
      // Bits from 2^52 on are those of 2^52 + code.
      vector_doubles x = bits_as<vector_doubles>(code | two_to_52) - 0x1p52;
      x = (x + base_) * factor_;
      if constexpr (How == by_inverse) {
        x = x * inverse_;
        const vector_bits off = (bits_as<vector_bits>(x) - (middle - 4)) & below;
        unsafe |= (vector_bits)(off <= 8);
      } else if constexpr (How == exactly) {
        x = x / divisor_;
      }
      const vector_bits gaps = (vector_bits)(code == missing_);
      write(bits_as<vector_doubles>((gaps & bits_as<std::uint64_t>(missing_value<double>)) |
                                    (~gaps & bits_as<vector_bits>(x))),
            to + r * to_step);
    }
    return !any(unsafe, lanes{});
  }

  // No loop over lanes: at -O2 it would stay one.
  using lanes = std::make_integer_sequence<int, vector_lanes>;
  template <int... L>
  SMELT_INLINE vector_bits stored(const unsigned char* row, std::integer_sequence<int, L...>) const {
    auto bits_at = [row](std::uint32_t byte) {
      std::uint64_t bits;
      std::memcpy(&bits, row + byte, sizeof bits);
      return bits;
    };
    return vector_bits{bits_at(byte_[L])...};
  }
  SMELT_INLINE static void write(vector_doubles x, T* to) {
    typedef T elements __attribute__((vector_size(sizeof(T) * vector_lanes)));
    const elements all = __builtin_convertvector(x, elements);
    std::memcpy(to, &all, sizeof all);
  }
  template <int... L>
  SMELT_INLINE static bool any(vector_bits x, std::integer_sequence<int, L...>) {
    return (x[L] | ...) != 0;
  }

  std::uint32_t byte_[vector_lanes];
  vector_bits shift_;
  vector_bits mask_;
  vector_doubles base_;
  vector_doubles factor_;
  vector_doubles divisor_;
  vector_doubles inverse_;
  vector_bits missing_;
  bool divides_ = false;
};

}  // namespace SMELT_ISA
}  // namespace detail

inline namespace SMELT_ISA {

/// Rows of these numbers, all columns of each, one after another; see `block_view`.
template <class T>
  requires std::is_floating_point_v<T>
void read_rows(const packed_view<T>& x, const index* rows, index n, T* to) {
  const index cols = x.cols();
  const auto* const first = reinterpret_cast<const unsigned char*>(x.words()) +
                            x.offset() * x.bytes_per_row();
  index c = 0;
  constexpr index worth_preparing = 4;  // rows, for which the numbers of columns are read once
  for (; !fast_math && n >= worth_preparing && c + detail::vector_lanes <= cols;
       c += detail::vector_lanes) {
    const detail::packed_columns<T> some(x.stored_columns() + c);
    some.read(first, x.bytes_per_row(), rows, n, to + c, cols);
  }
  for (index r = 0; r < n; ++r)
    for (index k = c; k < cols; ++k) to[r * cols + k] = x(rows[r], k);
}

}  // namespace SMELT_ISA

static_assert(block_view<packed_view<float>>);

}  // namespace smelt::inline v0
