// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Infinity: an error unless a chain says otherwise.

#include <smelt/core/concepts.hpp>

#include <string>

namespace smelt::inline v0 {

/// Makes an infinite value missing.
struct infinity_op {
  static constexpr int numbers = 0;
  static constexpr bool keeps_missing = true;
  static constexpr std::array<double, 0> neutral = {};
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V*) const {
    return where(equal(magnitude(x), V(infinite_value<double>)),
                 V(missing_value<double>), x);
  }
  SMELT_HD double invert(double y, const double*) const { return y; }
};

/// Infinities become missing.
/// \formula y = x, or missing where |x| is infinite
/// \shape rows x columns, unchanged
/// \passes none
/// \missing stays missing
struct infinity_missing_t {
  static constexpr effect does = effect::value;
  static constexpr bool handles_infinity = true;
  using op = infinity_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const { return "infinity::missing"; }
};

/// Changes nothing.
struct infinity_keep_op {
  static constexpr int numbers = 0;
  static constexpr std::array<double, 0> neutral = {};
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V*) const {
    return x;
  }
  SMELT_HD double invert(double y, const double*) const { return y; }
};

/// Infinities are values like any other: a mean over one is infinite or missing.
struct infinity_keep_t {
  static constexpr effect does = effect::monotone;
  static constexpr bool handles_infinity = true;
  using op = infinity_keep_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const { return "infinity::keep"; }
};

/// What an infinite value means. Without one of these it is an error: a fit throws, a transform
/// writes a missing value and throws after its pass. A rule holds for its columns (all, or those of
/// `at`), and must stand before the first stage that measures them.
namespace infinity {
inline constexpr infinity_missing_t missing{};
inline constexpr infinity_keep_t keep{};
}  // namespace infinity

static_assert(stage<infinity_missing_t> && stage<infinity_keep_t>);

}  // namespace smelt::inline v0
