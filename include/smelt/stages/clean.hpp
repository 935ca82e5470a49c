// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Clean: remove what is irrelevant, keep what is useful.

#include <smelt/core/chain.hpp>
#include <smelt/stages/clip.hpp>
#include <smelt/stages/drop.hpp>
#include <smelt/stages/drop_columns.hpp>
#include <smelt/stages/fill.hpp>
#include <smelt/stages/infinity.hpp>
#include <smelt/stages/sentinel.hpp>

namespace smelt::inline v0 {

/// Joins cleaning rules, from left to right: `clean(sentinel(-1), drop::all, fill::mean)` is
/// `sentinel(-1) | drop::all | fill::mean`.
template <chainable First, chainable... Rest>
constexpr auto clean(First first, Rest... rest) {
  return (as_chain(std::move(first)) | ... | as_chain(std::move(rest)));
}

template <class... Rules>
  requires(sizeof...(Rules) == 0 || !(chainable<Rules> && ...))
auto clean(Rules&&...) {
  if constexpr (any_poison<Rules...>)
    return poison{};
  else if constexpr (sizeof...(Rules) == 0)
    static_assert(always_false<Rules...>, SMELT_SAY_EMPTY_CLEAN);
  else
    static_assert(always_false<Rules...>, SMELT_SAY_NOT_A_STAGE);
  return poison{};
}

}  // namespace smelt::inline v0
