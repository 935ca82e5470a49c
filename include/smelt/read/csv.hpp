// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Files of separated values (RFC 4180) as tables of numbers; read/csv_labels.hpp reads text.
///
/// Lines end with LF or CRLF, the last one may lack it, blank lines at the end and a UTF-8 byte
/// order mark are skipped. Quoted fields may hold separators, newlines and doubled quotes. Spaces
/// around numbers and around unquoted text are cut. Columns that are not chosen may hold any text.
/// A blank line is a missing value where rows have one field, and an error elsewhere.
///
/// `read_csv<float>(path)` reads in the calling thread; with a policy before the path, on its threads:
/// `workers pool{8}; read_csv<float>(on::eigen.on(pool), path)`. The table, or the error, is the same
/// for any number of threads.
///
/// Errors: everything wrong with a file is an `io_error` that says where: "penguins.csv, line 5,
/// column 2 'bill_length_mm': 'abc' is not a number". Lines are physical lines and count from 1,
/// columns count from 0. A request that fits no file is a `value_error`.

#include <smelt/core/say.hpp>
#include <smelt/core/table.hpp>
#include <smelt/read/csv_chunks.hpp>
#include <smelt/read/csv_decimal.hpp>
#include <smelt/read/csv_number.hpp>
#include <smelt/read/csv_options.hpp>
#include <smelt/read/csv_reader.hpp>
#include <smelt/read/mapped_file.hpp>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>  // std::errc
#include <type_traits>

namespace smelt::inline v0 {

namespace detail {

/// Why a field may be no number that begins with one, up to `stop`: another separator, a comma in a number.
inline const char* behind_number(std::string_view field, const char* stop) {
  if (stop == field.data() || stop == field.data() + field.size()) return "";
  switch (*stop) {
    case ';': return "; is the .separator ';'?";
    case '\t': return "; is the .separator '\\t'?";
    case '|': return "; is the .separator '|'?";
    case ',': return "; a comma is no part of a number";
    default: return "";
  }
}

/// Fields to numbers.
template <class T>
struct csv_numbers {
  const csv_reader& reader;
  std::optional<T> substitute;

  const char* quick(const char* at, const char* end, T& out) const {
    if constexpr (std::is_floating_point_v<T>)
      if (const char* stop = csv_decimal(at, end, out); stop != nullptr) return stop;
    const auto [stop, error] = csv_parse(at, end, out);
    return error == std::errc{} ? stop : nullptr;
  }
  void store(std::string_view field, T& out, const char* at, index column) const {
    const auto text = trimmed(field);
    const auto where = [&] { return reader.place(at, column); };
    if (reader.missing(text)) {
      if (!std::is_floating_point_v<T> && !substitute)
        csv_reader::fail(where(), shown(text), " is missing, and ", number_name<T>(),
                         " has no value for it: choose a .missing_value");
      out = substitute ? *substitute : std::numeric_limits<T>::quiet_NaN();
      return;
    }
    const auto [stop, error] = csv_parse(text.data(), text.data() + text.size(), out);
    if (stop != text.data() + text.size() || error == std::errc::invalid_argument)
      csv_reader::fail(where(), shown(text), " is not a ", std::is_floating_point_v<T> ? "number" : "whole number",
                       behind_number(text, stop));
    if (error != std::errc{})
      csv_reader::fail(where(), shown(text), " is out of range for ", number_name<T>());
  }
};

/// The table of a text, read in pieces of at least `chunk` bytes.
template <class T, class Policy>
table<T> csv_table(const Policy& policy, std::string_view text, const csv_options& options,
                   std::string_view name, index chunk) {
  const csv_reader reader(text, options, name);
  const csv_numbers<T> numbers{reader, csv_substitute<T>(options.missing_value)};
  const auto pieces = reader.pieces(policy, chunk);
  table<T> made(pieces.rows, reader.cols(), reader.names());
  policy.for_each(static_cast<index>(pieces.list.size()), [&](index task, int) {
    const csv_piece& piece = pieces.list[static_cast<std::size_t>(task)];
    reader.rows(piece.bytes, made.data() + piece.first * made.cols(), numbers);
  });
  return made;
}

}  // namespace detail

/// What a field can be read as.
template <class T>
concept csv_element = std::is_same_v<T, float> || std::is_same_v<T, double> ||
                      (std::is_integral_v<T> && !std::is_same_v<T, bool> &&
                       !std::is_same_v<T, char>);

/// Reads separated values from memory; `name` stands for the file in messages.
///
/// T is float, double or an integer type. Numbers are what std::from_chars takes (no locale), with
/// a leading '+' allowed; floating types take infinities by name. Each is rounded once from its
/// decimal digits to T. Not in range for T, or too small for it to tell from 0: an error.
template <csv_element T, csv_policy Policy>
table<T> read_csv_text(const Policy& policy, std::string_view text,
                       const csv_options& options = {}, const std::string& name = "text") {
  return detail::csv_table<T>(policy, text, options, name, detail::csv_chunk(policy, text.size()));
}
/// The same in the calling thread.
template <csv_element T>
table<T> read_csv_text(std::string_view text, const csv_options& options = {},
                       const std::string& name = "text") {
  return read_csv_text<T>(detail::csv_alone{}, text, options, name);
}

/// Reads a file of separated values into a row-major table: `read_csv<float>(on::eigen,
/// "digits.csv")`. The file is mapped, looked at once to find its rows, and read once.
template <csv_element T, csv_policy Policy>
table<T> read_csv(const Policy& policy, const std::string& path, const csv_options& options = {}) {
  const mapped_file file(path);
  return read_csv_text<T>(policy, file.text(), options, path);
}
/// The same in the calling thread: `read_csv<float>("digits.csv")`.
template <csv_element T>
table<T> read_csv(const std::string& path, const csv_options& options = {}) {
  return read_csv<T>(detail::csv_alone{}, path, options);
}

// Other element types, and none, and what is no policy, speak here.
template <class T = void>
  requires(!csv_element<T>)
auto read_csv_text(std::string_view, const csv_options& = {}, const std::string& = {}) {
  static_assert(always_false<T>, SMELT_SAY_CSV_ELEMENT);
  return poison{};
}
template <class T = void>
  requires(!csv_element<T>)
auto read_csv(const std::string&, const csv_options& = {}) {
  static_assert(always_false<T>, SMELT_SAY_CSV_ELEMENT);
  return poison{};
}
template <class T = void, class Policy>
  requires(!csv_policy<Policy> || !csv_element<T>) && detail::no_text<Policy>
auto read_csv_text(const Policy&, std::string_view, const csv_options& = {},
                   const std::string& = {}) {
  if constexpr (csv_policy<Policy>)
    static_assert(always_false<T>, SMELT_SAY_CSV_ELEMENT);
  else
    static_assert(always_false<T>, SMELT_SAY_CSV_POLICY);
  return poison{};
}
template <class T = void, class Policy>
  requires(!csv_policy<Policy> || !csv_element<T>) && detail::no_text<Policy>
auto read_csv(const Policy&, const std::string&, const csv_options& = {}) {
  if constexpr (csv_policy<Policy>)
    static_assert(always_false<T>, SMELT_SAY_CSV_ELEMENT);
  else
    static_assert(always_false<T>, SMELT_SAY_CSV_POLICY);
  return poison{};
}

}  // namespace smelt::inline v0
