// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// At: a stage or chain on some columns only. The chain stays flat and one kernel: a column outside
/// the set is given numbers that leave it as it is.

#include <smelt/core/chain.hpp>
#include <smelt/core/slot.hpp>

#include <string>
#include <type_traits>

namespace smelt::inline v0 {

/// A function of one value that its own numbers cannot switch off in a column: one more does.
template <class Op>
struct chosen_op {
  static constexpr int numbers = Op::numbers + 1;
  static constexpr bool keeps_missing = requires { requires Op::keeps_missing; };
  static constexpr change counted_as = detail::change_by<Op>;
  /// Those of its own numbers, where it says them, and of the switch.
  static constexpr auto meanings = [] {
    std::array<const char*, static_cast<std::size_t>(numbers)> made{};
    if constexpr (requires { Op::meanings; })
      std::copy(Op::meanings.begin(), Op::meanings.end(), made.begin());
    else
      for (const char*& own : made) own = "number";
    made.back() = "chosen";
    return made;
  }();
  Op op;
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V* n) const {
    return where(equal(n[Op::numbers], V(0.0)), x, op.apply(x, n));
  }
  SMELT_HD double invert(double y, const double* n) const
    requires requires(const Op& o) { o.invert(y, n); }
  {
    return n[Op::numbers] == 0.0 ? y : op.invert(y, n);
  }
};

/// A stage on the chosen columns. A row rule judges, and a row norm is taken over, these columns.
template <class Stage>
struct on_columns : Stage {
  columns chosen;

  static constexpr bool has_words = detail::has_words<Stage>;
  using own_op = typename detail::op_of<Stage>::type;
  static constexpr bool switched =
      (Stage::does == effect::monotone || Stage::does == effect::value) &&
      !(requires { own_op::neutral; } && own_op::numbers > 0);
  using op = std::conditional_t<switched, chosen_op<own_op>, own_op>;

  auto make_op() const
    requires(switched || requires(const Stage& s) { s.make_op(); })
  {
    auto own = [&] {
      if constexpr (requires { Stage::make_op(); })
        return Stage::make_op();
      else
        return own_op{};
    }();
    if constexpr (switched)
      return chosen_op<decltype(own)>{own};
    else
      return own;
  }
  bool covers(index column, const std::string& title) const {
    return chosen.contain(column, title);
  }
  template <class Slot>
  auto solve(const Slot& s) const
    requires requires(const Stage& stage) { stage.solve(s); }
  {
    const bool here = covers(s.column, s.title);
    if constexpr (switched) {
      std::array<double, static_cast<std::size_t>(op::numbers)> numbers{};
      if (!here) return numbers;
      const auto own = Stage::solve(s);
      std::copy(own.begin(), own.end(), numbers.begin());
      numbers.back() = 1.0;
      return numbers;
    } else {
      using solved = decltype(Stage::solve(s));
      if (here) return Stage::solve(s);
      if constexpr (Stage::does == effect::fill)
        return solved(missing_value<double>);
      else if constexpr (Stage::does == effect::affine)
        return solved(s.frame.run);
      else if constexpr (Stage::does == effect::columns)
        return solved(true);
      else
        return solved(own_op::neutral);
    }
  }
  std::string text() const {
    return message("at(", chosen.text(), ", ", detail::text_of(static_cast<const Stage&>(*this)),
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
