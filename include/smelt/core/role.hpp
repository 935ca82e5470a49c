// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Roles: what a part of a split may be used for, known to the compiler.

#include <smelt/core/config.hpp>

#include <concepts>
#include <cstdint>

namespace smelt::inline v0 {

/// The roles smelt brings. A role of your own is a type with the same two members.
namespace role {
/// What a chain may be fitted on.
struct train {
  static constexpr bool may_fit = true;
  static constexpr const char* name = "train";
};
/// What decisions are made by.
struct validation {
  static constexpr bool may_fit = false;
  static constexpr const char* name = "validation";
};
/// What is looked at once, at the end.
struct test {
  static constexpr bool may_fit = false;
  static constexpr const char* name = "test";
};
}  // namespace role

/// Whether a type can be a role: complete, with both members.
template <class Role>
concept is_role = requires {
  { Role::may_fit } -> std::convertible_to<bool>;
  { Role::name } -> std::convertible_to<const char*>;
};

/// Where a fitted chain's numbers come from: a plain table, a whole population (said in so many
/// words), or the train part of the split `Tag`.
namespace origin {
struct plain {};
struct population {};
template <class Tag>
struct train_of {};
}  // namespace origin

/// Says that a chain may be fitted on all rows although parts of them are transformed with it:
/// `fit(policy, chain, table, whole_population)`. Easy to find in a review.
struct whole_population_t {
  explicit whole_population_t() = default;
};
inline constexpr whole_population_t whole_population{};

}  // namespace smelt::inline v0
