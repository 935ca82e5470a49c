// SPDX-License-Identifier: BSL-1.0
/// \file
/// transform: a new table, a given output, in place; layouts and element types of either side. How
/// labels follow their rows is in transform_rows.test.cpp.

#include <smelt/transform.hpp>

#include <support/on_both.hpp>

#include <Eigen/Core>

#include <cmath>
#include <new>  // std::nothrow
#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

const auto scaled = clean(fill::mean) | standardize();

using seq = detail::seq_policy;

}  // namespace

TEST_CASE("what can be asked before there are data") {
  CHECK(detail::check_counted<seq>());
  CHECK(detail::check_counted<seq, counted_t>());
  CHECK(!detail::check_counted<seq, counted_t, counted_t>());
  CHECK(detail::check_transform<seq, origin::plain, table<double>, table<float>>());
  CHECK(detail::check_in_place<decltype(scaled | clip(0, 1)), row_stages::all>());
  CHECK(detail::check_writable<seq, table<double>>());
}

TEST_CASE("the example") {
  // [transform example]
  table<float> train(2, 1);
  train(0, 0) = 0.0f;
  train(1, 0) = 10.0f;
  auto fitted = fit(on::seq, normalize(min_max{0, 1}), train);
  table<float> live(1, 1);
  live(0, 0) = 5.0f;
  auto y = transform(on::seq, fitted, live);     // a new table<float>: 0.5
  transform(on::seq, fitted, in_place(live));    // live is 0.5 as well
  auto wide = transform<double>(on::seq, fitted, train);  // rounded to double instead
  // [transform example]
  CHECK(y(0, 0) == 0.5f);
  CHECK(live(0, 0) == 0.5f);
  CHECK(wide(1, 0) == 1.0);
}

TEST_CASE("owning, given, in place: the same bits in every layout of both sides") {
  const auto x = noise(67, 5, 7);
  const auto f = fitted_on_both(scaled, x);
  const auto y = transformed_on_both(f, x);

  // Outputs.
  auto into = [&](auto out, const char* layout) {
    CAPTURE(layout);
    CHECK(transform(on::seq, f, x, out) == 67);
    CHECK(difference(out, y) == "");
    for (smelt::index r = 0; r < 67; ++r)
      for (smelt::index c = 0; c < 5; ++c) out(r, c) = 77.0;
    CHECK(transform(on::eigen, f, x, out) == 67);
    CHECK(difference(out, y) == "");
  };
  std::vector<double> memory(4000);
  into(matrix_view<double>(memory.data() + 1, 67, 5, 9, 1), "row-major, apart, not aligned");
  into(matrix_view<double, column_major>(memory.data() + 3, 67, 5, 1, 70), "column-major");
  into(matrix_view<double, strided>(memory.data() + 3999, 67, 5, -50, -3), "strided, backwards");

  // Inputs.
  const auto columns_of = laid_out<column_major>(x);
  CHECK(difference(transformed_on_both(f, columns_of), y) == "");
  CHECK(fitted_on_both(scaled, columns_of) == f);
  std::vector<double> spread(4000);
  matrix_view<double, strided> strides(spread.data(), 67, 5, 50, 3);
  for (smelt::index r = 0; r < 67; ++r)
    for (smelt::index c = 0; c < 5; ++c) strides(r, c) = x(r, c);
  CHECK(fitted_on_both(scaled, strides) == f);

  // In place.
  auto rows_again = x;
  transform(on::eigen, f, in_place(rows_again));
  CHECK(difference(rows_again, y) == "");
  auto columns_again = columns_of;
  transform(on::eigen, f, in_place(columns_again));
  CHECK(difference(columns_again, y) == "");
  transform(on::eigen, f, in_place(strides));
  CHECK(difference(strides, y) == "");
}

TEST_CASE("column-major in, column-major out, and what lies between is not touched") {
  const auto x = laid_out<column_major>(noise(41, 3, 7));
  const auto f = fit(on::seq, scaled, x);
  const auto y = transform(on::seq, f, x);
  std::vector<double> memory(200, 77.0);
  const matrix_view<double, column_major> out(memory.data() + 2, 43, 3, 1, 50);
  CHECK(transform(on::eigen, f, x, out) == 41);
  CHECK(difference(out.row_range(0, 41), y) == "");
  smelt::index touched = 0;
  for (double m : memory) touched += m != 77.0;
  CHECK(touched == 41 * 3);
}

TEST_CASE("an output may be longer and wider apart: only its elements are written") {
  const auto x = noise(11, 3, 0);
  const auto f = fit(on::seq, scaled, x);
  for (bool packets : {false, true}) {
    std::vector<double> memory(100, 77.0);
    const matrix_view<double> out(memory.data() + 1, 14, 3, 7, 1);
    CHECK((packets ? transform(on::eigen, f, x, out) : transform(on::seq, f, x, out)) == 11);
    smelt::index touched = 0;
    for (double m : memory) touched += m != 77.0;
    CHECK(touched == 33);
  }
}

TEST_CASE("element types in: double, float, 32-bit integers, bytes; out: double or float") {
  const auto bytes = noise<std::uint8_t>(131, 5);
  table<std::int32_t> ints(131, 5);
  table<float> floats(131, 5);
  table<double> doubles(131, 5);
  for (smelt::index i = 0; i < 131 * 5; ++i) {
    ints.data()[i] = bytes.data()[i];
    floats.data()[i] = static_cast<float>(bytes.data()[i]);
    doubles.data()[i] = bytes.data()[i];
  }
  // The same values have the same numbers, whatever they are stored as.
  const auto f = fitted_on_both(scaled, doubles);
  CHECK(fitted_on_both(scaled, bytes) == f);
  CHECK(fitted_on_both(scaled, ints) == f);
  CHECK(fitted_on_both(scaled, floats) == f);
  const auto y = transformed_on_both(f, doubles);
  CHECK(difference(transformed_on_both(f, bytes), y) == "");
  CHECK(difference(transformed_on_both(f, ints), y) == "");
  const auto z = transformed_on_both(f, floats);
  static_assert(std::is_same_v<decltype(z), const table<float>>);
  CHECK(difference(transform<float>(on::eigen, f, doubles), z) == "");
  CHECK(difference(transform<double>(on::eigen, f, floats), y) == "");
  smelt::index wrong = 0;
  for (smelt::index i = 0; i < 131 * 5; ++i)
    wrong += z.data()[i] != static_cast<float>(y.data()[i]);
  CHECK(wrong == 0);
}

TEST_CASE("Eigen matrices in and out") {
  Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> x(3, 2);
  x << 0, 1, 5, 1, 10, 1;
  Eigen::MatrixXf y(3, 2);
  const auto f = fit(on::eigen, normalize(min_max{}), x);
  CHECK(transform(on::eigen, f, x, y) == 3);
  CHECK(y(1, 0) == 0.5f);
  CHECK(y(2, 1) == 0.0f);
}

TEST_CASE("names go through, and must be those of the fit") {
  auto x = rows({{1, 2}, {3, 4}}, {"a", "b"});
  const auto f = fit(on::seq, scaled, x);
  const auto y = transform(on::seq, f, x);
  CHECK(y.names()[1] == "b");
  CHECK(transform(on::seq, f, rows({{1, 2}})).names()[0] == "a");  // no names: the columns by number
  CHECK_THROWS_AS(transform(on::seq, f, rows({{1, 2}}, {"b", "a"})), type_error);
}

TEST_CASE("no rows in, no rows out") {
  const auto f = fit(on::seq, scaled, noise(9, 3));
  CHECK(transformed_on_both(f, table<double>(0, 3)).rows() == 0);
  CHECK(transformed_on_both(f, table<double>(0, 3)).cols() == 3);
}

TEST_CASE("what is written over must be written over element for element") {
  auto x = noise(10, 4);
  const auto f = fit(on::seq, scaled, x.row_range(0, 5));
  CHECK_THROWS_AS(transform(on::seq, f, x.row_range(0, 5), x.view().row_range(1, 6)), shape_error);
  CHECK(transform(on::seq, f, x.row_range(0, 5), x.view().row_range(5, 10)) == 5);
  const auto y = transform(on::seq, f, x.row_range(0, 5));
  CHECK(transform(on::seq, f, x.row_range(0, 5), x.view().row_range(0, 5)) == 5);
  CHECK(difference(x.row_range(0, 5), y) == "");
  CHECK(difference(x.row_range(5, 10), y) == "");
}

TEST_CASE("fit_transform is a fit and a transform") {
  const auto x = noise(31, 3, 6);
  CHECK(difference(fit_transform(on::seq, scaled, x), transform(on::seq, fit(on::seq, scaled, x), x)) ==
        "");
}

TEST_CASE("by value: a table, the rows written, or why not") {
  const auto x = noise(31, 3, 6);
  const auto f = fit(on::seq, scaled, x);
  const auto y = transform(on::seq, f, x);
  const auto made = transform(std::nothrow, on::seq, f, x);
  REQUIRE(made);
  CHECK(made.rows == 31);
  CHECK(difference(*made, y) == "");
  table<double> out(33, 3);
  const status ended = transform(std::nothrow, on::seq, f, x, out);
  CHECK((ended.ok() && ended.rows == 31));
  CHECK(difference(out.row_range(0, 31), y) == "");
  auto here = x;
  CHECK(transform(std::nothrow, on::seq, f, in_place(here)).rows == 31);
  CHECK(difference(here, y) == "");
  const auto both_at_once = fit_transform(std::nothrow, on::seq, scaled, x);
  REQUIRE(both_at_once);
  CHECK(difference(*both_at_once, y) == "");
  CHECK(fit_transform(std::nothrow, on::seq, scaled, table<double>(0, 3)).what() ==
        std::string("fit: the data have 0 rows, at least 1 is needed"));
  CHECK(!transform(std::nothrow, on::seq, f, noise(31, 2)));
}

TEST_CASE("one row of a large table") {
  const auto x = noise(1200, 4, 6);
  const auto f = fit(on::seq, scaled, x);
  const auto y = transform(on::seq, f, x);
  CHECK(difference(transformed_on_both(f, x.row_range(1111, 1112)), y.row_range(1111, 1112)) == "");
}
