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

/// Names, each with a number by first appearance; their order by bytes is kept in blocks, in two levels of
/// bisection. (A std::map does it, and is a twentieth of what a program that includes smelt reads.)
/// \complexity O(log names) to find one, whatever the names are
template <class Name = std::string>
class numbered_names {
 public:
  /// Those below, by their numbers.
  const std::vector<Name>& names() const { return names_; }
  /// The number of a name; the next one for a new name.
  std::int32_t number_of(std::string_view name) {
    std::size_t b = 0;  // the last block that does not begin after the name
    for (std::size_t size = blocks_.size(); size > 1;) {
      const std::size_t half = size / 2;
      const bool after = name < named(blocks_[b + half].front());
      b += after ? 0 : half;
      size = after ? half : size - half;
    }
    auto& block = blocks_[b];
    std::size_t k = 0;  // of the first that is not before the name
    for (std::size_t size = block.size(); size > 0;) {
      const std::size_t half = size / 2;
      const bool before = named(block[k + half]) < name;
      k += before ? half + 1 : 0;
      size = before ? size - half - 1 : half;
    }
    if (k < block.size() && named(block[k]) == name) return block[k];
    const auto number = static_cast<std::int32_t>(names_.size());
    names_.emplace_back(name);
    block.insert(block.begin() + static_cast<std::ptrdiff_t>(k), number);
    if (block.size() == most) {
      std::vector<std::int32_t> upper(block.begin() + most / 2, block.end());
      block.resize(most / 2);
      blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(b) + 1, std::move(upper));
    }
    return number;
  }
  /// Calls `f(number)` in the order of the names.
  template <class F>
  void in_order(F&& f) const {
    for (const auto& block : blocks_)
      for (const std::int32_t number : block) f(number);
  }

 private:
  static constexpr int most = 512;  // of a block
  std::string_view named(std::int32_t number) const { return names_[static_cast<std::size_t>(number)]; }

  std::vector<Name> names_;
  std::vector<std::vector<std::int32_t>> blocks_{1};  // none is empty when there are names
};

/// Fields to class codes by first appearance; missing ones to -1.
template <class = void>
struct csv_codes {
  const csv_reader& reader;
  bool may_miss;
  numbered_names<> seen = {};

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
    out = seen.number_of(field);
  }
};

/// One column of a text as class codes, read in pieces of at least `chunk` bytes.
template <class Policy>
labels csv_labels(const Policy& policy, std::string_view text, const csv_column& column,
                  csv_options options, std::string_view name, index chunk) {
  expect<value_error>(options.columns.list.empty() && !options.columns.others, name,
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

  numbered_names<> all;
  for (const auto& some : classes)
    for (const auto& label : some.seen.names()) all.number_of(label);
  std::vector<std::int32_t> ranks(all.names().size());
  all.in_order([&](std::int32_t number) {
    ranks[static_cast<std::size_t>(number)] = static_cast<std::int32_t>(made.names.size());
    made.names.push_back(all.names()[static_cast<std::size_t>(number)]);
  });
  expect<value_error>(
      !substitute || *substitute < 0 || std::cmp_greater_equal(*substitute, ranks.size()), name,
      ": .missing_value is ", substitute.value_or(0), ", which is the code of a class; there are ",
      ranks.size());
  policy.for_each(tasks, [&](index task, int) {
    const auto i = static_cast<std::size_t>(task);
    // Of codes by first appearance: every name is known, so `all` stays as it is.
    std::vector<std::int32_t> rank;
    for (const auto& label : classes[i].seen.names())
      rank.push_back(ranks[static_cast<std::size_t>(all.number_of(label))]);
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
