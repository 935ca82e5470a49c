// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the verbs say when no overload fits: the first argument that is wrong is named.

#include <smelt/fitted.hpp>
#include <smelt/plan/policy.hpp>
#include <smelt/plan/sound.hpp>
#include <smelt/plan/source.hpp>

#include <tuple>

namespace smelt::inline v0 {

namespace detail {

struct nothing {};

/// Argument `I`, or `nothing` when there are fewer.
template <std::size_t I, class... Args>
using argument = std::tuple_element_t<
    I, std::tuple<std::remove_cvref_t<Args>..., nothing, nothing, nothing, nothing>>;

template <class X>
concept may_fit = data<X> && (!is_part<std::remove_cvref_t<X>> ||
                              std::remove_cvref_t<X>::role::may_fit);

/// fit and fit_transform.
template <class... Args>
constexpr auto speak_of_fit() {
  using policy_type = argument<0, Args...>;
  using chain_type = argument<1, Args...>;
  using data_type = argument<2, Args...>;
  if constexpr (any_poison<Args...>)
    return;
  else if constexpr (!policy<policy_type>)
    static_assert(always_false<Args...>, SMELT_SAY_NOT_A_POLICY);
  else if constexpr (!chainable<chain_type>)
    static_assert(always_false<Args...>, SMELT_SAY_NOT_A_CHAIN);
  else if constexpr (!sound<chain_type>)
    speak_of_chain<chain_type>();
  else if constexpr (sizeof...(Args) < 3)
    static_assert(always_false<Args...>, SMELT_SAY_FIT_CALL);
  else if constexpr (!data<data_type>)
    speak_of_data<data_type>();
  else if constexpr (requires { requires std::is_same_v<typename data_type::role, role::held_out>; })
    static_assert(always_false<Args...>, SMELT_SAY_FIT_FOLD);
  else if constexpr (!may_fit<data_type>)
    static_assert(always_false<Args...>, SMELT_SAY_FIT_HELD_OUT);
  else
    static_assert(always_false<Args...>, SMELT_SAY_FIT_CALL);
}

template <class... Args>
constexpr auto speak_of_merge() {
  using first = argument<0, Args...>;
  using second = argument<1, Args...>;
  if constexpr (any_poison<Args...>)
    return;
  else if constexpr (sizeof...(Args) != 2 || !is_fitted<first> || !is_fitted<second>)
    static_assert(always_false<Args...>, SMELT_SAY_MERGE_CALL);
  else if constexpr (!std::is_same_v<typename first::chain_type, typename second::chain_type>)
    static_assert(always_false<Args...>, SMELT_SAY_OTHER_CHAIN);
  else if constexpr (first::plan.fit_passes != 1)
    static_assert(always_false<Args...>, SMELT_SAY_PIECES);
  else
    static_assert(always_false<Args...>, SMELT_SAY_MERGE_CALL);
}

enum class verb { transform, batches, inverse, place };

/// The verbs that use a fitted chain.
template <verb Verb, class... Args>
constexpr auto speak_of_use() {
  using data_type = argument<2, Args...>;
  constexpr bool in_place = requires { typename data_type::written_in_place; };
  if constexpr (any_poison<Args...>)
    return;
  else if constexpr (!policy<argument<0, Args...>>)
    static_assert(always_false<Args...>, SMELT_SAY_NOT_A_POLICY);
  else if constexpr (!is_fitted<argument<1, Args...>>)
    static_assert(always_false<Args...>, SMELT_SAY_NOT_FITTED);
  else if constexpr (sizeof...(Args) > 2 && !data<data_type> && !in_place)
    speak_of_data<data_type>();
  else if constexpr (Verb == verb::place)
    static_assert(always_false<Args...>, SMELT_SAY_PLACE_CALL);
  else if constexpr (Verb == verb::inverse)
    static_assert(always_false<Args...>, SMELT_SAY_INVERSE_CALL);
  else if constexpr (Verb == verb::batches)
    static_assert(always_false<Args...>, SMELT_SAY_BATCHES_CALL);
  else if constexpr (sizeof...(Args) == 4 && !viewable<argument<3, Args...>>)
    static_assert(always_false<Args...>, SMELT_SAY_READ_ONLY);
  else
    static_assert(always_false<Args...>, SMELT_SAY_TRANSFORM_CALL);
}

}  // namespace detail

}  // namespace smelt::inline v0
