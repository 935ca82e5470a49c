// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A table: a view that owns its memory, with column names.

#include <smelt/core/elements.hpp>
#include <smelt/core/memory.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/view.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>  // madvise
#endif

namespace smelt::inline v0 {

namespace detail {

/// Asks the system for large pages, which it may give or not: a pass over a table of many small ones
/// waits for their addresses as long as for the data. NumPy asks for the same from 4 MiB on.
inline void prefer_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
  constexpr std::size_t worth_it = std::size_t{1} << 22;
  constexpr std::uintptr_t page = 4096;
  if (bytes < worth_it) return;
  const auto at = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (at + page - 1) / page * page;
  // A refusal changes nothing.
  static_cast<void>(madvise(reinterpret_cast<void*>(first), bytes - (first - at), MADV_HUGEPAGE));
#endif
}

}  // namespace detail

/// Memory for `size` elements, aligned to a cache line and not initialised: whoever asks for it
/// writes every element. (A zero fill would cost a pass over the output.)
template <class T>
class buffer {
 public:
  buffer() = default;
  explicit buffer(index size, resource_ref memory = {}) : size_(size), memory_(memory) {
    constexpr index most = std::numeric_limits<index>::max() / static_cast<index>(sizeof(T));
    expect<shape_error>(0 <= size && size <= most, "cannot hold ", size, " elements of ",
                        sizeof(T), " bytes");
    if (size <= 0) return;
    data_ = static_cast<T*>(memory.allocate(bytes(), alignment));
    if (memory.is_heap()) detail::prefer_large_pages(data_, bytes());
  }
  buffer(buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), memory_(other.memory_) {}
  buffer(const buffer& other) : buffer(other.size_, other.memory_) {
    detail::copy_elements(other.data(), size_, data());
  }
  buffer& operator=(buffer other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(memory_, other.memory_);
    return *this;
  }
  ~buffer() { memory_.deallocate(data_, bytes(), alignment); }
  /// Its bytes are overwritten with zeros before they are given back; so are those of copies.
  void zero_on_release() { memory_ = memory_.zeroed(); }

  index size() const { return size_; }
  T* data() { return data_; }
  const T* data() const { return data_; }

 private:
  static_assert(std::is_trivially_copyable_v<T>, SMELT_SAY_NOT_AN_ELEMENT);
  static constexpr std::size_t alignment = 64;
  std::size_t bytes() const { return static_cast<std::size_t>(size_) * sizeof(T); }

  T* data_ = nullptr;
  index size_ = 0;
  resource_ref memory_;
};

namespace detail {

/// rows x cols, when that many elements of so many bytes can be counted.
inline index counted(index rows, index cols, std::size_t element) {
  expect<shape_error>(rows >= 0 && cols >= 0, "a table cannot have ", rows, " rows and ", cols,
                      " columns");
  const index most = std::numeric_limits<index>::max() / static_cast<index>(element);
  expect<shape_error>(cols == 0 || rows <= most / cols, "a table of ", rows, " x ", cols,
                      " elements has too many to count");
  return rows * cols;
}

}  // namespace detail

/// A row-major (or column-major) matrix that owns its elements. Copies are deep.
template <class T, class Layout = row_major>
class table {
 public:
  using element_type = T;
  using value_type = T;
  using layout = Layout;
  using space = host;

  table() = default;
  /// `rows` x `cols` elements, not initialised. Names, when given, are one for each column.
  table(index rows, index cols, std::vector<std::string> names = {}, resource_ref memory = {})
      : memory_(detail::counted(rows, cols, 1), memory), rows_(rows), cols_(cols), names_(std::move(names)) {
    expect<shape_error>(names_.empty() || static_cast<index>(names_.size()) == cols,
                        "a table of ", cols, " columns was given ", names_.size(), " names");
  }

  index rows() const { return rows_; }
  index cols() const { return cols_; }
  index row_stride() const { return std::is_same_v<Layout, row_major> ? cols_ : 1; }
  index col_stride() const { return std::is_same_v<Layout, row_major> ? 1 : leading(); }
  index first_row() const { return 0; }
  index total_rows() const { return rows_; }
  T* data() { return memory_.data(); }
  const T* data() const { return memory_.data(); }
  T& operator()(index r, index c) { return data()[r * row_stride() + c * col_stride()]; }
  const T& operator()(index r, index c) const {
    return data()[r * row_stride() + c * col_stride()];
  }
  std::span<const std::string> names() const { return names_; }

  matrix_view<T, Layout> view() {
    return matrix_view<T, Layout>(data(), rows_, cols_, row_stride(), col_stride()).named(names_);
  }
  matrix_view<const T, Layout> view() const {
    return matrix_view<const T, Layout>(data(), rows_, cols_, row_stride(), col_stride())
        .named(names_);
  }
  /// Columns `first`, ..., `last - 1`, as a view.
  matrix_view<const T, Layout> columns(index first, index last) const {
    return view().columns(first, last);
  }
  /// One column by number or by name, as a view.
  column_view<const T> column(index c) const { return view().column(c); }
  column_view<const T> column(const std::string& name) const { return column(find(name)); }
  /// The number of the column of that name.
  index find(const std::string& name) const {
    const std::size_t at = detail::place_in(names_, name);
    expect<value_error>(at != names_.size(), "no column is named '", name, "'; there are: ",
                        detail::listed_names{names_});
    return static_cast<index>(at);
  }
  /// Rows `first`, ..., `last - 1`, as a view.
  matrix_view<const T, Layout> row_range(index first, index last) const {
    return view().row_range(first, last);
  }
  /// The table's memory, and that of its copies, is overwritten with zeros before it is given back, however
  /// that comes about: `read.zero_on_release()`. Its names are not.
  void zero_on_release() { memory_.zero_on_release(); }
  /// Forgets the rows from `rows` on; keeps the memory.
  void shrink(index rows) {
    expect<shape_error>(0 <= rows && rows <= rows_, "cannot shrink ", rows_, " rows to ", rows);
    if (capacity_ < 0) capacity_ = rows_;
    rows_ = rows;
  }

 private:
  index leading() const { return capacity_ < 0 ? rows_ : capacity_; }

  buffer<T> memory_;
  index rows_ = 0;
  index cols_ = 0;
  index capacity_ = -1;
  std::vector<std::string> names_;
};

}  // namespace smelt::inline v0
