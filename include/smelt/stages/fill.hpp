// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Fill: missing values become a number.

#include <smelt/core/concepts.hpp>
#include <smelt/core/slot.hpp>
#include <smelt/statistics/moments.hpp>

#include <string>
#include <vector>

namespace smelt::inline v0 {

/// Puts its number where a value is missing; a missing number leaves it missing.
struct fill_op {
  static constexpr int numbers = 1;
  static constexpr std::array<double, 1> neutral = {missing_value<double>};
  static constexpr change counted_as = change::filled;
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V* n) const {
    return where(missing(x), n[0], x);
  }
  /// A filled value cannot be told from a present one: the identity.
  SMELT_HD double invert(double y, const double*) const { return y; }
};

/// Missing values become the mean of the present ones of their column.
/// \formula y = x, or mean(x) where x is missing
/// \shape rows x columns, unchanged
/// \passes one fold (mean); what follows is carried in closed form
/// \missing none left
/// \precision the mean as in standardize
/// \errors value_error when a column has no present value
struct fill_mean_t {
  static constexpr effect does = effect::fill;
  using needs = statistics<moments>;
  using op = fill_op;
  template <class Slot>
  double solve(const Slot& s) const {
    expect<value_error>(s, s.counts.present > 0, "fill::mean: ", s.name(),
                        " has no value to take a mean of");
    return mean_of(s).value;
  }
  std::string text() const { return "fill::mean"; }
};

/// Missing values become one given number.
struct fill_constant_t {
  static constexpr effect does = effect::fill;
  using op = fill_op;
  double constant;
  template <class Slot>
  double solve(const Slot&) const {
    return constant;
  }
  std::string text() const { return message("fill::constant(", constant, ")"); }
};

/// Missing values become the given number of their column.
struct fill_each_t {
  static constexpr effect does = effect::fill;
  using op = fill_op;
  std::vector<double> constants;
  template <class Slot>
  double solve(const Slot& s) const {
    return constants[static_cast<std::size_t>(s.column)];
  }
  bool check(index cols, status& found) const {
    return expect<shape_error>(found, static_cast<index>(constants.size()) == cols,
                               "fill::each was given ", constants.size(), " numbers for ", cols,
                               " columns");
  }
  std::string text() const { return message("fill::each(", constants.size(), " numbers)"); }
};

/// What missing values become.
namespace fill {
inline constexpr fill_mean_t mean{};
/// The same number in every column; it may not be missing itself.
inline fill_constant_t constant(double number) {
  expect<value_error>(!missing(number), "fill::constant: the number is missing itself");
  return {number};
}
/// One number for each column; a missing one leaves its column as it is.
inline fill_each_t each(std::vector<double> numbers) { return {std::move(numbers)}; }
}  // namespace fill

static_assert(stage<fill_mean_t> && learned<fill_mean_t> && !learned<fill_constant_t>);

}  // namespace smelt::inline v0
