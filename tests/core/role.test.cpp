// SPDX-License-Identifier: BSL-1.0
/// \file
/// Roles: what is one, and which may be fitted.

#include <smelt/core/role.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

using namespace smelt;

namespace {
struct calibration {
  static constexpr bool may_fit = true;
  static constexpr const char* name = "calibration";
};
struct nameless {
  [[maybe_unused]] static constexpr bool may_fit = true;
};
struct undecided {
  [[maybe_unused]] static constexpr const char* name = "undecided";
};
struct declared_only;
}  // namespace

static_assert(is_role<role::train> && is_role<role::validation> && is_role<role::test>);
static_assert(is_role<calibration>);
static_assert(!is_role<nameless> && !is_role<undecided> && !is_role<declared_only>);
static_assert(!is_role<int>);

// Only training rows may shape the numbers of a chain.
static_assert(role::train::may_fit && !role::validation::may_fit && !role::test::may_fit);

// An origin names its split; whole_population is said, never made from {}.
static_assert(!std::is_same_v<origin::train_of<struct one>, origin::train_of<struct two>>);
static_assert(!std::is_convertible_v<int, whole_population_t>);

TEST_CASE("roles have their names") {
  CHECK(role::train::name == std::string("train"));
  CHECK(role::validation::name == std::string("validation"));
  CHECK(role::test::name == std::string("test"));
}
