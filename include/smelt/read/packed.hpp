// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Packed tables as files: written with their columns' numbers and checksums, and mapped as they are, so
/// that a pass decodes the file's own pages.
///
///     write_packed(pack(on::eigen, x, exactly{}), "table.packed");
///     const auto packed = map_packed<float>("table.packed");   // no copy; fit(on::eigen, chain, packed)
///
/// The file, in numbers of little-endian order (docs/packed_files.md):
///
/// | bytes | |
/// | --- | --- |
/// | 8 | 0x93 'smeltp' 0x0a |
/// | 4, 4 | version of the format, 1; bytes before the rows, a multiple of 64 |
/// | 8, 8, 8 | rows, columns, bytes of a row |
/// | 4 | elements: 1 float, 2 double, 3 int32 |
/// | 4, 4 | CRC-32C of the rows and what follows them; of all before the rows, these 4 bytes as 0 |
/// | 12 | 0 |
/// | 40 a column | first bit, bits, base, factor, divisor, code of a missing value; see `packed_column` |
/// | 4 + n a column | its name, n bytes |
/// | | zeros up to the rows; the rows; zeros up to a whole word, and two words of 0 |

#include <smelt/codecs/packed_table.hpp>
#include <smelt/read/mapped_file.hpp>
#include <smelt/read/written_file.hpp>
#include <smelt/stored/checksum.hpp>

#include <cmath>    // std::isfinite
#include <cstddef>  // offsetof
#include <cstdint>
#include <cstring>  // std::memcpy
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

struct packed_header {
  char magic[8];
  std::uint32_t version;
  std::uint32_t before_rows;
  std::uint64_t rows;
  std::uint64_t cols;
  std::uint64_t row_bytes;
  std::uint32_t element;
  std::uint32_t rows_sum;
  std::uint32_t header_sum;
  std::uint32_t zero[3];
};
static_assert(sizeof(packed_header) == 64 && sizeof(packed_column) == 40);
static_assert(std::is_trivially_copyable_v<packed_column>);

inline constexpr std::string_view packed_magic("\x93smeltp\n", 8);
template <class T>
inline constexpr std::uint32_t packed_element = 0;
template <>
inline constexpr std::uint32_t packed_element<float> = 1;
template <>
inline constexpr std::uint32_t packed_element<double> = 2;
template <>
inline constexpr std::uint32_t packed_element<std::int32_t> = 3;

inline const char* packed_element_name(std::uint32_t element) {
  return element == 1 ? "float" : element == 2 ? "double" : element == 3 ? "int32" : "unknown";
}
/// Bytes before the rows, where so many are used.
inline std::size_t packed_header_bytes(std::size_t used, const std::string& path) {
  const std::size_t all = (used + 63) / 64 * 64;
  expect<shape_error>(all <= 0xffffffffu, path, ": numbers and names of more than 4 GiB");
  return all;
}
/// The checksum of a header that holds another one's.
inline std::uint32_t header_sum_of(std::string_view header) {
  constexpr std::size_t at = offsetof(packed_header, header_sum);
  const std::uint32_t before = crc32c(header.substr(0, at));
  return crc32c(header.substr(at + 4), crc32c(std::string_view("\0\0\0\0", 4), before));
}
/// Whether every code of a column means an element of T.
template <class T>
bool column_is_sound(const packed_column& c, std::uint64_t row_bits) {
  const bool fits = c.bits <= 32 && c.first <= row_bits && c.bits <= row_bits - c.first;
  const bool numbers = std::isfinite(c.base) && std::isfinite(c.factor) && std::isfinite(c.divisor) &&
                       c.divisor >= 1.0;
  if (!fits || !numbers) return false;
  if constexpr (std::is_floating_point_v<T>) {
    return true;
  } else {
    const double last = c.base + static_cast<double>(c.mask());
    return c.factor == 1.0 && c.divisor == 1.0 && c.missing == packed_column::none &&
           c.base >= static_cast<double>(std::numeric_limits<T>::lowest()) &&
           last <= static_cast<double>(std::numeric_limits<T>::max());
  }
}

/// Where things lie in the bytes of such a file, after a look at all of them.
struct packed_parts {
  std::size_t before_rows = 0;
  std::vector<packed_column> columns;
  index rows = 0;
  index row_bytes = 0;
  std::vector<std::string> names;
};
template <class T>
packed_parts packed_parts_of(std::string_view text, const std::string& name, bool check_rows) {
  packed_parts found;
  packed_header header;
  const bool long_enough = text.size() >= sizeof header;
  if (long_enough) std::memcpy(&header, text.data(), sizeof header);
  expect<io_error>(long_enough && text.substr(0, 8) == packed_magic, name,
                   ": this is no packed table");
  expect<io_error>(header.version == 1, name, ": a packed table of version ", header.version,
                   ", this smelt reads version 1");
  // Sizes first: nothing is allocated for more than the file has.
  const std::size_t before_rows = found.before_rows = header.before_rows;
  expect<io_error>(before_rows % 64 == 0 && sizeof header <= before_rows && before_rows <= text.size() &&
                       header.cols <= (before_rows - sizeof header) / sizeof(packed_column),
                   name, ": its ", header.cols, " columns do not fit in ", before_rows,
                   " bytes before the rows, in a file of ", text.size());
  const std::string_view head = text.substr(0, before_rows);
  expect<io_error>(header_sum_of(head) == header.header_sum, name,
                   ": what stands before the rows has been changed (its checksum is another)");
  constexpr std::uint64_t most = (std::uint64_t{1} << 60) - 1;  // their bits are counted in an index
  const bool countable = header.row_bytes == 0 || header.rows <= most / header.row_bytes;
  expect<io_error>(countable && header.rows <= most && header.row_bytes <= most, name, ": ", header.rows,
                   " rows of ", header.row_bytes, " bytes are too many to count");
  const index rows = found.rows = static_cast<index>(header.rows);
  const index row_bytes = found.row_bytes = static_cast<index>(header.row_bytes);
  const std::size_t size = before_rows + static_cast<std::size_t>(
                                             packed_table<T>::words_for(rows, row_bytes)) * 4;
  expect<io_error>(text.size() == size, name, ": ", rows, " rows of ", row_bytes, " bytes make a file of ",
                   size, " bytes, this one has ", text.size());
  expect<type_error>(header.element == packed_element<T>, name, ": its elements are ",
                     packed_element_name(header.element), ", not ",
                     packed_element_name(packed_element<T>));
  found.columns.resize(static_cast<std::size_t>(header.cols));
  auto& columns = found.columns;
  if (!columns.empty())
    std::memcpy(columns.data(), text.data() + sizeof header, columns.size() * sizeof(packed_column));
  for (std::size_t c = 0; c < columns.size(); ++c)
    expect<io_error>(column_is_sound<T>(columns[c], 8 * header.row_bytes), name, ": column ", c,
                     " lies outside of the row, or its numbers are none");
  auto& names = found.names;
  std::size_t at = sizeof header + columns.size() * sizeof(packed_column);
  bool named = false;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::uint32_t length = 0;
    const bool has_length = before_rows - at >= sizeof length;
    if (has_length) std::memcpy(&length, text.data() + at, sizeof length);
    expect<io_error>(has_length && before_rows - at - sizeof length >= length, name, ": the name of column ",
                     c, " is cut short");
    names.emplace_back(text.substr(at + sizeof length, length));
    named = named || length > 0;
    at += sizeof length + length;
  }
  if (!named) names.clear();
  expect<io_error>(!check_rows || crc32c(text.substr(before_rows)) == header.rows_sum, name,
                   ": its rows have been changed (their checksum is another)");
  return found;
}

}  // namespace detail

/// A packed table whose rows are the pages of a file. It moves.
template <class T>
class mapped_packed {
 public:
  using value_type = T;
  using space = host;

  mapped_packed(mapped_file file, std::size_t before_rows, std::vector<packed_column> columns,
                index rows, index row_bytes, std::vector<std::string> names)
      : file_(std::move(file)),
        before_rows_(before_rows),
        columns_(std::move(columns)),
        rows_(rows),
        row_bytes_(row_bytes),
        names_(std::move(names)) {}

  index rows() const { return rows_; }
  index cols() const { return static_cast<index>(columns_.size()); }
  index first_row() const { return 0; }
  index total_rows() const { return rows_; }
  index bytes_per_row() const { return row_bytes_; }
  const std::vector<packed_column>& stored_columns() const { return columns_; }
  std::span<const std::string> names() const { return names_; }
  packed_view<T> view() const {
    const auto* const words =
        reinterpret_cast<const detail::packed_word*>(file_.text().data() + before_rows_);
    return packed_view<T>(words, columns_.data(), rows_, cols(), row_bytes_).named(names_);
  }
  packed_view<T> columns(index first, index last) const { return view().columns(first, last); }
  packed_view<T> row_range(index first, index last) const { return view().row_range(first, last); }

 private:
  mapped_file file_;
  std::size_t before_rows_;
  std::vector<packed_column> columns_;
  index rows_;
  index row_bytes_;
  std::vector<std::string> names_;
};

/// Writes a packed table to a file, whole or not at all.
/// \errors io_error with the path and the system's reason
template <class T>
  requires(detail::packed_element<T> != 0)
void write_packed(const packed_table<T>& x, const std::string& path) {
  std::string text(sizeof(detail::packed_header), '\0');
  for (const packed_column& column : x.stored_columns())
    text.append(reinterpret_cast<const char*>(&column), sizeof column);
  for (index c = 0; c < x.cols(); ++c) {
    const auto names = x.names();
    const std::string name = names.empty() ? std::string() : names[static_cast<std::size_t>(c)];
    const auto length = static_cast<std::uint32_t>(name.size());
    text.append(reinterpret_cast<const char*>(&length), sizeof length);
    text += name;
  }
  text.resize(detail::packed_header_bytes(text.size(), path), '\0');
  const std::string_view rows(
      reinterpret_cast<const char*>(x.words()),
      static_cast<std::size_t>(packed_table<T>::words_for(x.rows(), x.bytes_per_row())) * 4);
  detail::packed_header header{{}, 1, static_cast<std::uint32_t>(text.size()),
                               static_cast<std::uint64_t>(x.rows()),
                               static_cast<std::uint64_t>(x.cols()),
                               static_cast<std::uint64_t>(x.bytes_per_row()),
                               detail::packed_element<T>, crc32c(rows), 0, {}};
  std::memcpy(header.magic, detail::packed_magic.data(), sizeof header.magic);
  std::memcpy(text.data(), &header, sizeof header);
  header.header_sum = detail::header_sum_of(text);
  std::memcpy(text.data(), &header, sizeof header);
  written_file file(path);
  file.write(text.data(), text.size());
  file.write(rows.data(), rows.size());
  file.commit();
}

/// What `map_packed` does with the checksum of the rows.
struct packed_options {
  bool check_rows = true;  ///< reads all of them once
};

/// A packed table of a file, without a copy of its rows.
/// \passes one read of the rows for their checksum, or none with `{.check_rows = false}`
/// \errors io_error where the file cannot be read, is none of these, is cut short or has been changed;
/// type_error where its elements are not T
template <class T>
  requires(detail::packed_element<T> != 0)
mapped_packed<T> map_packed(const std::string& path, const packed_options& options = {}) {
  mapped_file file(path);
  auto parts = detail::packed_parts_of<T>(file.text(), path, options.check_rows);
  return {std::move(file), parts.before_rows, std::move(parts.columns), parts.rows, parts.row_bytes,
          std::move(parts.names)};
}

// Elements that no overload above takes speak here.
template <class T>
  requires(detail::packed_element<T> == 0)
auto write_packed(const packed_table<T>&, const std::string&) {
  static_assert(always_false<T>, SMELT_SAY_PACKED_FILE_ELEMENT);
  return poison{};
}
template <class T>
  requires(detail::packed_element<T> == 0)
auto map_packed(const std::string&, const packed_options& = {}) {
  static_assert(always_false<T>, SMELT_SAY_PACKED_FILE_ELEMENT);
  return poison{};
}

}  // namespace smelt::inline v0
