// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fused chain against one stage at a time: the same bits wherever no affine run was merged and
/// no sum was carried forward. Extrema may be carried: the image of the smallest value under a
/// rounded monotone function is the smallest image.

#include <support/staged.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("given numbers before fitted ones are evaluated inside the fold") {
  check_same<1>(fill::constant(0.5) | standardize());
  check_same<1>(sentinel(3) | clip(-2, 2) | standardize(ddof{1}));
  check_same<1>(normalize(l2) | standardize());
}

TEST_CASE("extrema are carried exactly through fills, lines and clips") {
  check_same<1>(fill::mean | normalize(min_max{-1, 1}));
  check_same<1>(standardize() | clip(-1, 2) | normalize(min_max{-1, 1}));
  check_same<1>(normalize(min_max{}) | clip(0.25, 0.75) | normalize(max_abs));
  check_same<1>(normalize(min_max{-1, 1}) | fill::constant(-2) | normalize(max_abs));
}
