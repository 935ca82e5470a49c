// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Drop columns: chosen ones, constant ones, empty ones. The width out is known after the fit.

#include <smelt/core/concepts.hpp>
#include <smelt/core/slot.hpp>
#include <smelt/statistics/extrema.hpp>

#include <string>

namespace smelt::inline v0 {

/// The chosen columns leave.
/// \shape rows x columns -> rows x fewer columns, in their order
/// \passes none
/// \errors value_error when nothing is left, or a chosen column is not there
struct drop_chosen_t {
  static constexpr effect does = effect::columns;
  columns chosen;
  template <class Slot>
  bool solve(const Slot& s) const {
    return !chosen.contain(s.column, s.title);
  }
  std::string text() const {
    return message("drop::columns(", chosen.text(), ")");
  }
};

/// Columns whose present values are all equal leave, those without values too.
/// \passes one fold (extrema), shared with its neighbours
/// \missing skipped
struct drop_constant_t {
  static constexpr effect does = effect::columns;
  using needs = statistics<extrema>;
  template <class Slot>
  bool solve(const Slot& s) const {
    const auto& e = s.template get<extrema>();
    return !e.none() && less(e.lowest, e.highest);
  }
  std::string text() const { return "drop::constant_columns"; }
};

/// Columns without a present value leave.
struct drop_empty_columns_t {
  static constexpr effect does = effect::columns;
  using needs = statistics<tally>;
  template <class Slot>
  bool solve(const Slot& s) const {
    return s.counts.present > 0;
  }
  std::string text() const { return "drop::missing_columns"; }
};

namespace drop {
/// These columns, by number or by name.
inline drop_chosen_t columns(smelt::columns chosen) { return {std::move(chosen)}; }
/// Columns that hold one value only.
inline constexpr drop_constant_t constant_columns{};
/// Columns that hold nothing.
inline constexpr drop_empty_columns_t missing_columns{};
}  // namespace drop

static_assert(stage<drop_constant_t> && learned<drop_constant_t> && !learned<drop_chosen_t>);

}  // namespace smelt::inline v0
