// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A table whose elements are the pages of a file: nothing is copied, and the system reads what a pass
/// touches.

#include <smelt/core/say.hpp>
#include <smelt/core/small_float.hpp>
#include <smelt/core/view.hpp>
#include <smelt/read/mapped_file.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace smelt::inline v0 {

/// What a file of numbers can be read as: float, double, f16, and integers of 8 to 64 bits.
template <class T>
concept file_element =
    std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, detail::binary16> ||
    (std::is_integral_v<T> && sizeof(T) <= 8 && !std::is_same_v<T, bool> &&
     !std::is_same_v<T, char> && !std::is_same_v<T, wchar_t> && !std::is_same_v<T, char8_t> &&
     !std::is_same_v<T, char16_t> && !std::is_same_v<T, char32_t>);

/// A matrix in a mapped file, which stays mapped as long as this lives: read-only, movable, not
/// copyable. Views of it end with it.
template <file_element T, class Layout = row_major>
class mapped_table {
 public:
  using element_type = const T;
  using value_type = T;
  using layout = Layout;
  using space = host;

  /// Elements of `file` from byte `offset` on, which must be all there and aligned (`map_npy` and
  /// `map_raw` see to that).
  mapped_table(mapped_file file, index offset, index rows, index cols, index row_stride,
               index col_stride)
      : file_(std::move(file)),
        offset_(offset),
        rows_(rows),
        cols_(cols),
        row_stride_(row_stride),
        col_stride_(col_stride) {
    file_.read_in_any_order();
  }

  index rows() const { return rows_; }
  index cols() const { return cols_; }
  /// Asked of the file each time: bytes that were read, not mapped, may move with it.
  const T* data() const { return reinterpret_cast<const T*>(file_.text().data() + offset_); }
  matrix_view<const T, Layout> view() const {
    return matrix_view<const T, Layout>(data(), rows_, cols_, row_stride_, col_stride_);
  }
  /// Columns `first`, ..., `last - 1`, as a view.
  matrix_view<const T, Layout> columns(index first, index last) const {
    return view().columns(first, last);
  }
  /// One column, as a view.
  column_view<const T> column(index c) const { return view().column(c); }
  /// Rows `first`, ..., `last - 1`, as a view.
  matrix_view<const T, Layout> row_range(index first, index last) const {
    return view().row_range(first, last);
  }

 private:
  mapped_file file_;
  index offset_;
  index rows_;
  index cols_;
  index row_stride_;
  index col_stride_;
};

namespace detail {

/// A table of a file whose elements are stored by row or by column, without gaps, in a layout that
/// has them so; `stored_by_column` must fit the layout, or not matter.
template <class T, class Layout>
mapped_table<T, Layout> table_of_pages(mapped_file file, index offset, index rows, index cols,
                                       bool stored_by_column) {
  // Where there is one row, one column or nothing, both orders are the same bytes.
  if constexpr (std::is_same_v<Layout, row_major>) stored_by_column = false;
  if constexpr (std::is_same_v<Layout, column_major>) stored_by_column = true;
  return {std::move(file),          offset, rows, cols, stored_by_column ? 1 : cols,
          stored_by_column ? rows : 1};
}

/// Whether elements of `size` bytes can be read where they lie.
inline bool aligned(const char* at, std::size_t size) {
  return reinterpret_cast<std::uintptr_t>(at) % size == 0;
}

}  // namespace detail

}  // namespace smelt::inline v0
