// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fused chain against one stage at a time, the same bits: values, rows and columns
/// that leave.

#include <support/staged.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("rows and columns that leave") {
  check_same<1>(drop::any | normalize(min_max{-1, 1}));
  check_same<1>(drop::constant_columns | standardize());
  // 40 rows of at least 640 are folded in the order in which they are drawn.
  check_same<1>(sample(take{40, seed{3}}) | standardize(), 640);
  check_same<1>(standardize() | sample(shuffled{seed{4}}));
}

TEST_CASE("values that leave and are replaced") {
  check_same<1>(infinity::missing | fill::constant(-1) | normalize(max_abs));
}
