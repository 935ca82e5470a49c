// SPDX-License-Identifier: BSL-1.0
/// \file
/// Every layout, width, place in memory, kind of missing values and number of rows, in
/// std::uint8_t: see support/matrix.hpp.

#include <support/matrix.hpp>

TEST_CASE("tables of std::uint8_t, to double and to float") {
  CHECK(smelt_test::check_matrix<std::uint8_t>() == 2220);
}
