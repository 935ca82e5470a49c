// SPDX-License-Identifier: BSL-1.0
/// \file
/// Roles: only a train part may be fitted.

#include <doctest/doctest.h>

#include <smelt/core/role.hpp>

#include <string>

static_assert(smelt::role::train::may_fit);
static_assert(!smelt::role::validation::may_fit && !smelt::role::test::may_fit);

TEST_CASE("roles have names") {
  CHECK(std::string(smelt::role::train::name) == "train");
  CHECK(std::string(smelt::role::validation::name) == "validation");
  CHECK(std::string(smelt::role::test::name) == "test");
}
