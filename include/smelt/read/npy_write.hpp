// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Tables as NumPy's .npy files, to be mapped again here and there.

#include <smelt/core/adapt.hpp>
#include <smelt/core/say.hpp>
#include <smelt/read/mapped_table.hpp>
#include <smelt/read/npy_header.hpp>
#include <smelt/read/npy_numbers.hpp>
#include <smelt/read/written_file.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace smelt::inline v0 {

namespace detail {

/// The first bytes of a file, padded so that elements begin at a multiple of 64.
SMELT_LAZY std::string npy_preamble(const npy_dtype& dtype, bool fortran_order,
                                    const std::string& shape) {
  constexpr std::size_t before = 10, line = 64;
  std::string words = message("{'descr': '", dtype.text(), "', 'fortran_order': ",
                              fortran_order ? "True" : "False", ", 'shape': ", shape, ", }");
  words.append(line - 1 - (before + words.size()) % line, ' ');
  words += '\n';
  std::string made = "\x93NUMPY";
  made += {'\x01', '\0', static_cast<char>(words.size() & 0xff), static_cast<char>(words.size() >> 8)};
  return made + words;
}

/// Elements in runs of `inner` with a step, gathered where they do not lie side by side.
template <class T>
void write_runs(written_file& file, const T* data, index outer, index outer_step, index inner,
                index inner_step) {
  if (inner <= 0 || outer <= 0) return;
  const auto write = [&](const T* from, index count) {
    file.write(reinterpret_cast<const char*>(from), static_cast<std::size_t>(count) * sizeof(T));
  };
  if (inner_step == 1 && outer_step == inner) return write(data, outer * inner);
  buffer<T> gathered(std::min(outer * inner, (index{1} << 16) / static_cast<index>(sizeof(T))));
  index have = 0;
  for (index o = 0; o < outer; ++o)
    for (index i = 0; i < inner; ++i) {
      gathered.data()[have++] = data[o * outer_step + i * inner_step];
      if (have < gathered.size()) continue;
      write(gathered.data(), have);
      have = 0;
    }
  write(gathered.data(), have);
}

/// What write_npy can write: one dense matrix in the host's memory, of elements that files have.
template <class X>
concept npy_writable = viewable<X> && requires(const X& x) {
  { as_view(x) } -> dense_view;
  requires on_host<typename decltype(as_view(x))::space>;
  requires file_element<typename decltype(as_view(x))::value_type> ||
               std::is_same_v<typename decltype(as_view(x))::value_type, bool>;
};

}  // namespace detail

/// Writes a table, view, vector or whatever else is one dense matrix as a .npy file (format 1.0, in
/// the byte order of this machine): by column where its layout is column-major, by row otherwise; a
/// vector or a span as one dimension. Elements begin at a multiple of 64 bytes, so that the file can be
/// mapped. A file of that name is replaced in one step, once all is written.
/// \errors io_error with the system's reason; then nothing is left behind
template <class X>
  requires detail::npy_writable<X>
void write_npy(const X& x, const std::string& path) {
  const auto v = as_view(x);
  using view_type = std::remove_const_t<decltype(v)>;
  constexpr bool by_column = std::is_same_v<typename view_type::layout, column_major>;
  constexpr bool flat = !detail::table_shaped<const X> && detail::contiguous_shaped<const X>;
  written_file file(path);
  const std::string preamble = detail::npy_preamble(
      detail::npy_dtype_as<typename view_type::value_type>(), by_column && !flat,
      flat ? message("(", v.rows(), ",)") : message("(", v.rows(), ", ", v.cols(), ")"));
  file.write(preamble.data(), preamble.size());
  if constexpr (by_column)
    detail::write_runs(file, v.data(), v.cols(), v.col_stride(), v.rows(), v.row_stride());
  else
    detail::write_runs(file, v.data(), v.rows(), v.row_stride(), v.cols(), v.col_stride());
  file.commit();
}

template <class X>
auto write_npy(const X&, const std::string&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NPY_WRITE);
  return poison{};
}

}  // namespace smelt::inline v0
