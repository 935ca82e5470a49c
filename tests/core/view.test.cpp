// SPDX-License-Identifier: BSL-1.0
/// \file
/// Views: layouts, pieces of a view, and the rows of the source they are.

#include <smelt/core/view.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

using namespace smelt;

namespace {

/// 0, 1, 2, ...
struct numbers {
  std::vector<double> all = std::vector<double>(60);
  numbers() { std::iota(all.begin(), all.end(), 0.0); }
  double* data() { return all.data(); }
};

/// A view of one's own: the product table.
struct products {
  using value_type = std::int16_t;
  using space = host;
  smelt::index rows() const { return 3; }
  smelt::index cols() const { return 4; }
  smelt::index first_row() const { return 0; }
  smelt::index total_rows() const { return 3; }
  std::int16_t operator()(smelt::index r, smelt::index c) const {
    return static_cast<std::int16_t>(r * c);
  }
};

}  // namespace

TEST_CASE("three layouts of one block of memory") {
  numbers of;
  const matrix_view<double> rows(of.data(), 4, 5);
  CHECK(rows(1, 0) == 5);
  CHECK(rows(3, 4) == 19);
  CHECK((rows.row_stride() == 5 && rows.col_stride() == 1));
  const matrix_view<double, column_major> cols(of.data(), 4, 5);
  CHECK(cols(1, 0) == 1);
  CHECK(cols(3, 4) == 19);
  CHECK((cols.row_stride() == 1 && cols.col_stride() == 4));
  const matrix_view<double, strided> each(of.data(), 3, 4, 20, 3);
  CHECK(each(2, 3) == 49);
  const matrix_view<double, strided> backwards(of.data() + 59, 6, 2, -10, -1);
  CHECK(backwards(5, 1) == 8);
  CHECK(backwards(0, 0) == 59);
}

TEST_CASE("rows may lie apart; a layout keeps its promise") {
  numbers of;
  const matrix_view<double> apart(of.data(), 4, 5, 12, 1);
  CHECK(apart(3, 4) == 40);
  CHECK_THROWS_WITH_AS((matrix_view<double>(of.data(), 4, 5, 12, 2)),
                       "a row-major view has column stride 1, not 2", shape_error);
  CHECK_THROWS_WITH_AS((matrix_view<double, column_major>(of.data(), 4, 5, 2, 12)),
                       "a column-major view has row stride 1, not 2", shape_error);
  CHECK_THROWS_WITH_AS(matrix_view<double>(of.data(), -1, 5),
                       "a view cannot have -1 rows and 5 columns", shape_error);
  CHECK_THROWS_AS(matrix_view<double>(of.data(), 1, -5), shape_error);
  CHECK(matrix_view<double>(of.data(), 0, 5).cols() == 5);
  CHECK(matrix_view<double>(of.data(), 5, 0).rows() == 5);
}

TEST_CASE("columns of a view, of columns, and one of them") {
  numbers of;
  const std::vector<std::string> names = {"a", "b", "c", "d", "e"};
  const auto rows = matrix_view<double>(of.data(), 4, 5).named(names);
  const auto some = rows.columns(1, 4);
  CHECK((some.rows() == 4 && some.cols() == 3 && some.row_stride() == 5));
  CHECK(some(2, 0) == 11);
  CHECK(some.names()[2] == "d");
  const auto fewer = some.columns(1, 2);
  CHECK(fewer(2, 0) == 12);
  CHECK(fewer.names().size() == 1);
  CHECK(fewer.names()[0] == "c");
  CHECK(rows.columns(2, 2).cols() == 0);
  CHECK(rows.columns(0, 2)(1, 1) == 6);
  CHECK(rows.column(0)[1] == 5);
  const auto third = rows.column(3);
  CHECK((third.size() == 4 && third.stride() == 5 && third[2] == 13));
  const matrix_view<double, strided> each(of.data(), 3, 4, 20, 3);
  CHECK(each.columns(2, 4)(1, 1) == 29);
  CHECK(each.column(3)[2] == 49);
  CHECK_THROWS_WITH_AS(rows.columns(2, 6), "columns 2 to 6 of a view of 5 columns", shape_error);
  CHECK_THROWS_AS(rows.columns(3, 2), shape_error);
  CHECK_THROWS_AS(rows.columns(-1, 2), shape_error);
  CHECK_THROWS_AS(rows.column(-1), shape_error);
  CHECK_THROWS_WITH_AS(rows.column(5), "column 5 of a view of 5 columns", shape_error);
}

TEST_CASE("rows of a view keep their numbers in the source") {
  numbers of;
  const matrix_view<double> rows(of.data(), 10, 3);
  CHECK((rows.first_row() == 0 && rows.total_rows() == 10));
  const auto some = rows.row_range(4, 9);
  CHECK((some.rows() == 5 && some.first_row() == 4 && some.total_rows() == 10));
  CHECK(some(0, 1) == 13);
  const auto fewer = some.row_range(2, 3);
  CHECK((fewer.rows() == 1 && fewer.first_row() == 6 && fewer.total_rows() == 10));
  CHECK(fewer(0, 0) == 18);
  CHECK(some.columns(1, 2).first_row() == 4);
  const matrix_view<double, column_major> cols(of.data(), 10, 3);
  CHECK(cols.row_range(4, 9)(1, 2) == 25);
  CHECK(rows.row_range(10, 10).rows() == 0);
  CHECK(rows.row_range(0, 2)(1, 1) == 4);
  CHECK_THROWS_WITH_AS(rows.row_range(2, 11), "rows 2 to 11 of a view of 10 rows", shape_error);
  CHECK_THROWS_AS(rows.row_range(-1, 2), shape_error);
  CHECK_THROWS_AS(rows.row_range(3, 2), shape_error);
}

TEST_CASE("a writable view becomes a read-only one with all it knows; not the other way") {
  numbers of;
  const std::vector<std::string> names = {"a", "b", "c"};
  const auto piece = matrix_view<double>(of.data(), 10, 3).named(names).row_range(4, 9);
  const matrix_view<const double> read = piece;
  CHECK((read.data() == piece.data() && read.row_stride() == 3 && read.first_row() == 4));
  CHECK((read.total_rows() == 10 && read.names()[1] == "b"));
  piece(0, 0) = 99;
  CHECK(read(0, 0) == 99);
  static_assert(!std::is_convertible_v<matrix_view<const double>, matrix_view<double>>);
  static_assert(!std::is_convertible_v<matrix_view<double>, matrix_view<const float>>);
  const column_view<const double> column = piece.column(1);
  CHECK((column.size() == 5 && column.stride() == 3 && column[1] == 16));
}

TEST_CASE("an empty view, and column views of their own") {
  const matrix_view<float> none;
  CHECK((none.rows() == 0 && none.cols() == 0 && none.names().empty()));
  const double three[3] = {1, 2, 3};
  const column_view<const double> column(three, 3);
  CHECK((column.rows() == 3 && column.stride() == 1 && column[2] == 3));
}

TEST_CASE("numbers of rows that follow one another, and others") {
  const auto follow = [](std::vector<smelt::index> rows) {
    return follow_one_another(rows.data(), static_cast<smelt::index>(rows.size()));
  };
  CHECK((follow({}) && follow({9}) && follow({4, 5, 6})));
  CHECK_FALSE(follow({4, 9, 6}));
  CHECK_FALSE(follow({4, 5, 7}));
  CHECK_FALSE(follow({6, 5, 4}));
}

TEST_CASE("what is a view") {
  static_assert(view<products> && !dense_view<products>);
  static_assert(dense_view<matrix_view<std::uint8_t, strided>>);
  static_assert(goes_down<matrix_view<float, column_major>> && !goes_down<matrix_view<float>>);
  static_assert(!view<std::vector<double>> && !view<column_view<double>>);
  static_assert(on_host<host> && on_host<pinned> && on_host<managed> && !on_host<device>);
  CHECK(names_of(products{}).empty());
}
