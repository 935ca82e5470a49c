// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Sentinel: a number that stands for "missing" becomes missing.

#include <smelt/core/concepts.hpp>
#include <smelt/core/error.hpp>

#include <string>

namespace smelt::inline v0 {

/// Makes a value missing that equals one of the two numbers of its column.
struct sentinel_op {
  static constexpr int numbers = 2;
  static constexpr std::array<const char*, 2> meanings = {"number", "as_float"};
  static constexpr bool keeps_missing = true;
  static constexpr std::array<double, 2> neutral = {missing_value<double>, missing_value<double>};
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V* n) const {
    return where(either(equal(x, n[0]), equal(x, n[1])), V(missing_value<double>), x);
  }
  /// What the sentinel was is not kept: missing stays missing.
  SMELT_HD double invert(double y, const double*) const { return y; }
};

/// \formula y = x, or missing where x equals the sentinel as a double or as a float (so that -99.9
/// is found in a float table)
/// \shape rows x columns, unchanged
/// \passes none
/// \missing stays missing
/// \precision exact
/// \errors value_error when the sentinel is missing itself
struct sentinel_t {
  static constexpr effect does = effect::value;
  using op = sentinel_op;
  double number;
  template <class Slot>
  std::array<double, 2> solve(const Slot&) const {
    return {number, static_cast<double>(static_cast<float>(number))};
  }
  std::string text() const { return message("sentinel(", number, ")"); }
};

/// The number that stands for a missing value: `clean(sentinel(-1), fill::mean)`.
inline sentinel_t sentinel(double number) {
  expect<value_error>(!missing(number), "sentinel: a missing value is missing already");
  return {number};
}

static_assert(stage<sentinel_t>);

}  // namespace smelt::inline v0
