// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a stage must have beside its effect before a chain of it can be planned and run: looked at
/// once, so that a mistake in a stage of your own is one sentence.

#include <smelt/core/slot.hpp>
#include <smelt/plan/program.hpp>

#include <tuple>

namespace smelt::inline v0 {

namespace detail {

template <class Needs>
inline constexpr bool sound_statistics = false;
template <class... S>
inline constexpr bool sound_statistics<statistics<S...>> = (statistic<S> && ...);

template <class Op>
concept runnable = requires { std::array<int, Op::numbers + 1>{}; } &&
                   (value_op<Op> || across_op<Op> || keep_op<Op> || keep_row_op<Op>);

/// An op with numbers, of one of the kinds that a policy runs.
template <class S>
constexpr bool has_sound_op() {
  if constexpr (S::does == effect::affine || S::does == effect::columns ||
                S::does == effect::sampler)
    return true;
  else if constexpr (requires(const S& s) { s.make_op(); })
    return runnable<decltype(std::declval<const S&>().make_op())>;
  else if constexpr (requires { typename S::op; })
    return runnable<typename S::op>;
  else
    return false;
}

template <class Needs>
struct slot_for;
template <class... S>
struct slot_for<statistics<S...>> {
  using type = slot<S...>;
};

/// `solve`, and what it returns.
template <class S>
constexpr bool has_sound_solve() {
  using seen = typename slot_for<needs_of<S>>::type;
  if constexpr (S::does == effect::sampler)
    return true;
  else if constexpr (!requires(const S& s, const seen& at) { s.solve(at); })
    return false;
  else {
    using solved = decltype(std::declval<const S&>().solve(std::declval<const seen&>()));
    if constexpr (S::does == effect::fill)
      return std::is_convertible_v<solved, double>;
    else if constexpr (S::does == effect::affine)
      return std::is_same_v<solved, affine>;
    else if constexpr (S::does == effect::columns)
      return std::is_convertible_v<solved, bool>;
    else
      return std::is_convertible_v<solved,
                                   std::array<double, static_cast<std::size_t>(numbers_of<S>)>>;
  }
}

template <class Chain>
struct sound_chain;
template <class... Stages>
struct sound_chain<chain<Stages...>> {
  static constexpr bool needs = (sound_statistics<needs_of<Stages>> && ...);
  static constexpr bool ops = (has_sound_op<Stages>() && ...);
  static constexpr bool solve = [] {
    if constexpr (needs && ops)
      return (has_sound_solve<Stages>() && ...);
    else
      return false;
  }();
};
template <stage S>
struct sound_chain<S> : sound_chain<chain<S>> {};

/// A chain whose stages have what their effects ask for.
template <class Chain>
concept sound = sound_chain<std::remove_cvref_t<Chain>>::solve;

/// Says what a chain that is not sound lacks.
template <class Chain>
constexpr auto speak_of_chain() {
  using found = sound_chain<std::remove_cvref_t<Chain>>;
  if constexpr (!found::needs)
    static_assert(always_false<Chain>, SMELT_SAY_NOT_A_STATISTIC);
  else if constexpr (!found::ops)
    static_assert(always_false<Chain>, SMELT_SAY_NOT_AN_OP);
  else
    static_assert(always_false<Chain>, SMELT_SAY_NO_SOLVE);
}

}  // namespace detail

}  // namespace smelt::inline v0
