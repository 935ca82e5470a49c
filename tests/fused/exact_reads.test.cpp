// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fused chain against one stage at a time, the same bits: stages that need a read of
/// their own, stages on some columns, and on all as one.

#include <support/staged.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("what cannot be carried is read again, through the stages before it") {
  check_same<2>(standardize() | clip(-1, 2) | standardize());
  check_same<2>(standardize() | normalize(l1) | normalize(min_max{}));
  check_same<2>(fill::mean | normalize(largest) | standardize(ddof{1}));
}

TEST_CASE("some columns, and all as one") {
  check_same<1>(at(columns{0}, fill::constant(0) | standardize()) | normalize(l2));
  check_same<1>(standardize(over::table) | clip(-1, 1) | normalize(largest));
}
