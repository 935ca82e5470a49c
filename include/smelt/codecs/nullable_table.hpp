// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Columns with null bits that own their memory: what a chain writes for programs that know nulls.
///
///     nullable_table<std::int32_t> out(x.rows(), fitted.cols_out());
///     out.shrink(transform(on::eigen, fitted, x, out));   // to the rows that were written
///     to_arrow(std::move(out), &schema, &array);          // for pyarrow, polars, DuckDB, cuDF

#include <smelt/codecs/nullable.hpp>
#include <smelt/core/table.hpp>

#include <algorithm>  // std::fill_n, std::max
#include <bit>        // std::popcount
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// Columns with null bits that own their memory: values and bitmaps of each column begin at multiples of 64
/// bytes. Nothing is there until it is written: all bits are 0, and those behind the last row stay so.
/// \complexity an eighth of a byte a value beside the values
template <nullable_element T>
class nullable_table {
 public:
  using value_type = detail::number_of<T>;
  using space = host;

  nullable_table() = default;
  /// Room for `rows` rows; names, when given, are one for each column.
  nullable_table(index rows, index cols, std::vector<std::string> names = {}, resource_ref memory = {})
      : values_(whole_lines(rows, cols), cols, std::move(names), memory),
        stride_(rounded(rows, 512) * 64),
        bits_(cols * stride_, memory) {
    values_.shrink(rows);
    std::fill_n(bits_.data(), bits_.size(), std::uint8_t{0});
  }

  index rows() const { return values_.rows(); }
  index cols() const { return values_.cols(); }
  index first_row() const { return 0; }
  index total_rows() const { return rows(); }
  std::span<const std::string> names() const { return values_.names(); }
  nullable_view<T> view() { return {values_.view(), bits_.data(), stride_}; }
  nullable_view<const T> view() const { return {values_.view(), bits_.data(), stride_}; }
  nullable_view<const T> columns(index first, index last) const { return view().columns(first, last); }
  nullable_view<const T> row_range(index first, index last) const { return view().row_range(first, last); }
  /// How many values of a column have bit 0.
  index nulls(index c) const {
    index there = 0;
    const std::uint8_t* const bits = view().bits(c);
    for (index b = 0; b < stride_; ++b) there += std::popcount(bits[b]);
    return rows() - there;
  }
  /// As of a table.
  void zero_on_release() {
    values_.zero_on_release();
    bits_.zero_on_release();
  }
  /// Forgets the rows from `rows` on; keeps the memory.
  void shrink(index rows) {
    values_.shrink(rows);
    for (index c = 0; c < cols(); ++c) {
      std::uint8_t* const bits = view().bits(c);
      for (index b = rows / 8; b < stride_; ++b)
        bits[b] = b > rows / 8 ? 0 : static_cast<std::uint8_t>(bits[b] & ((1u << (rows % 8)) - 1));
    }
  }

 private:
  static index rounded(index n, index step) { return n / step + (n % step != 0 ? 1 : 0); }
  /// Rows for which the next column begins a line of the caches.
  static index whole_lines(index rows, index cols) {
    constexpr index line = std::max<index>(64 / static_cast<index>(sizeof(T)), 1);
    static_cast<void>(detail::counted(rows, cols, sizeof(T)));
    const index lines = rounded(rows, line);
    return lines <= std::numeric_limits<index>::max() / line ? lines * line : rows;
  }

  table<T, column_major> values_;
  index stride_ = 0;
  buffer<std::uint8_t> bits_;
};

}  // namespace smelt::inline v0
