// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Drop columns: chosen ones, constant ones, those with too little in them. The width out is known
/// after the fit.

#include <smelt/core/concepts.hpp>
#include <smelt/core/error.hpp>
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

/// Columns with more than a share of their values missing leave.
/// \formula a column stays when missing <= share * rows
/// \passes one fold (counts), shared with its neighbours
/// \errors value_error when the share is no share, or nothing is left
struct drop_columns_missing_t {
  static constexpr effect does = effect::columns;
  using needs = statistics<tally>;
  double share;
  template <class Slot>
  bool solve(const Slot& s) const {
    const auto rows = static_cast<double>(s.counts.present + s.counts.missing);
    return !less(product(share, rows), static_cast<double>(s.counts.missing));
  }
  std::string text() const { return message("drop::columns_missing(", share, ")"); }
};

namespace drop {
/// These columns, by number or by name.
inline drop_chosen_t columns(smelt::columns chosen) { return {std::move(chosen)}; }
/// Columns that hold one value only.
inline constexpr drop_constant_t constant_columns{};
/// Columns that hold nothing.
inline constexpr drop_empty_columns_t missing_columns{};
/// Columns with more than this share of their values missing: of 0, those with any missing.
inline drop_columns_missing_t columns_missing(double share) {
  expect<value_error>(share >= 0.0 && share <= 1.0, "drop::columns_missing(", share,
                      "): a share lies between 0 and 1");
  return {share};
}
}  // namespace drop

static_assert(stage<drop_constant_t> && learned<drop_constant_t> && !learned<drop_chosen_t>);

}  // namespace smelt::inline v0
