// SPDX-License-Identifier: BSL-1.0
/// \file
/// What tables, views, column sets and labelled data refuse, word for word.

#include <doctest/doctest.h>

#include <smelt/core/labelled.hpp>

#include <limits>

using namespace smelt;

namespace {
/// Not known to the compiler, which would warn of the allocation that is not reached.
smelt::index most() {
  volatile smelt::index value = std::numeric_limits<smelt::index>::max();
  return value;
}
}  // namespace

TEST_CASE("memory that cannot be counted or had") {
  CHECK_THROWS_WITH_AS(buffer<double>{most()},
                       "cannot hold 9223372036854775807 elements of 8 bytes", shape_error);
  CHECK_THROWS_WITH_AS(buffer<float>(-1), "cannot hold -1 elements of 4 bytes", shape_error);
  CHECK_THROWS_WITH_AS(table<double>(most() / 2, 2),
                       "cannot hold 9223372036854775806 elements of 8 bytes", shape_error);
  CHECK_THROWS_WITH_AS(table<float>(most() / 2, 3),
                       "a table of 4611686018427387903 x 3 elements has too many to count",
                       shape_error);
  CHECK_THROWS_WITH_AS(table<float>(-1, 2), "a table cannot have -1 rows and 2 columns",
                       shape_error);
  CHECK_THROWS_WITH_AS(table<float>(3, -2), "a table cannot have 3 rows and -2 columns",
                       shape_error);
}

TEST_CASE("names of a table") {
  CHECK_THROWS_WITH_AS(table<float>(1, 3, {"a", "b"}), "a table of 3 columns was given 2 names",
                       shape_error);
  const table<float> named(1, 2, {"mass", "age"});
  CHECK_THROWS_WITH_AS(named.find("Age"), "no column is named 'Age'; there are: 'mass', 'age'",
                       value_error);
  CHECK_THROWS_WITH_AS(named.column("x"), "no column is named 'x'; there are: 'mass', 'age'",
                       value_error);
  const table<float> plain(1, 2);
  CHECK_THROWS_WITH_AS(plain.find("mass"),
                       "no column is named 'mass'; there are: none (the data have no names)",
                       value_error);
}

TEST_CASE("a table shrinks only to what it has, and a refusal changes nothing") {
  table<float> t(3, 2);
  CHECK_THROWS_WITH_AS(t.shrink(4), "cannot shrink 3 rows to 4", shape_error);
  CHECK_THROWS_WITH_AS(t.shrink(-1), "cannot shrink 3 rows to -1", shape_error);
  CHECK(t.rows() == 3);
}

TEST_CASE("extents and strides of a view") {
  float x[6] = {};
  CHECK_THROWS_WITH_AS(matrix_view<float>(x, -1, 2), "a view cannot have -1 rows and 2 columns",
                       shape_error);
  CHECK_THROWS_WITH_AS((matrix_view<float, strided>(x, 1, -2, 1, 1)),
                       "a view cannot have 1 rows and -2 columns", shape_error);
  CHECK_THROWS_WITH_AS(matrix_view<float>(x, 2, 2, 3, 2),
                       "a row-major view has column stride 1, not 2", shape_error);
  CHECK_THROWS_WITH_AS((matrix_view<float, column_major>(x, 2, 2, 3, 2)),
                       "a column-major view has row stride 1, not 3", shape_error);
}

TEST_CASE("pieces of a view") {
  const table<float> t(3, 2);
  CHECK_THROWS_WITH_AS(t.columns(0, 3), "columns 0 to 3 of a view of 2 columns", shape_error);
  CHECK_THROWS_WITH_AS(t.columns(2, 1), "columns 2 to 1 of a view of 2 columns", shape_error);
  CHECK_THROWS_WITH_AS(t.columns(-1, 1), "columns -1 to 1 of a view of 2 columns", shape_error);
  CHECK_THROWS_WITH_AS(t.column(2), "column 2 of a view of 2 columns", shape_error);
  CHECK_THROWS_WITH_AS(t.column(-1), "column -1 of a view of 2 columns", shape_error);
  CHECK_THROWS_WITH_AS(t.row_range(1, 4), "rows 1 to 4 of a view of 3 rows", shape_error);
  CHECK_THROWS_WITH_AS(t.row_range(2, 1), "rows 2 to 1 of a view of 3 rows", shape_error);
}

TEST_CASE("column sets and selections") {
  column_set set(3);
  const std::vector<double> two(2);
  CHECK_THROWS_WITH_AS(set.add(two), "a column of 2 rows does not fit a set of 3 rows",
                       shape_error);
  CHECK(set.cols() == 0);
  const table<float> t(3, 2, {"a", "b"});
  CHECK_THROWS_WITH_AS(select(t, columns{0, 2}),
                       "select: there is no column 2, the data have 2 columns", value_error);
  CHECK_THROWS_WITH_AS(select(t, columns{-1}),
                       "select: there is no column -1, the data have 2 columns", value_error);
  CHECK_THROWS_WITH_AS(select(t, columns{"a", "c"}), "select: no column is named 'c'; there are: 'a', 'b'",
                       value_error);
}

TEST_CASE("companions have a row for each row of the features") {
  const table<float> x(3, 2);
  const std::vector<int> three(3), four(4);
  CHECK_THROWS_WITH_AS(labelled(x, four), "companion 0 has 4 rows, the features have 3",
                       shape_error);
  CHECK_THROWS_WITH_AS(labelled(x, three, four), "companion 1 has 4 rows, the features have 3",
                       shape_error);
}
