// SPDX-License-Identifier: BSL-1.0
/// \file
/// Every layout, width, place in memory, kind of missing values and number of rows, in
/// std::int32_t: see support/matrix.hpp.

#include <support/matrix.hpp>

TEST_CASE("tables of std::int32_t, to double and to float") {
  CHECK(smelt_test::check_matrix<std::int32_t>() == 2220);
}
