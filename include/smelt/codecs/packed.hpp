// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Bit-packed tables: each column in as many bits as its values need, from 0 to 32. `pack` in
/// smelt/pack.hpp makes them.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/table.hpp>
#include <smelt/core/view.hpp>

#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

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
  /// Rows [first, first + n), one after another.
  void read_rows(index first, index n, T* to) const {
    for (index r = 0; r < n; ++r) {
      const index row = (offset_ + first + r) * row_bits_;
      for (index c = 0; c < cols_; ++c) {
        const packed_column& column = columns_[c];
        const std::uint64_t code =
            detail::bits_from(words_, row + static_cast<index>(column.first)) & column.mask();
        *to++ = detail::element<T>(column.value(code));
      }
    }
  }

  packed_view named(std::span<const std::string> names) const {
    packed_view made = *this;
    made.names_ = names;
    return made;
  }
  /// Columns `first`, ..., `last - 1`.
  packed_view columns(index first, index last) const {
    expect<shape_error>(0 <= first && first <= last && last <= cols_, "columns ", first, " to ",
                        last, " of a view of ", cols_, " columns");
    packed_view made = *this;
    made.columns_ = columns_ + first;
    made.cols_ = last - first;
    if (!names_.empty())
      made.names_ = names_.subspan(static_cast<std::size_t>(first),
                                   static_cast<std::size_t>(last - first));
    return made;
  }
  /// Rows `first`, ..., `last - 1`; they keep their numbers in the source.
  packed_view row_range(index first, index last) const {
    expect<shape_error>(0 <= first && first <= last && last <= rows_, "rows ", first, " to ", last,
                        " of a view of ", rows_, " rows");
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

/// A packed table that owns its memory.
template <class T>
class packed_table {
 public:
  using value_type = T;
  using space = host;

  packed_table() = default;
  /// Room for `rows` rows of these columns, not written; the bits behind the last row are 0.
  packed_table(std::vector<packed_column> columns, index rows, index row_bytes,
               std::vector<std::string> names = {})
      : words_(words_for(rows, row_bytes)),
        columns_(std::move(columns)),
        rows_(rows),
        row_bytes_(row_bytes),
        names_(std::move(names)) {
    for (index w = rows * row_bytes / 4; w < words_.size(); ++w) words_.data()[w] = 0;
  }

  index rows() const { return rows_; }
  index cols() const { return static_cast<index>(columns_.size()); }
  index first_row() const { return 0; }
  index total_rows() const { return rows_; }
  index bytes_per_row() const { return row_bytes_; }
  /// Bytes of all rows.
  index bytes() const { return rows_ * row_bytes_; }
  const std::vector<packed_column>& stored_columns() const { return columns_; }
  const detail::packed_word* words() const { return words_.data(); }
  detail::packed_word* words() { return words_.data(); }
  std::span<const std::string> names() const { return names_; }

  packed_view<T> view() const {
    return packed_view<T>(words(), columns_.data(), rows_, cols(), row_bytes_).named(names_);
  }
  packed_view<T> columns(index first, index last) const { return view().columns(first, last); }
  packed_view<T> row_range(index first, index last) const { return view().row_range(first, last); }

  /// Words that hold so many rows, and two more, which are read beyond the last code.
  static index words_for(index rows, index row_bytes) {
    return (detail::counted(rows, row_bytes, 1) + 3) / 4 + 2;
  }

 private:
  buffer<detail::packed_word> words_;
  std::vector<packed_column> columns_;
  index rows_ = 0;
  index row_bytes_ = 0;
  std::vector<std::string> names_;
};

static_assert(view<packed_view<float>>);

}  // namespace smelt::inline v0
