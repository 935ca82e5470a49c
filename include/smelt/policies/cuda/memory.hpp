// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Memory that a device reads and writes: blocks that free themselves, and tables.

#include <smelt/core/adapt.hpp>
#include <smelt/core/table.hpp>

#include <utility>

namespace smelt::inline v0 {

namespace detail {

/// Elements in device memory, freed in the order of the stream; or in pinned or managed memory, freed
/// when the stream has got there, for which the host waits.
template <class T, class Runtime, class Space = device>
class device_block {
 public:
  using space = Space;

  device_block() = default;
  device_block(const Runtime& runtime, index size)
      : runtime_(runtime),
        bytes_(std::max<std::size_t>(static_cast<std::size_t>(counted(size, 1, sizeof(T))) * sizeof(T), 1)),
        data_(static_cast<T*>(runtime_.allocate(bytes_, Space{}))),
        size_(size) {}
  device_block(device_block&& other) noexcept
      : runtime_(other.runtime_),
        bytes_(other.bytes_),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  device_block& operator=(device_block&& other) noexcept {
    std::swap(runtime_, other.runtime_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~device_block() {
    if (data_ && runtime_.zeroes()) runtime_.wipe(data_, bytes_, Space{});
    if (data_) runtime_.release(data_, Space{});
  }

  T* data() const { return data_; }
  index size() const { return size_; }
  column_view<const T, Space> view() const { return {data_, size_}; }
  /// Forgets the elements from `size` on; keeps the memory.
  void resize(index size) {
    expect<shape_error>(0 <= size && size <= size_, "cannot shrink ", size_, " elements to ", size);
    size_ = size;
  }
  const Runtime& runtime() const { return runtime_; }

 private:
  Runtime runtime_{};
  std::size_t bytes_ = 0;
  T* data_ = nullptr;
  index size_ = 0;
};

}  // namespace detail

/// A matrix that owns its elements, in device memory or where `Space` says. It moves; a copy in
/// device memory is `to_device(policy, table)`. Pinned and managed elements are the host's as well:
/// it may read them when it has waited for what the policy was asked to write (`check(policy)`), and
/// write them when it has waited for what reads them. Such a table waits for its stream before its
/// memory goes, so it must not end while the stream is captured.
template <class T, class Layout, class Runtime, class Space = device>
class device_table {
 public:
  using element_type = T;
  using value_type = T;
  using layout = Layout;
  using space = Space;

  device_table() = default;
  /// `rows` x `cols` elements, not initialised.
  device_table(const Runtime& runtime, index rows, index cols, std::vector<std::string> names = {})
      : memory_(runtime, detail::counted(rows, cols, sizeof(T))), rows_(rows), all_rows_(rows), cols_(cols),
        names_(std::move(names)) {}

  index rows() const { return rows_; }
  index cols() const { return cols_; }
  T* data() const { return memory_.data(); }
  /// An element, where the host has it.
  T& operator()(index r, index c)
    requires on_host<Space>
  {
    return data()[r * row_stride() + c * col_stride()];
  }
  const T& operator()(index r, index c) const
    requires on_host<Space>
  {
    return data()[r * row_stride() + c * col_stride()];
  }
  std::span<const std::string> names() const { return names_; }
  const Runtime& runtime() const { return memory_.runtime(); }

  matrix_view<T, Layout, Space> view() {
    return matrix_view<T, Layout, Space>(data(), rows_, cols_, row_stride(), col_stride())
        .named(names_);
  }
  matrix_view<const T, Layout, Space> view() const {
    return matrix_view<const T, Layout, Space>(data(), rows_, cols_, row_stride(), col_stride())
        .named(names_);
  }
  /// Columns `first`, ..., `last - 1`, as a view.
  matrix_view<const T, Layout, Space> columns(index first, index last) const {
    return view().columns(first, last);
  }
  /// One column, as a view.
  column_view<const T, Space> column(index c) const { return view().column(c); }
  /// Rows `first`, ..., `last - 1`, as a view.
  matrix_view<const T, Layout, Space> row_range(index first, index last) const {
    return view().row_range(first, last);
  }
  /// Forgets the rows from `rows` on; keeps the memory.
  void shrink(index rows) {
    expect<shape_error>(0 <= rows && rows <= rows_, "cannot shrink ", rows_, " rows to ", rows);
    rows_ = rows;
  }

 private:
  index row_stride() const { return std::is_same_v<Layout, row_major> ? cols_ : 1; }
  index col_stride() const { return std::is_same_v<Layout, row_major> ? 1 : all_rows_; }

  detail::device_block<T, Runtime, Space> memory_;
  index rows_ = 0;
  index all_rows_ = 0;
  index cols_ = 0;
  std::vector<std::string> names_;
};

}  // namespace smelt::inline v0
