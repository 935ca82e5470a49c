// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// At: a stage or chain on some columns only. The chain stays flat and one kernel: a column outside
/// the set is given numbers that leave it as it is.

#include <smelt/core/chain.hpp>
#include <smelt/core/slot.hpp>

#include <string>

namespace smelt::inline v0 {

/// A stage on the chosen columns. A row rule judges, and a row norm is taken over, these columns.
template <class Stage>
struct on_columns : Stage {
  columns chosen;

  bool covers(index column, const std::string& title) const {
    return chosen.contain(column, title);
  }
  template <class Slot>
  auto solve(const Slot& s) const -> decltype(std::declval<const Stage&>().solve(s)) {
    if (covers(s.column, s.title)) return Stage::solve(s);
    if constexpr (Stage::does == effect::fill)
      return missing_value<double>;
    else if constexpr (Stage::does == effect::affine)
      return s.frame.run;
    else if constexpr (Stage::does == effect::columns)
      return true;
    else
      return Stage::op::neutral;
  }
  std::string text() const {
    return message("at(", chosen.list.size() + chosen.names.size(), " columns, ", Stage::text(),
                   ")");
  }
};

/// `at(columns{0, 8}, standardize())`, `at(columns{"mass"}, clean(fill::mean) | standardize())`.
/// \errors value_error at the fit when a column is not there
template <chainable X>
auto at(columns chosen, X&& x) {
  return std::apply(
      [&](auto... each) { return chain<on_columns<decltype(each)>...>{{{each, chosen}...}}; },
      as_chain(std::forward<X>(x)).stages);
}
template <class Columns, class... X>
  requires(!std::is_convertible_v<Columns, columns> || !(chainable<X> && ...) || sizeof...(X) != 1)
auto at(Columns&&, X&&...) {
  if constexpr (!any_poison<Columns, X...>)
    static_assert(always_false<Columns>, SMELT_SAY_NOT_COLUMNS);
  return poison{};
}

}  // namespace smelt::inline v0
