// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Labelled data: a view whose rows carry companions (labels, ids, weights) of types of their own.

#include <smelt/core/adapt.hpp>

#include <tuple>

namespace smelt::inline v0 {

/// Features and companions; companions follow their rows through every row stage.
template <class X, class... Ys>
struct labelled_data {
  X x;
  std::tuple<Ys...> companions;

  index rows() const { return x.rows(); }
  index cols() const { return x.cols(); }
};

/// Joins features with one or more companion columns of the same number of rows. Elements are of any
/// type that can be copied (on a device trivially): numbers, words, or `std::array<float, 3>` for three
/// columns that stay side by side.
/// \errors shape_error when a companion has another number of rows.
template <class X, class... Ys>
  requires viewable<X> && (column_like<Ys> && ...) &&
           (!detail::temporary<X> && ... && !detail::temporary<Ys>)
auto labelled(X&& x, Ys&&... ys) {
  auto features = as_view(x);
  auto joined = labelled_data<decltype(features), decltype(as_column(ys))...>{
      features, {as_column(ys)...}};
  std::apply(
      [&](const auto&... column) {
        index number = 0;
        ((expect<shape_error>(static_cast<index>(column.size()) == features.rows(), "companion ",
                              number++, " has ", column.size(), " rows, the features have ",
                              features.rows())),
         ...);
      },
      joined.companions);
  return joined;
}

template <class X, class... Ys>
auto labelled(X&&, Ys&&...) {
  if constexpr (any_poison<X, Ys...>)
    return poison{};
  else if constexpr (!viewable<X>)
    detail::speak_of_data<X>();
  else if constexpr (!(column_like<Ys> && ...))
    static_assert(always_false<X>, SMELT_SAY_NOT_A_COLUMN);
  else
    static_assert(always_false<X>, SMELT_SAY_TEMPORARY);
  return poison{};
}

/// Features of labelled data, or the data themselves.
template <class Data>
auto features_of(const Data& data) {
  if constexpr (requires { data.companions; })
    return data.x;
  else
    return as_view(data);
}

}  // namespace smelt::inline v0
