// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a caller says about a file of separated values: how it is written and what is wanted of it.

#include <smelt/core/error.hpp>
#include <smelt/core/types.hpp>

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smelt::inline v0 {

/// Whether the first line holds column names. `detect`: it does when columns are chosen by name, or
/// when one of its chosen fields is neither a number nor missing, and has a letter.
enum class header { detect, yes, none };

/// One column of a file: its number, from 0, or its name.
struct csv_column {
  bool by_name = false;
  index number = 0;
  std::string name;
  template <std::integral Number>
  csv_column(Number wanted) : number(static_cast<index>(wanted)) {}
  template <std::convertible_to<std::string_view> Name>
  csv_column(const Name& wanted) : by_name(true), name(std::string_view(wanted)) {}
};

/// The columns to read, in the order asked for: `{"mass", "length"}`, `{3, 2}`,
/// `columns::range(0, 64)`; `columns::all_but({"species"})`, in that of the file. Without any: all columns of it.
struct csv_columns {
  std::vector<csv_column> list;
  bool others = false;  ///< those that are not listed
  csv_columns() = default;
  SMELT_LAZY csv_columns(std::initializer_list<csv_column> chosen) : list(chosen) {}
  SMELT_LAZY csv_columns(const std::vector<std::string>& names) : list(names.begin(), names.end()) { some(); }
  SMELT_LAZY csv_columns(const columns& chosen)
      : list(chosen.list.begin(), chosen.list.end()), others(chosen.others) {
    for (const auto& name : chosen.names) list.emplace_back(name);
    some();
  }

 private:
  SMELT_LAZY void some() const {
    expect<value_error>(others || !list.empty(), "the list of columns to read is empty");
  }
};

/// How a file is written, and what is wanted of it.
struct csv_options {
  smelt::header header = smelt::header::detect;
  csv_columns columns = {};
  /// Fields that stand for no value, compared after spaces around them are cut, quoted or not.
  std::vector<std::string> missing = {"", "NA", "NaN", "nan", "null"};
  /// What is stored for them. Unset: NaN, and an error where the type has no NaN.
  std::optional<double> missing_value = {};
  char separator = ',';
  /// Lines before the first that counts (header or row).
  index skip_lines = 0;
};

}  // namespace smelt::inline v0
