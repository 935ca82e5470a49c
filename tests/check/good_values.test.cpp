// SPDX-License-Identifier: BSL-1.0
/// \file
/// check_stage on stages of single values of the catalogue.

#include <support/checked.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("fill, clip, sentinel, infinity") {
  check_good(fill::mean);
  check_good(clip(-1.5, 2));
  check_good(sentinel(-0.0));
  check_good(infinity::missing);
  check_good(infinity::keep);
}
