// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Roles: what a part of a split may be used for, known to the compiler.

#include <smelt/core/config.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

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
/// What a fold leaves out of its train part, to be judged by.
struct held_out {
  static constexpr bool may_fit = false;
  static constexpr const char* name = "held-out";
};
}  // namespace role

/// The tag of the two parts of one fold: fold `Number` of those called `Tag`, made of a table or of
/// the part with role `Of` of the split `Parent`.
template <class Tag, int Number, class Parent = void, class Of = void>
struct fold_of {
  static constexpr int number = Number;
};

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

namespace detail {

template <class Tag>
inline constexpr bool is_fold = false;
template <class Tag, int Number, class Parent, class Of>
inline constexpr bool is_fold<fold_of<Tag, Number, Parent, Of>> = true;

/// The split or table that folds of folds began with.
template <class Tag>
struct root_of {
  using type = Tag;
};
template <class Tag, int Number, class Parent, class Of>
struct root_of<fold_of<Tag, Number, Parent, Of>> : root_of<Parent> {};
template <class Tag, int Number>
struct root_of<fold_of<Tag, Number, void, void>> {
  using type = fold_of<Tag, 0>;
};

/// The role of the part of the split `Above` that `Tag` is a fold of, however deep; void where it is
/// none of its folds.
template <class Above, class Tag>
struct role_above {
  using type = void;
};
template <class Above, class Tag, int Number, class Parent, class Of>
struct role_above<Above, fold_of<Tag, Number, Parent, Of>> : role_above<Above, Parent> {};
template <class Above, class Tag, int Number, class Of>
struct role_above<Above, fold_of<Tag, Number, Above, Of>> {
  using type = Of;
};
template <class Above, class Tag>
inline constexpr bool is_above = !std::is_void_v<typename role_above<Above, Tag>::type>;

/// How the rows of a part lie to those that a chain was fitted on.
enum class kinship {
  same,        ///< in one split or fold
  apart,       ///< the fit's fold is one of another part of the same split
  mixed,       ///< the fit's fold is one of this part: some rows were fitted, others held out
  within,      ///< this is a part of a fold of what was fitted
  other_fold,  ///< in another fold
  stranger     ///< in another split
};
template <class Fit, class Tag, class Role>
inline constexpr kinship kin =
    std::is_same_v<Fit, Tag> ? kinship::same
    : is_above<Tag, Fit>
        ? (std::is_same_v<typename role_above<Tag, Fit>::type, Role> ? kinship::mixed
                                                                     : kinship::apart)
    : is_above<Fit, Tag> ? kinship::within
    : is_fold<Fit> && is_fold<Tag> &&
            std::is_same_v<typename root_of<Fit>::type, typename root_of<Tag>::type>
        ? kinship::other_fold
        : kinship::stranger;

}  // namespace detail

/// Says that a chain may be fitted on all rows although parts of them are transformed with it:
/// `fit(policy, chain, table, whole_population)`. Easy to find in a review.
struct whole_population_t {
  explicit whole_population_t() = default;
};
inline constexpr whole_population_t whole_population{};

}  // namespace smelt::inline v0
