// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Fields: rows with up to three extents, as grids of a simulation have them, without their halo.

#include <smelt/core/placed.hpp>
#include <smelt/core/view.hpp>

#include <algorithm>  // std::copy_n, std::min
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>

namespace smelt::inline v0 {

/// One extent of a field: points, and elements from each to the next.
struct field_extent {
  index size = 1;
  index stride = 0;
  friend bool operator==(const field_extent&, const field_extent&) = default;
};

/// A view whose rows are the points of a grid, the first extent fastest, and whose columns are the
/// variables that each point has. Nothing between the points and beyond them is read or written.
/// \shape (first x second x third extent) rows x columns
template <class T, class Space = host>
class field_view {
 public:
  using element_type = T;
  using value_type = std::remove_const_t<T>;
  using space = Space;

  field_view() = default;
  /// `first` is the first variable of the first point; `col_stride` elements lie between variables.
  field_view(T* first, const std::array<field_extent, 3>& extents, index cols, index col_stride)
      : first_(first), cols_(cols), col_stride_(col_stride) {
    constexpr index most = std::numeric_limits<index>::max();
    index rows = 1;
    for (std::size_t e = 0; e < 3; ++e) {
      extents_[e] = extents[e];
      expect<shape_error>(extents[e].size >= 0 && cols >= 0, "a field cannot have extents of ",
                          extents[0].size, ", ", extents[1].size, " and ", extents[2].size,
                          " points and ", cols, " columns");
      expect<shape_error>(extents[e].size == 0 || rows <= most / extents[e].size, "a field of ",
                          extents[0].size, " x ", extents[1].size, " x ", extents[2].size,
                          " points has too many to count");
      rows *= extents[e].size;
    }
    rows_ = total_rows_ = rows;
    // Lines without a gap between them are one.
    run_ = extents[0].size;
    for (std::size_t e = 1; e < 3 && extents[e].stride == run_ * extents[0].stride; ++e)
      run_ *= extents[e].size;
  }
  /// Read-only from writable.
  template <class Writable>
    requires(std::is_const_v<T> && std::is_same_v<const Writable, T>)
  field_view(const field_view<Writable, Space>& other)
      : field_view(other.data(), other.extents(), other.cols(), other.col_stride()) {
    *this = row_range(other.offset(), other.offset() + other.rows())
                .numbered(other.first_row(), other.total_rows())
                .named(other.names());
  }

  SMELT_HD index rows() const { return rows_; }
  SMELT_HD index cols() const { return cols_; }
  index first_row() const { return first_row_; }
  index total_rows() const { return total_rows_; }
  std::array<field_extent, 3> extents() const { return {extents_[0], extents_[1], extents_[2]}; }
  index col_stride() const { return col_stride_; }
  /// The point of the whole field that row 0 is.
  index offset() const { return offset_; }
  /// The first variable of the first point of the whole field.
  T* data() const { return first_; }
  std::span<const std::string> names() const { return names_; }

  SMELT_HD T& operator()(index r, index c) const { return first_[place(r) + c * col_stride_]; }
  /// One element, as a policy on a device writes it.
  SMELT_HD void put(index r, index c, value_type value) const
    requires(!std::is_const_v<T>)
  {
    (*this)(r, c) = value;
  }

  /// The rows from `r` on that lie in memory one step apart: those up to the end of the first extent, or
  /// of those that follow it without a gap.
  matrix_view<T, strided, Space> run(index r) const {
    const index left = run_ - (offset_ + r) % run_;
    return matrix_view<T, strided, Space>(first_ + place(r), std::min(left, rows_ - r), cols_,
                                          extents_[0].stride, col_stride_);
  }
  /// Where its elements lie, those of rows that a range has left out too.
  detail::placed placed() const {
    constexpr index size = sizeof(T);
    detail::placed made{reinterpret_cast<const char*>(first_), size, {}};
    for (std::size_t e = 0; e < 3; ++e)
      made.axes[e] = {rows_ == 0 ? 0 : extents_[e].size, extents_[e].stride * size};
    made.axes[3] = {cols_, col_stride_ * size};
    return made;
  }
  /// True when each element of one is that element of the other.
  template <class Other>
  bool same_elements(const field_view<Other, Space>& other) const {
    return data() == other.data() && extents() == other.extents() && offset() == other.offset() &&
           col_stride() == other.col_stride();
  }
  /// The same view of a copy of its memory, from its lowest element to its highest, halo and all:
  /// `copy(first, count)` returns where it has put so many elements.
  template <class Space2, class Copy>
  field_view<const value_type, Space2> copied(Copy&& copy) const {
    const auto [low, high] = detail::bytes_of(placed());
    const auto* const from = reinterpret_cast<const value_type*>(low);
    const value_type* const there = copy(from, (high - low) / index{sizeof(T)});
    field_view<const value_type, Space2> made(from ? there + (first_ - from) : there, extents(), cols_,
                                              col_stride_);
    return made.row_range(offset_, offset_ + rows_).numbered(first_row_, total_rows_);
  }

  /// The same rows with other numbers in their source.
  field_view numbered(index first_row, index total_rows) const {
    field_view made = *this;
    made.first_row_ = first_row;
    made.total_rows_ = total_rows;
    return made;
  }
  field_view named(std::span<const std::string> names) const {
    field_view made = *this;
    made.names_ = names;
    return made;
  }
  /// Columns `first`, ..., `last - 1`.
  field_view columns(index first, index last) const {
    detail::expect_columns(first, last, cols_);
    field_view made = *this;
    made.first_ = first_ + first * col_stride_;
    made.cols_ = last - first;
    made.names_ = detail::names_between(names_, first, last);
    return made;
  }
  /// Rows `first`, ..., `last - 1`; they keep their numbers in the source.
  field_view row_range(index first, index last) const {
    detail::expect_rows(first, last, rows_);
    field_view made = *this;
    made.offset_ = offset_ + first;
    made.rows_ = last - first;
    made.first_row_ = first_row_ + first;
    return made;
  }

 private:
  /// Elements from the first to those of row `r`.
  SMELT_HD index place(index r) const {
    const index at = offset_ + r;
    // Numbers of 32 bits are divided in a fraction of the time.
    if (at >> 32 == 0 && extents_[0].size >> 32 == 0 && extents_[1].size >> 32 == 0)
      return place_of(static_cast<std::uint32_t>(at));
    return place_of(static_cast<std::uint64_t>(at));
  }
  template <class Number>
  SMELT_HD index place_of(Number at) const {
    const auto along = static_cast<Number>(extents_[0].size);
    const auto across = static_cast<Number>(extents_[1].size);
    const Number line = at / along;
    const Number plane = line / across;
    return static_cast<index>(at - line * along) * extents_[0].stride +
           static_cast<index>(line - plane * across) * extents_[1].stride +
           static_cast<index>(plane) * extents_[2].stride;
  }

  T* first_ = nullptr;
  field_extent extents_[3];
  index cols_ = 0;
  index col_stride_ = 0;
  index run_ = 0;  // points
  index rows_ = 0;
  index offset_ = 0;
  index first_row_ = 0;
  index total_rows_ = 0;
  std::span<const std::string> names_;
};

/// The points of `field(nx, ny, nz, nvar)` as Fortran lays it out (the first index fastest), but for
/// `halo` of them at each end of the first three extents; the variables are the columns. Those of any
/// other layout are a field_view with the strides given: of `field(nvar, nx, ny, nz)`, whose variables
/// lie side by side, `{{{nx, nvar}, {ny, nvar * nx}, {nz, nvar * nx * ny}}}, nvar, 1`.
template <class T>
field_view<T> field_interior(T* field, std::array<index, 3> points, index variables,
                             std::array<index, 3> halo = {0, 0, 0}) {
  std::array<field_extent, 3> extents;
  index stride = 1;
  index first = 0;
  for (std::size_t e = 0; e < 3; ++e) {
    expect<shape_error>(halo[e] >= 0 && points[e] - halo[e] >= halo[e], "an extent of ", points[e],
                        " points has no halo of ", halo[e], " at each end");
    extents[e] = {points[e] - 2 * halo[e], stride};
    first += halo[e] * stride;
    stride *= points[e];
  }
  return field_view<T>(field + first, extents, variables, stride);
}

inline namespace SMELT_ISA {

/// Calls `f(rows, at)` for each run of the rows [first, first + n): a strided matrix, and how many rows
/// were before it.
template <class T, class Space, class F>
void each_run(const field_view<T, Space>& x, index first, index n, F&& f) {
  for (index at = 0; at < n;) {
    const auto rows = x.run(first + at);
    const index count = std::min(rows.rows(), n - at);
    f(rows.row_range(0, count), at);
    at += count;
  }
}

/// Copies rows to rows, a few columns at a time, so that what is written lies together.
template <class From, class To>
void copy_rows(const From& from, const To& to) {
  constexpr index some = 8;
  const index rows = from.rows();
  const index cols = from.cols();
  if (from.col_stride() == 1 && to.col_stride() == 1 && from.row_stride() == cols &&
      to.row_stride() == cols) {
    std::copy_n(from.data(), rows * cols, to.data());
    return;
  }
  auto columns = [&](index c, auto count) {
    const auto* source = from.data() + c * from.col_stride();
    auto* target = to.data() + c * to.col_stride();
    const index from_col = from.col_stride();
    const index to_col = to.col_stride();
    for (index r = 0; r < rows; ++r, source += from.row_stride(), target += to.row_stride())
      for (index k = 0; k < count; ++k) target[k * to_col] = source[k * from_col];
  };
  index c = 0;
  for (; c + some <= cols; c += some) columns(c, std::integral_constant<index, some>{});
  if (c < cols) columns(c, cols - c);
}

/// Rows of these numbers, all columns of each, one after another; see `block_view`.
template <class T>
void read_rows(const field_view<T>& x, const index* numbers, index n, std::remove_const_t<T>* to) {
  const index step = follow_one_another(numbers, n) ? n : 1;
  for (index i = 0; i < n; i += step)
    each_run(x, numbers[i], step, [&](const auto& rows, index at) {
      copy_rows(rows, matrix_view<std::remove_const_t<T>>(to + (i + at) * x.cols(), rows.rows(), x.cols()));
    });
}
/// The same back: nothing but those rows is written.
template <class T>
  requires(!std::is_const_v<T>)
void write_rows(const field_view<T>& x, index first, index n, const T* from) {
  each_run(x, first, n, [&](const auto& rows, index at) {
    copy_rows(matrix_view<const T>(from + at * x.cols(), rows.rows(), x.cols()), rows);
  });
}

}  // namespace SMELT_ISA

static_assert(block_view<field_view<const float>> && !block_output<field_view<const float>>);
static_assert(block_view<field_view<float>> && block_output<field_view<float>>);

}  // namespace smelt::inline v0
