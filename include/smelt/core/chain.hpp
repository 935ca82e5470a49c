// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Chains: stages joined by `operator|` into one flat pack that knows neither its data nor its
/// policy.

#include <smelt/core/concepts.hpp>
#include <smelt/core/say.hpp>

#include <string>
#include <tuple>
#include <utility>

namespace smelt::inline v0 {

namespace detail {

/// A sampler: of its own, or a drop that is one.
template <class Stage>
inline constexpr int is_sampling =
    Stage::does == effect::sampler || requires { requires Stage::samples_rows; };

}  // namespace detail

/// Stages in the order in which they act.
template <stage... Stages>
struct chain {
  static_assert((0 + ... + detail::is_sampling<Stages>) <= 1, SMELT_SAY_TWO_SAMPLERS);
  static constexpr std::size_t size = sizeof...(Stages);
  std::tuple<Stages...> stages;

  template <std::size_t I>
  constexpr const auto& get() const {
    return std::get<I>(stages);
  }
};

template <class X>
inline constexpr bool is_chain = false;
template <class... Stages>
inline constexpr bool is_chain<chain<Stages...>> = true;

/// A stage, or stages already joined.
template <class X>
concept chainable = stage<X> || is_chain<std::remove_cvref_t<X>>;

/// A stage as a chain of one; a chain as it is.
template <chainable X>
constexpr auto as_chain(X&& x) {
  if constexpr (is_chain<std::remove_cvref_t<X>>)
    return std::forward<X>(x);
  else
    return chain<std::remove_cvref_t<X>>{{std::forward<X>(x)}};
}

namespace detail {
template <class... A, class... B>
constexpr auto join(chain<A...> a, chain<B...> b) {
  return chain<A..., B...>{std::tuple_cat(std::move(a.stages), std::move(b.stages))};
}

/// As it is written: "fill::mean | standardize()".
template <class... Stages>
std::string text_of(const chain<Stages...>& c) {
  std::string words;
  std::apply(
      [&](const auto&... stage) {
        ((words += (words.empty() ? "" : " | ") + text_of(stage)), ...);
      },
      c.stages);
  return words;
}
}  // namespace detail

/// Joins stages and chains: `a | b` first does a, then b.
template <chainable A, chainable B>
constexpr auto operator|(A&& a, B&& b) {
  return detail::join(as_chain(std::forward<A>(a)), as_chain(std::forward<B>(b)));
}

template <class A, class B>
  requires(chainable<A> != chainable<B>) || any_poison<A, B>
constexpr auto operator|(A&&, B&&) {
  if constexpr (!any_poison<A, B>) static_assert(always_false<A, B>, SMELT_SAY_NOT_A_STAGE);
  return poison{};
}
// `| standardize`, without parentheses, names its overload for wrong options.
template <chainable A>
constexpr auto operator|(A&&, poison (*)(const poison&)) {
  static_assert(always_false<A>, SMELT_SAY_NOT_A_STAGE);
  return poison{};
}
template <chainable B>
constexpr auto operator|(poison (*)(const poison&), B&&) {
  static_assert(always_false<B>, SMELT_SAY_NOT_A_STAGE);
  return poison{};
}

}  // namespace smelt::inline v0
