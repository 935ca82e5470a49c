// SPDX-License-Identifier: BSL-1.0
/// \file
/// check_stage on stages of columns, of some columns, and chains of the catalogue.

#include <support/checked.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("columns that leave") {
  check_good(drop::columns({1}), {.columns_alike = false});
  check_good(drop::constant_columns);
  check_good(drop::missing_columns);
  check_good(drop::columns_missing(0.095));
}

TEST_CASE("some columns") {
  check_good(at(columns{0, 3}, standardize()), {.columns_alike = false});
  check_good(at(columns{1, 4}, normalize(l2)), {.columns_alike = false});
}

TEST_CASE("chains, joined by clean") {
  check_good(clean(drop::at_least(3), fill::mean, clip(-3, 3)) | standardize());
}
