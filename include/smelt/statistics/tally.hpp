// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How many values of a column are present. Every slot carries it.

#include <smelt/core/slot.hpp>

namespace smelt::inline v0 {

/// Counts of present values, exact up to 2^53 and independent of order.
/// \missing counted as rows minus present
struct tally {
  static constexpr int fields = 1;
  static constexpr bool laned = false;
  static constexpr bool narrow = true;
  static constexpr bool skips_missing = true;
  SMELT_HD static constexpr double identity(int) { return 0.0; }

  SMELT_CALLS_ANY
  template <class V, class Mask>
  SMELT_HD static void note(V* f, V, V, Mask present) {
    f[0] = add(f[0], where(present, V(1.0), V(0.0)));
  }
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static void merge(V* f, const V* g) {
    f[0] = add(f[0], g[0]);
  }

  /// What a stage reads.
  using value = presence;
  static value finish(const double* f, double, index rows) {
    const auto present = static_cast<index>(f[0]);
    return {present, rows - present};
  }
  static void fill(value& v, double, index filled, index) {
    v.present += filled;
    v.missing -= filled;
  }
  static void along(value&, const affine&) {}
  template <class Image>
  static void monotone(value&, const Image&) {}
  static void pool(value& v, const value& other) {
    v.present += other.present;
    v.missing += other.missing;
  }
};

}  // namespace smelt::inline v0
