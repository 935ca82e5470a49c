// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Packed rows that own their memory.

#include <smelt/codecs/packed.hpp>
#include <smelt/core/table.hpp>

#include <algorithm>  // std::fill
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// A packed table that owns its memory.
template <class T>
class packed_table {
 public:
  using value_type = T;
  using space = host;

  packed_table() = default;
  /// Room for `rows` rows of these columns, not written; the bits behind the last row are 0.
  packed_table(std::vector<packed_column> columns, index rows, index row_bytes,
               std::vector<std::string> names = {}, resource_ref memory = {})
      : words_(words_for(rows, row_bytes), memory),
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

  /// Forgets the rows from `rows` on; keeps the memory, where 0 follows.
  void shrink(index rows) {
    expect<shape_error>(0 <= rows && rows <= rows_, "cannot shrink ", rows_, " rows to ", rows);
    auto* const bytes = reinterpret_cast<unsigned char*>(words_.data());
    std::fill(bytes + rows * row_bytes_, bytes + 4 * words_.size(), static_cast<unsigned char>(0));
    rows_ = rows;
  }

  /// As a table's.
  void zero_on_release() { words_.zero_on_release(); }

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

/// Packed rows of a device as a table of the host; see to_host.
template <class T, class Copy>
packed_table<T> fetched(const packed_view<T, device>& x, Copy&& copy, resource_ref memory = {}) {
  std::vector<packed_column> columns(static_cast<std::size_t>(x.cols()));
  copy(columns.data(), x.stored_columns(), x.cols());  // by a wait: lists that move keep their elements in place
  packed_table<T> made(std::move(columns), x.rows(), x.bytes_per_row(), {x.names().begin(), x.names().end()},
                       memory);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(x.words()) + x.offset() * x.bytes_per_row();
  copy(reinterpret_cast<unsigned char*>(made.words()), bytes, made.bytes());
  return made;
}

}  // namespace smelt::inline v0
