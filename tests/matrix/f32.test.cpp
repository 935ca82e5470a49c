// SPDX-License-Identifier: BSL-1.0
/// \file
/// Every layout, width, place in memory, kind of missing values and number of rows, in float: see
/// support/matrix.hpp.

#include <support/matrix.hpp>

TEST_CASE("tables of float, to double and to float") {
  CHECK(smelt_test::check_matrix<float>() == 4704);
}
