// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Files of separated values (RFC 4180) as tables of numbers, and text columns as class codes.
///
/// Lines end with LF or CRLF, the last one may lack it, blank lines at the end and a UTF-8 byte
/// order mark are skipped. Quoted fields may hold separators, newlines and doubled quotes. Spaces
/// around numbers and around unquoted text are cut. Columns that are not chosen may hold any text.
/// A blank line is a missing value where rows have one field, and an error elsewhere.
///
/// Errors: everything wrong with a file is an `io_error` that says where: "penguins.csv, line 5,
/// column 2 'bill_length_mm': 'abc' is not a number". Lines are physical lines and count from 1,
/// columns count from 0. A request that fits no file is a `value_error`.

#include <smelt/core/say.hpp>
#include <smelt/core/table.hpp>
#include <smelt/read/csv_number.hpp>
#include <smelt/read/csv_options.hpp>
#include <smelt/read/csv_reader.hpp>
#include <smelt/read/mapped_file.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>  // std::errc
#include <type_traits>
#include <utility>  // std::cmp_greater_equal
#include <vector>

namespace smelt::inline v0 {

/// A text column as numbers: row r is of class `names[codes[r]]`. The names are sorted by their
/// bytes, so that the codes do not depend on the order of the rows.
struct labels {
  std::vector<std::int32_t> codes;
  std::vector<std::string> names;
};

namespace detail {

/// Fields to numbers.
template <class T>
struct csv_numbers {
  const csv_reader& reader;
  std::optional<T> substitute;

  const char* quick(const char* at, const char* end, T& out) const {
    const auto [stop, error] = csv_parse(at, end, out);
    return error == std::errc{} ? stop : nullptr;
  }
  void store(std::string_view field, T& out, index line, index column) const {
    const auto text = trimmed(field);
    const auto where = [&] { return reader.place(line, column); };
    if (reader.missing(text)) {
      if (!std::is_floating_point_v<T> && !substitute)
        csv_reader::fail(where(), shown(text), " is missing, and ", number_name<T>(),
                         " has no value for it: choose a .missing_value");
      out = substitute ? *substitute : std::numeric_limits<T>::quiet_NaN();
      return;
    }
    const auto [stop, error] = csv_parse(text.data(), text.data() + text.size(), out);
    if (stop != text.data() + text.size() || error == std::errc::invalid_argument)
      csv_reader::fail(where(), shown(text), " is not a ",
                       std::is_floating_point_v<T> ? "number" : "whole number");
    if (error != std::errc{})
      csv_reader::fail(where(), shown(text), " is out of range for ", number_name<T>());
  }
};

/// Finds a std::string by a std::string_view. (std::less<> does, and brings all of <functional>.)
struct by_bytes {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a < b; }
};

/// Fields to class codes by first appearance; missing ones to -1.
template <class = void>
struct csv_codes {
  const csv_reader& reader;
  bool may_miss;
  std::map<std::string, std::int32_t, by_bytes> seen = {};

  static const char* quick(const char*, const char*, std::int32_t&) { return nullptr; }
  void store(std::string_view field, std::int32_t& out, index line, index column) {
    out = -1;
    if (reader.missing(field)) {
      if (!may_miss)
        csv_reader::fail(
            reader.place(line, column), shown(field),
            " is missing, and a class code has no value for it: choose a .missing_value");
      return;
    }
    auto at = seen.find(field);
    if (at == seen.end()) at = seen.emplace(field, static_cast<std::int32_t>(seen.size())).first;
    out = at->second;
  }
};

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
template <csv_element T>
table<T> read_csv_text(std::string_view text, const csv_options& options = {},
                       const std::string& name = "text") {
  const detail::csv_reader reader(text, options, name);
  detail::csv_numbers<T> numbers{reader, detail::csv_substitute<T>(options.missing_value)};
  table<T> made(reader.most_rows(reader.body()), reader.cols(), reader.names());
  made.shrink(reader.rows(reader.body(), made.data(), numbers));
  return made;
}

/// Reads a file of separated values into a row-major table: `read_csv<float>("digits.csv")`.
template <csv_element T>
table<T> read_csv(const std::string& path, const csv_options& options = {}) {
  const mapped_file file(path);
  return read_csv_text<T>(file.text(), options, path);
}

// Other element types, and none, speak here.
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

/// Reads one column from memory as class codes.
///
/// A missing field is an error unless `.missing_value` is given, a code that no class has (-1).
/// A column chosen by number needs `header::yes` or `header::none`: text cannot tell which it is.
template <std::same_as<labels> Made = labels>
Made read_csv_labels_text(std::string_view text, const csv_column& column, csv_options options = {},
                          const std::string& name = "text") {
  expect<value_error>(options.columns.list.empty(), name,
                      ": labels are one column, given before the options, not by .columns");
  expect<value_error>(options.header != header::detect || column.key.index() == 1, name,
                      ": whether the first line is a header cannot be told from text labels: "
                      "choose header::yes or header::none, or the column by name");
  options.columns = {column};
  const detail::csv_reader reader(text, options, name);
  const auto substitute = detail::csv_substitute<std::int32_t>(options.missing_value);
  detail::csv_codes<> classes{reader, substitute.has_value()};
  Made made;
  made.codes.resize(static_cast<std::size_t>(reader.most_rows(reader.body())));
  made.codes.resize(
      static_cast<std::size_t>(reader.rows(reader.body(), made.codes.data(), classes)));

  std::vector<std::int32_t> rank(classes.seen.size());  // by bytes, of codes by first appearance
  for (const auto& [label, code] : classes.seen) {
    rank[static_cast<std::size_t>(code)] = static_cast<std::int32_t>(made.names.size());
    made.names.push_back(label);
  }
  expect<value_error>(
      !substitute || *substitute < 0 || std::cmp_greater_equal(*substitute, rank.size()), name,
      ": .missing_value is ", substitute.value_or(0), ", which is the code of a class; there are ",
      rank.size());
  for (auto& code : made.codes)
    code = code < 0 ? *substitute : rank[static_cast<std::size_t>(code)];
  return made;
}

/// Reads one column of a file as class codes: `read_csv_labels("penguins.csv", "species")`.
template <std::same_as<labels> Made = labels>
Made read_csv_labels(const std::string& path, const csv_column& column,
                     const csv_options& options = {}) {
  const mapped_file file(path);
  return read_csv_labels_text(file.text(), column, options, path);
}

}  // namespace smelt::inline v0
