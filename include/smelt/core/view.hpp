// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Views: data without ownership. Space, layout and element are in the type; pointer, extents and
/// the place in the source are in the value.

#include <smelt/core/error.hpp>
#include <smelt/core/types.hpp>

#include <concepts>
#include <cstddef>  // std::ptrdiff_t
#include <span>     // std::span, for column names
#include <string>
#include <type_traits>

namespace smelt::inline v0 {

// Where memory lies.
struct host {};
struct pinned {};
struct device {};
struct managed {};

// How elements follow one another. Row-major: the columns of a row are neighbours. Column-major:
// the rows of a column are. Strided: neither.
struct row_major {};
struct column_major {};
struct strided {};

namespace detail {
// What views of every kind ask of their parts.
inline void expect_columns(index first, index last, index cols) {
  expect<shape_error>(0 <= first && first <= last && last <= cols, "columns ", first, " to ", last,
                      " of a view of ", cols, " columns");
}
inline void expect_rows(index first, index last, index rows) {
  expect<shape_error>(0 <= first && first <= last && last <= rows, "rows ", first, " to ", last,
                      " of a view of ", rows, " rows");
}
/// The names of these columns, where there are names.
inline std::span<const std::string> names_between(std::span<const std::string> names, index first,
                                                  index last) {
  if (names.empty()) return names;
  return {names.data() + first, static_cast<std::size_t>(last - first)};
}
}  // namespace detail

/// One column: a pointer, a number of rows and a stride in elements.
template <class T, class Space = host>
class column_view {
 public:
  using element_type = T;
  using value_type = std::remove_const_t<T>;
  using space = Space;

  constexpr column_view() = default;
  constexpr column_view(T* data, index size, index stride = 1)
      : data_(data), size_(size), stride_(stride) {}
  /// Read-only from writable.
  template <class Writable>
    requires(std::is_const_v<T> && std::is_same_v<const Writable, T>)
  constexpr column_view(const column_view<Writable, Space>& other)
      : column_view(other.data(), other.size(), other.stride()) {}

  SMELT_HD constexpr index size() const { return size_; }
  SMELT_HD constexpr index rows() const { return size_; }
  SMELT_HD constexpr index stride() const { return stride_; }
  SMELT_HD constexpr T* data() const { return data_; }
  SMELT_HD constexpr T& operator[](index r) const { return data_[r * stride_]; }

 private:
  T* data_ = nullptr;
  index size_ = 0;
  index stride_ = 1;
};

/// A dense matrix of rows x cols elements. `first_row` and `total_rows` say which rows of which
/// source these are: folds group rows by their number in the source, so that a table cut in pieces
/// gives the bits of the whole.
template <class T, class Layout = row_major, class Space = host>
class matrix_view {
 public:
  using element_type = T;
  using value_type = std::remove_const_t<T>;
  using layout = Layout;
  using space = Space;

  constexpr matrix_view() = default;
  /// `row_stride` and `col_stride` are distances in elements between neighbours in a column and in
  /// a row; a row-major view has col_stride 1, a column-major view row_stride 1.
  constexpr matrix_view(T* data, index rows, index cols, index row_stride, index col_stride)
      : data_(data),
        rows_(rows),
        cols_(cols),
        row_stride_(row_stride),
        col_stride_(col_stride),
        total_rows_(rows) {
    expect<shape_error>(rows >= 0 && cols >= 0, "a view cannot have ", rows, " rows and ", cols,
                        " columns");
    if constexpr (std::is_same_v<Layout, row_major>)
      expect<shape_error>(col_stride == 1, "a row-major view has column stride 1, not ",
                          col_stride);
    if constexpr (std::is_same_v<Layout, column_major>)
      expect<shape_error>(row_stride == 1, "a column-major view has row stride 1, not ",
                          row_stride);
  }
  /// A contiguous matrix.
  constexpr matrix_view(T* data, index rows, index cols)
    requires(!std::is_same_v<Layout, strided>)
      : matrix_view(data, rows, cols, std::is_same_v<Layout, row_major> ? cols : 1,
                    std::is_same_v<Layout, row_major> ? 1 : rows) {}
  /// Read-only from writable.
  template <class Writable>
    requires(std::is_const_v<T> && std::is_same_v<const Writable, T>)
  constexpr matrix_view(const matrix_view<Writable, Layout, Space>& other)
      : matrix_view(other.data(), other.rows(), other.cols(), other.row_stride(),
                    other.col_stride()) {
    names_ = other.names();
    first_row_ = other.first_row();
    total_rows_ = other.total_rows();
  }

  SMELT_HD constexpr index rows() const { return rows_; }
  SMELT_HD constexpr index cols() const { return cols_; }
  SMELT_HD constexpr index row_stride() const { return row_stride_; }
  SMELT_HD constexpr index col_stride() const { return col_stride_; }
  SMELT_HD constexpr index first_row() const { return first_row_; }
  SMELT_HD constexpr index total_rows() const { return total_rows_; }
  SMELT_HD constexpr T* data() const { return data_; }
  SMELT_HD constexpr T& operator()(index r, index c) const {
    return data_[r * row_stride_ + c * col_stride_];
  }
  /// Column names; empty when the source has none.
  constexpr std::span<const std::string> names() const { return names_; }
  constexpr matrix_view named(std::span<const std::string> names) const {
    matrix_view made = *this;
    made.names_ = names;
    return made;
  }

  /// Columns `first`, ..., `last - 1`.
  constexpr matrix_view columns(index first, index last) const {
    detail::expect_columns(first, last, cols_);
    matrix_view made = *this;
    made.data_ = data_ + first * col_stride_;
    made.cols_ = last - first;
    made.names_ = detail::names_between(names_, first, last);
    return made;
  }
  /// One column.
  constexpr column_view<T, Space> column(index c) const {
    expect<shape_error>(0 <= c && c < cols_, "column ", c, " of a view of ", cols_, " columns");
    return {data_ + c * col_stride_, rows_, row_stride_};
  }
  /// Rows `first`, ..., `last - 1`; they keep their numbers in the source.
  constexpr matrix_view row_range(index first, index last) const {
    detail::expect_rows(first, last, rows_);
    matrix_view made = *this;
    made.data_ = data_ + first * row_stride_;
    made.rows_ = last - first;
    made.first_row_ = first_row_ + first;
    return made;
  }

 private:
  T* data_ = nullptr;
  index rows_ = 0;
  index cols_ = 0;
  index row_stride_ = 0;
  index col_stride_ = 0;
  index first_row_ = 0;
  index total_rows_ = 0;
  std::span<const std::string> names_;
};

/// Data a pass can read: rows x cols values by number. A view is cheap to copy; `value_type` is
/// double, float, std::int32_t or std::uint8_t (or a type of your own that converts to double).
template <class V>
concept view = requires(const V& v, index i) {
  typename V::value_type;
  typename V::space;
  { v.rows() } -> std::convertible_to<index>;
  { v.cols() } -> std::convertible_to<index>;
  { v.first_row() } -> std::convertible_to<index>;
  { v.total_rows() } -> std::convertible_to<index>;
  { v(i, i) } -> std::convertible_to<double>;
};

/// A view whose elements lie in memory at a pointer and two strides.
template <class V>
concept dense_view = view<V> && requires(const V& v) {
  typename V::layout;
  { v.data() } -> std::convertible_to<const typename V::value_type*>;
  { v.row_stride() } -> std::convertible_to<index>;
  { v.col_stride() } -> std::convertible_to<index>;
};

/// A view whose rows are decoded some at a time: `read_rows(v, rows, n, to)`, found by argument-dependent
/// lookup, writes the rows of these numbers, all columns of each, one after another. Policies that work on
/// memory ask for what fits in a cache.
template <class V>
concept block_view = view<V> && !dense_view<V> &&
                     requires(const V& v, const index* rows, typename V::value_type* to) {
                       read_rows(v, rows, index{}, to);
                     };

/// Whether rows of these numbers are neighbours, in their order.
constexpr bool follow_one_another(const index* rows, index n) {
  for (index i = 1; i < n; ++i)
    if (rows[i] != rows[0] + i) return false;
  return true;
}

/// A view whose rows are encoded some at a time: `write_rows(v, first, n, from)`, found as `read_rows`
/// is, writes rows [first, first + n) of all columns, which lie one after another at `from`, and nothing
/// beside them. Several threads may write different rows.
template <class V>
concept block_output = view<V> && !dense_view<V> &&
                       requires(const V& v, index i, const typename V::value_type* from) {
                         write_rows(v, i, i, from);
                       };

/// One that takes columns too: `write_column(v, c, first, n, from)` writes rows [first, first + n) of column c.
/// No output must; data that lie by column need not be turned on their way to one that does.
template <class V>
concept column_output = block_output<V> && requires(const V& v, index i, const typename V::value_type* from) {
  write_column(v, i, i, i, from);
};

namespace detail {
struct some_context;
}
/// As `block_output` where a thread writes one element, on a device: `v.put(r, c, value)`; or `v.put(context, r, c,
/// value)`, where threads write bits of one word. False says that a value has no code, which `check` reports.
/// `v.prepare(runtime, rows)`, if there is one, is called before a pass that writes the first rows.
template <class V>
concept element_output =
    view<V> && !dense_view<V> && requires(const V& v, index i, typename V::value_type x, detail::some_context& ctx) {
      requires requires { v.put(i, i, x); } || requires { v.put(ctx, i, i, x); };
    };

/// A view that lies in memory in runs of rows: `v.run(r)` are the rows from `r` on that are one step
/// apart, as a strided matrix.
template <class V>
concept run_view = view<V> && !dense_view<V> && requires(const V& v, index i) {
  { v.run(i) } -> dense_view;
};

/// Whether neighbours down a column lie side by side in memory: threads that go together then go down.
template <class V>
inline constexpr bool goes_down =
    run_view<V> || requires { requires std::is_same_v<typename V::layout, column_major>; };

static_assert(dense_view<matrix_view<const float>>);

/// True when a host policy can read the space.
template <class Space>
inline constexpr bool on_host = std::is_same_v<Space, host> || std::is_same_v<Space, pinned> ||
                                std::is_same_v<Space, managed>;

/// Column names of any view; empty when it has none.
template <class V>
std::span<const std::string> names_of(const V& v) {
  if constexpr (requires { v.names(); })
    return v.names();
  else
    return {};
}

}  // namespace smelt::inline v0
