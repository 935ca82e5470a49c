// SPDX-License-Identifier: BSL-1.0
/// \file
/// The test of the host code that the mutants' own test plants mutants in. What is no bound's own value
/// it does not ask for, and of halves one.

#include <doctest/doctest.h>

#include <toy/within.hpp>

static_assert(toy::half(1) == 0);

TEST_CASE("below, inside and above") {
  CHECK(toy::within(1, 2, 4) == 2);
  CHECK(toy::within(3, 2, 4) == 3);
  CHECK(toy::within(5, 2, 4) == 4);
}

TEST_CASE("the last") {
  const int row[] = {1, 2, 3, 4};
  CHECK(toy::last_before(row + 2) == 2);
}
