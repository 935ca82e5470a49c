// SPDX-License-Identifier: BSL-1.0
/// \file
/// Labelled data: companions of any type beside features, row by row.

#include <smelt/core/labelled.hpp>

#include <doctest/doctest.h>

#include <Eigen/Core>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

using namespace smelt;

TEST_CASE("the example") {
  table<float> digits(3, 5);
  for (smelt::index i = 0; i < 15; ++i) digits.data()[i] = static_cast<float>(i);
  // [labelled example]
  auto data = labelled(digits.columns(0, 4), digits.column(4));  // four features, the label last
  // [labelled example]
  CHECK((data.rows() == 3 && data.cols() == 4));
  CHECK(data.x(2, 3) == 13);
  CHECK(std::get<0>(data.companions)[2] == 14);
}

TEST_CASE("companions keep their types, strides and memory") {
  table<double> x(4, 2);
  std::vector<std::int64_t> ids = {1, 2, 3, (std::int64_t{1} << 62) + 1};
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  float weights[4] = {0.1f, 0.2f, 0.3f, 0.4f};
  const auto data = labelled(x, ids, names, std::span<float>(weights), x.column(1));
  static_assert(std::tuple_size_v<decltype(data.companions)> == 4);
  static_assert(
      std::is_same_v<decltype(std::get<0>(data.companions)), const column_view<std::int64_t>&>);
  CHECK(std::get<0>(data.companions).data() == ids.data());
  CHECK(std::get<1>(data.companions)[3] == "d");
  CHECK(std::get<2>(data.companions)[1] == 0.2f);
  CHECK(std::get<3>(data.companions).stride() == 2);
}

TEST_CASE("features may be anything that is a view") {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Ones(5, 3);
  const auto data = labelled(matrix.leftCols(2), matrix.col(2));
  CHECK((data.rows() == 5 && data.cols() == 2));
  CHECK(std::get<0>(data.companions)[4] == 1.0);
  CHECK(features_of(data).cols() == 2);
  CHECK(features_of(matrix).cols() == 3);
  const auto bare = labelled(matrix);
  CHECK(bare.rows() == 5);
}

TEST_CASE("companions of another length are refused, with their number") {
  const table<double> x(4, 2);
  const std::vector<int> four(4);
  const std::vector<int> three(3);
  CHECK_THROWS_WITH_AS(labelled(x, four, three), "companion 1 has 3 rows, the features have 4",
                       shape_error);
  CHECK_THROWS_AS(labelled(x, three), shape_error);
}
