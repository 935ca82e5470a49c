// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A column of text in a file of separated values as class codes. The format and its errors are those
/// of read/csv.hpp.

#include <smelt/core/say.hpp>
#include <smelt/read/csv_chunks.hpp>
#include <smelt/read/csv_number.hpp>
#include <smelt/read/csv_options.hpp>
#include <smelt/read/csv_reader.hpp>
#include <smelt/read/mapped_file.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
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
  void store(std::string_view field, std::int32_t& out, const char* at, index column) {
    out = -1;
    if (reader.missing(field)) {
      if (!may_miss)
        csv_reader::fail(
            reader.place(at, column), shown(field),
            " is missing, and a class code has no value for it: choose a .missing_value");
      return;
    }
    auto known = seen.find(field);
    if (known == seen.end())
      known = seen.emplace(field, static_cast<std::int32_t>(seen.size())).first;
    out = known->second;
  }
};

/// One column of a text as class codes, read in pieces of at least `chunk` bytes.
template <class Policy>
labels csv_labels(const Policy& policy, std::string_view text, const csv_column& column,
                  csv_options options, std::string_view name, index chunk) {
  expect<value_error>(options.columns.list.empty(), name,
                      ": labels are one column, given before the options, not by .columns");
  expect<value_error>(options.header != header::detect || column.by_name, name,
                      ": whether the first line is a header cannot be told from text labels: "
                      "choose header::yes or header::none, or the column by name");
  options.columns = {column};
  const csv_reader reader(text, options, name);
  const auto substitute = csv_substitute<std::int32_t>(options.missing_value);
  const auto pieces = reader.pieces(policy, chunk);
  std::vector<csv_codes<>> classes(pieces.list.size(), {reader, substitute.has_value()});
  labels made;
  made.codes.resize(static_cast<std::size_t>(pieces.rows));
  const auto tasks = static_cast<index>(classes.size());
  policy.for_each(tasks, [&](index task, int) {
    const auto i = static_cast<std::size_t>(task);
    reader.rows(pieces.list[i].bytes, made.codes.data() + pieces.list[i].first, classes[i]);
  });

  std::map<std::string, std::int32_t, by_bytes> ranks;
  for (const auto& some : classes)
    for (const auto& [label, code] : some.seen) ranks.emplace(label, 0);
  for (auto& [label, rank] : ranks) {
    rank = static_cast<std::int32_t>(made.names.size());
    made.names.push_back(label);
  }
  expect<value_error>(
      !substitute || *substitute < 0 || std::cmp_greater_equal(*substitute, ranks.size()), name,
      ": .missing_value is ", substitute.value_or(0), ", which is the code of a class; there are ",
      ranks.size());
  policy.for_each(tasks, [&](index task, int) {
    const auto i = static_cast<std::size_t>(task);
    std::vector<std::int32_t> rank(classes[i].seen.size());  // of codes by first appearance
    for (const auto& [label, code] : classes[i].seen)
      rank[static_cast<std::size_t>(code)] = ranks.find(label)->second;
    std::int32_t* const codes = made.codes.data() + pieces.list[i].first;
    for (index r = 0; r < pieces.list[i].rows; ++r)
      codes[r] = codes[r] < 0 ? *substitute : rank[static_cast<std::size_t>(codes[r])];
  });
  return made;
}

}  // namespace detail

/// Reads one column from memory as class codes.
///
/// A missing field is an error unless `.missing_value` is given, a code that no class has (-1).
/// A column chosen by number needs `header::yes` or `header::none`: text cannot tell which it is.
template <csv_policy Policy>
labels read_csv_labels_text(const Policy& policy, std::string_view text, const csv_column& column,
                            const csv_options& options = {}, const std::string& name = "text") {
  return detail::csv_labels(policy, text, column, options, name, detail::csv_chunk(policy, text.size()));
}
/// The same in the calling thread.
template <std::same_as<labels> Made = labels>
Made read_csv_labels_text(std::string_view text, const csv_column& column,
                          const csv_options& options = {}, const std::string& name = "text") {
  return read_csv_labels_text(detail::csv_alone{}, text, column, options, name);
}

/// Reads one column of a file as class codes: `read_csv_labels(on::eigen, "penguins.csv",
/// "species")`.
template <csv_policy Policy>
labels read_csv_labels(const Policy& policy, const std::string& path, const csv_column& column,
                       const csv_options& options = {}) {
  const mapped_file file(path);
  return read_csv_labels_text(policy, file.text(), column, options, path);
}
/// The same in the calling thread: `read_csv_labels("penguins.csv", "species")`.
template <std::same_as<labels> Made = labels>
Made read_csv_labels(const std::string& path, const csv_column& column,
                     const csv_options& options = {}) {
  return read_csv_labels(detail::csv_alone{}, path, column, options);
}

// What is no policy speaks here.
template <class Policy>
  requires(!csv_policy<Policy>) && detail::no_text<Policy>
auto read_csv_labels_text(const Policy&, std::string_view, const csv_column&,
                          const csv_options& = {}, const std::string& = {}) {
  static_assert(always_false<Policy>, SMELT_SAY_CSV_POLICY);
  return poison{};
}
template <class Policy>
  requires(!csv_policy<Policy>) && detail::no_text<Policy>
auto read_csv_labels(const Policy&, const std::string&, const csv_column&,
                     const csv_options& = {}) {
  static_assert(always_false<Policy>, SMELT_SAY_CSV_POLICY);
  return poison{};
}

}  // namespace smelt::inline v0
