// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// NumPy's .npy files: mapped where their elements lie as a chain wants them, read where they must be
/// converted. read/npy_write.hpp writes them.
///
///     const auto pixels = map_npy<float>("pixels.npy");   // no copy: the file's own pages
///     const auto counts = read_npy<double>("counts.npy"); // any numbers, either order, either endian
///
/// One dimension is one column, two are rows and columns; other shapes are refused, and so are
/// pickles. What is wrong with a file is an `io_error`; elements of another type are a `type_error`,
/// another number of dimensions is a `shape_error`, a number that does not fit is a `value_error`.

#include <smelt/core/say.hpp>
#include <smelt/core/table.hpp>
#include <smelt/read/mapped_file.hpp>
#include <smelt/read/mapped_table.hpp>
#include <smelt/read/npy_header.hpp>
#include <smelt/read/npy_numbers.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace smelt::inline v0 {

namespace detail {

/// Rows and columns of an array, and whether columns are stored one after the other.
struct npy_extents {
  index rows;
  index cols;
  bool by_column;
};
SMELT_LAZY npy_extents npy_table_shape(const npy_header& header, std::string_view name) {
  const auto dimensions = header.shape.size();
  expect<shape_error>(dimensions == 1 || dimensions == 2, name, " holds an array of shape ",
                      header.shape_text(), "; a table has one dimension (one column) or two: reshape it");
  return {header.shape[0], dimensions == 2 ? header.shape[1] : 1, header.fortran_order};
}

/// The reasons why elements cannot be used where they lie.
template <class T, class Layout>
void expect_npy_in_place(const npy_header& header, const npy_extents& size, const char* elements,
                         std::string_view name) {
  const std::string type = number_name<T>();
  npy_dtype plain = header.dtype;
  if (plain.kind == npy_kind::boolean) plain.kind = npy_kind::unsigned_integer;
  npy_dtype turned = plain;
  turned.big_endian = !turned.big_endian;
  constexpr npy_dtype wanted = npy_dtype_as<T>();
  const char* const ends = plain.big_endian ? "big" : "little";
  expect<type_error>(plain.bytes == 1 || turned != wanted, name, " holds ", ends, "-endian ",
                     header.dtype.name(), ", not in the byte order of this machine: read_npy<", type,
                     ">(path) turns it");
  expect<type_error>(plain == wanted, name, " holds ", header.dtype.name(), ", it cannot be mapped as ",
                     type, "; read_npy<", type, ">(path) converts it");
  // One row, one column or nothing is stored alike in either order.
  const bool either = size.rows <= 1 || size.cols <= 1 || std::is_same_v<Layout, strided>;
  const bool by_column = std::is_same_v<Layout, column_major>;
  const char* const stored = size.by_column ? "column (fortran_order)" : "row";
  const char* const other = by_column ? "" : ", column_major";
  const char* const same = by_column ? ", column_major" : "";
  expect<type_error>(either || size.by_column == by_column, name, " is stored by ", stored,
                     ": map_npy<", type, other, ">(path) maps it, read_npy<", type, same,
                     ">(path) turns it");
  expect<type_error>(size.rows == 0 || size.cols == 0 || aligned(elements, sizeof(T)), name,
                     ": its elements begin at byte ", header.offset, ", and ", type,
                     " must begin at a multiple of ", sizeof(T), ": read_npy<", type,
                     ">(path) moves them");
}

/// The table of a .npy file in memory.
template <class T, class Layout>
table<T, Layout> npy_table(std::string_view bytes, const number_options& options,
                           std::string_view name) {
  const npy_header header = npy_info_bytes(bytes, name);
  const npy_extents size = npy_table_shape(header, name);
  table<T, Layout> made(size.rows, size.cols);
  convert_stored(header.dtype,
                 {bytes.data() + header.offset, size.rows, size.cols, size.by_column,
                  header.dtype.bytes > 1 && header.dtype.big_endian != big_endian_machine, name},
                 options.rounding == rounding::nearest, made.data(), made.row_stride(),
                 made.col_stride());
  return made;
}

}  // namespace detail

/// The header of a .npy file, of any shape that NumPy writes: look before you read.
/// \errors io_error, and type_error for what holds no numbers
SMELT_LAZY npy_header npy_info(const std::string& path) {
  const mapped_file file(path);
  return npy_info_bytes(file.text(), path);
}

/// A .npy file as a table without a copy: an object that keeps the file mapped, and is data for every
/// verb. `map_npy<float>(path)` wants float32 stored by row, `map_npy<float, column_major>(path)` by
/// column, `map_npy<float, strided>(path)` takes either. bool is mapped as uint8.
/// \errors io_error, shape_error; type_error where the elements are of another type, byte order or
/// order, or not aligned, which names what reads them
template <file_element T, class Layout = row_major>
mapped_table<T, Layout> map_npy(const std::string& path) {
  mapped_file file(path);
  const npy_header header = npy_info_bytes(file.text(), path);
  const auto size = detail::npy_table_shape(header, path);
  detail::expect_npy_in_place<T, Layout>(header, size, file.text().data() + header.offset, path);
  return detail::table_of_pages<T, Layout>(std::move(file), header.offset, size.rows, size.cols,
                                           size.by_column);
}

/// A .npy file as a table of its own, from any numbers in either order and byte order.
///
/// Every number is kept exactly, or is an error that says where it is: an int64 is a double when it
/// has at most 53 digits between its first and last 1, a double is a float when it is one, and an
/// integer when it is whole and in range (-0.0 is 0). Missing stays missing in float and double, as
/// the one NaN of smelt. `{.rounding = rounding::nearest}` rounds once to float, double or f16 what lies
/// in between; a number that would become infinite or 0 is an error still. bool is 0 and 1.
/// \errors io_error, type_error, shape_error, value_error
template <file_element T, class Layout = row_major>
table<T, Layout> read_npy(const std::string& path, const number_options& options = {}) {
  const mapped_file file(path);
  return detail::npy_table<T, Layout>(file.text(), options, path);
}
/// The same from memory; `name` stands for the file in messages.
template <file_element T, class Layout = row_major>
table<T, Layout> read_npy_bytes(std::string_view bytes, const number_options& options = {},
                                const std::string& name = "bytes") {
  return detail::npy_table<T, Layout>(bytes, options, name);
}

// Other element types, and none, speak here.
template <class T = void, class Layout = row_major>
  requires(!file_element<T>)
auto map_npy(const std::string&) {
  static_assert(always_false<T>, SMELT_SAY_FILE_ELEMENT);
  return poison{};
}
template <class T = void, class Layout = row_major>
  requires(!file_element<T>)
auto read_npy(const std::string&, const number_options& = {}) {
  static_assert(always_false<T>, SMELT_SAY_FILE_ELEMENT);
  return poison{};
}
template <class T = void, class Layout = row_major>
  requires(!file_element<T>)
auto read_npy_bytes(std::string_view, const number_options& = {}, const std::string& = {}) {
  static_assert(always_false<T>, SMELT_SAY_FILE_ELEMENT);
  return poison{};
}

}  // namespace smelt::inline v0
