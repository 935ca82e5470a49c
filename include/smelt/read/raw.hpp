// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Files that are elements and nothing else, or a header of somebody's and then elements: what they
/// are must be said, and their size must be exactly that.
///
///     const auto field = map_raw<float>("field.bin", 1000, 64);      // no copy
///     const auto other = read_raw<double>("other.bin", {.dtype = ">f4", .rows = 1000, .cols = 64});

#include <smelt/core/say.hpp>
#include <smelt/core/table.hpp>
#include <smelt/read/mapped_file.hpp>
#include <smelt/read/mapped_table.hpp>
#include <smelt/read/npy_header.hpp>
#include <smelt/read/npy_numbers.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace smelt::inline v0 {

/// What a raw file holds.
struct raw_format {
  std::string dtype = "<f8";   ///< as NumPy writes it: '<' or '>' or '|', kind, bytes
  index rows = 0;
  index cols = 1;
  bool fortran_order = false;  ///< stored by column
  index offset = 0;            ///< bytes before the first element
};

namespace detail {

/// A file of `there` bytes must be `offset` bytes and rows x cols elements, and no more.
SMELT_LAZY void expect_raw_size(std::string_view name, std::size_t there, index rows, index cols,
                                const npy_dtype& dtype, index offset) {
  expect<shape_error>(offset >= 0, name, ": elements cannot begin at byte ", offset);
  const auto size = static_cast<std::size_t>(dtype.bytes);
  const auto needed = static_cast<std::size_t>(counted(rows, cols, size)) * size;
  const auto before = static_cast<std::size_t>(offset);
  expect<io_error>(before <= there && there - before == needed, name, ": ", rows, " x ", cols,
                   " elements of ", dtype.name(), " from byte ", offset, " on are ", before + needed,
                   " bytes, the file has ", there);
}

/// Why elements of T cannot be used where they lie in a file of these bytes.
template <class T>
void expect_raw_in_place(std::string_view bytes, index rows, index cols, index offset, std::string_view name) {
  expect_raw_size(name, bytes.size(), rows, cols, npy_dtype_as<T>(), offset);
  expect<type_error>(rows * cols == 0 || aligned(bytes.data() + offset, sizeof(T)), name, ": ",
                     number_name<T>(), " must begin at a multiple of ", sizeof(T), " bytes, not at byte ",
                     offset, ": read_raw<", number_name<T>(), ">(path, format) moves them");
}

/// The table of a raw file in memory.
template <class T, class Layout>
table<T, Layout> raw_table(std::string_view bytes, const raw_format& format, const number_options& options,
                           std::string_view name) {
  const npy_dtype dtype = npy_dtype_of(format.dtype, name);
  expect_raw_size(name, bytes.size(), format.rows, format.cols, dtype, format.offset);
  table<T, Layout> made(format.rows, format.cols);
  convert_stored(dtype,
                 {bytes.data() + format.offset, format.rows, format.cols, format.fortran_order,
                  dtype.bytes > 1 && dtype.big_endian != big_endian_machine, name},
                 options.rounding == rounding::nearest, made.data(), made.row_stride(), made.col_stride());
  return made;
}

}  // namespace detail

/// A raw file as a table without a copy: `rows` x `cols` elements of T as this machine stores them, by
/// row, or by column for `map_raw<T, column_major>`, from byte `offset` on to the end of the file.
/// \errors io_error where the file is longer or shorter; shape_error for sizes that are none;
/// type_error where `offset` is no multiple of T's bytes
template <file_element T, class Layout = row_major>
mapped_table<T, Layout> map_raw(const std::string& path, index rows, index cols, index offset = 0) {
  mapped_file file(path);
  detail::expect_raw_in_place<T>(file.text(), rows, cols, offset, path);
  return detail::table_of_pages<T, Layout>(std::move(file), offset, rows, cols, false);
}

/// A raw file as a table of its own, from elements of any type and byte order; numbers are kept,
/// rounded or refused as by `read_npy`.
/// \errors io_error, type_error, shape_error, value_error
template <file_element T, class Layout = row_major>
table<T, Layout> read_raw(const std::string& path, const raw_format& format,
                          const number_options& options = {}) {
  const mapped_file file(path);
  return detail::raw_table<T, Layout>(file.text(), format, options, path);
}

// Other element types, and none, speak here.
template <class T = void, class Layout = row_major>
  requires(!file_element<T>)
auto map_raw(const std::string&, index, index, index = 0) {
  static_assert(always_false<T>, SMELT_SAY_FILE_ELEMENT);
  return poison{};
}
template <class T = void, class Layout = row_major>
  requires(!file_element<T>)
auto read_raw(const std::string&, const raw_format&, const number_options& = {}) {
  static_assert(always_false<T>, SMELT_SAY_FILE_ELEMENT);
  return poison{};
}

}  // namespace smelt::inline v0
