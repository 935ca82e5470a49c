// SPDX-License-Identifier: BSL-1.0
/// \file
/// check_stage on the scalers of the catalogue, and on stages of a user's.

#include <support/checked.hpp>
#include <support/own_stages.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("normalize") {
  check_good(normalize(min_max{-1, 1}));
  check_good(normalize(max_abs));
}

TEST_CASE("stages of a user's") {
  check_good(cube{2.0});
  check_good(by_third{});
  check_good(given_line{-2.0, 3.0});
}
