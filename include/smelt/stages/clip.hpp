// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Clip: values outside given bounds become the bound.

#include <smelt/core/concepts.hpp>
#include <smelt/core/error.hpp>

#include <string>

namespace smelt::inline v0 {

/// Bounds a value by the two numbers of its column.
struct clip_op {
  static constexpr int numbers = 2;
  static constexpr std::array<const char*, 2> meanings = {"low", "high"};
  static constexpr std::array<double, 2> neutral = {-std::numeric_limits<double>::infinity(),
                                                    std::numeric_limits<double>::infinity()};
  static constexpr change counted_as = change::clipped;
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V* n) const {
    return lesser(greater(x, n[0]), n[1]);  // a missing value comes first, and stays
  }
  /// What was clipped is lost: the identity.
  SMELT_HD double invert(double y, const double*) const { return y; }
};

/// \formula y = min(max(x, low), high)
/// \shape rows x columns, unchanged
/// \passes none of its own; before fitted numbers it runs inside the fold
/// \missing stays missing
/// \precision exact
/// \errors value_error when low > high or a bound is missing
struct clip_t {
  static constexpr effect does = effect::monotone;
  using op = clip_op;
  double low;
  double high;
  template <class Slot>
  std::array<double, 2> solve(const Slot&) const {
    return {low, high};
  }
  std::string text() const { return message("clip(", low, ", ", high, ")"); }
};

/// Bounds every value to [low, high].
inline clip_t clip(double low, double high) {
  expect<value_error>(low <= high, "clip(", low, ", ", high, "): low must not exceed high");
  return {low, high};
}

static_assert(stage<clip_t>);

}  // namespace smelt::inline v0
