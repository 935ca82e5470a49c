// SPDX-License-Identifier: BSL-1.0

/// \file
/// Every way to write a list of columns, and what is understood.

#include <smelt/read/csv_options.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace smelt;

namespace {

std::string written(const csv_columns& columns) {
  std::string made;
  for (const auto& column : columns.list)
    made += column.by_name ? "'" + column.name + "' " : std::to_string(column.number) + " ";
  return made;
}

/// What a call with designated initialisers sees.
csv_options seen(const csv_options& options = {}) { return options; }

}  // namespace

TEST_CASE("columns are chosen by number, by name or by both, in the order written") {
  CHECK(written({}) == "");
  CHECK(written({0}) == "0 ");  // not a null pointer
  CHECK(written({2, 0, 1}) == "2 0 1 ");
  CHECK(written({std::size_t{4}, smelt::index{3}}) == "4 3 ");
  CHECK(written({"a"}) == "'a' ");
  CHECK(written({"b", "a"}) == "'b' 'a' ");  // two names, not a range of characters
  CHECK(written({"b", 7, std::string("c"), std::string_view("d")}) == "'b' 7 'c' 'd' ");
  CHECK(written(columns{5, 6}) == "5 6 ");
  CHECK(written(columns::range(0, 3)) == "0 1 2 ");
  CHECK(written(std::vector<std::string>{"x", "y"}) == "'x' 'y' ");
}

TEST_CASE("a computed list without columns does not mean all of them") {
  CHECK_THROWS_WITH_AS(csv_columns(columns::range(3, 3)), "the list of columns to read is empty",
                       value_error);
  CHECK_THROWS_WITH_AS(csv_columns(std::vector<std::string>{}),
                       "the list of columns to read is empty", value_error);
}

TEST_CASE("options are written by name, all of them optional") {
  const auto plain = seen();
  CHECK(plain.header == header::detect);
  CHECK(plain.columns.list.empty());
  CHECK(plain.missing == std::vector<std::string>{"", "NA", "NaN", "nan", "null"});
  CHECK_FALSE(plain.missing_value.has_value());
  CHECK(plain.separator == ',');
  CHECK(plain.skip_lines == 0);

  const auto all = seen({.header = header::none,
                         .columns = {"bill_length_mm", "body_mass_g"},
                         .missing = {"NA", ""},
                         .missing_value = -1,
                         .separator = ';',
                         .skip_lines = 2});
  CHECK(all.header == header::none);
  CHECK(written(all.columns) == "'bill_length_mm' 'body_mass_g' ");
  CHECK(all.missing == std::vector<std::string>{"NA", ""});
  CHECK(all.missing_value == -1.0);
  CHECK(all.separator == ';');
  CHECK(all.skip_lines == 2);

  CHECK(written(seen({.columns = {1, 2}, .separator = '\t'}).columns) == "1 2 ");
  CHECK(written(seen({.columns = columns::range(0, 2)}).columns) == "0 1 ");
}

TEST_CASE("what is no column does not compile") {
  static_assert(!std::is_constructible_v<csv_column, double>);
  static_assert(std::is_convertible_v<const char*, csv_column>);
  static_assert(std::is_convertible_v<int, csv_column>);
}
