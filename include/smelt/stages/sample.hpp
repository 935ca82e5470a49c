// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Sample: which rows come out, and in what order.

#include <smelt/core/concepts.hpp>
#include <smelt/core/say.hpp>
#include <smelt/plan/row_map.hpp>
#include <smelt/plan/whole.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace smelt::inline v0 {

/// A stage that holds a sampler. It acts on the rows of the source, whatever stands before it.
/// \shape rows x columns -> as many rows as the sampler yields
/// \passes none: only the chosen rows are read. Before a stage that learns it decides which rows
/// that stage sees; after it, a fit ignores it
/// \missing unchanged
template <sampler Sampler>
struct sample_t {
  static constexpr effect does = effect::sampler;
  static constexpr bool reorders_only = Sampler::reorders_only;
  /// Of a list always: a mask that reads it would outlive it.
  static constexpr bool folds_as_drawn =
      requires { requires Sampler::folds_as_drawn; } || detail::chooses_by_list<Sampler>;
  Sampler rows;
  std::string_view given_bytes() const
    requires requires(const Sampler& s) { s.given_bytes(); }
  {
    return rows.given_bytes();
  }
  std::string text() const
    requires requires(const Sampler& s) { s.text(); }
  {
    return "sample(" + rows.text() + ")";
  }
};

namespace detail {

/// Whether a sampler's rows come once at most, or it says whether they do; a list is folded as drawn.
template <class Sampler>
inline constexpr bool says_repeats =
    Sampler::reorders_only || chooses_by_list<Sampler> ||
    !requires(const Sampler& s) { s.map(index{}, std::uint64_t{}); } ||
    requires { bool{Sampler::folds_as_drawn}; };

}  // namespace detail

/// Draws rows: `sample(shuffled{seed{42}})`, `sample(take{100, seed{42}})`.
template <sampler Sampler>
constexpr auto sample(Sampler rows) {
  if constexpr (detail::says_repeats<Sampler>) {
    return sample_t<Sampler>{std::move(rows)};
  } else {
    static_assert(always_false<Sampler>, SMELT_SAY_REPEATS);
    return poison{};
  }
}
/// The same where rows are judged one by one: `sample(bernoulli{0.1, seed{42}})`.
template <row_sampler Sampler>
auto sample(const Sampler& rows) {
  return rows.as_stage();
}
template <class... X>
  requires(sizeof...(X) != 1 || !((sampler<std::remove_cvref_t<X>> ||
                                   row_sampler<std::remove_cvref_t<X>>) && ...))
auto sample(X&&...) {
  if constexpr (!any_poison<X...> && !(detail::is_of_whole<std::remove_cvref_t<X>> || ...))
    static_assert(always_false<X...>, SMELT_SAY_NOT_A_SAMPLER);
  return poison{};
}

}  // namespace smelt::inline v0
