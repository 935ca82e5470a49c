// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Smallest and largest value of a column.

#include <smelt/statistics/tally.hpp>

#include <limits>

namespace smelt::inline v0 {

/// Minimum and maximum, exact and independent of order; both zeros count as +0.0.
/// \missing skipped; a column without values has lowest > highest
struct extrema {
  static constexpr int fields = 2;
  static constexpr bool laned = false;
  static constexpr bool narrow = true;
  static constexpr bool skips_missing = true;
  static constexpr double far = std::numeric_limits<double>::infinity();
  SMELT_HD static constexpr double identity(int field) { return field == 0 ? far : -far; }

  SMELT_CALLS_ANY
  template <class V, class Mask>
  SMELT_HD static void note(V* f, V x, V, Mask present) {
    f[0] = where(present, lesser(f[0], x), f[0]);
    f[1] = where(present, greater(f[1], x), f[1]);
  }
  /// -0 and 0 are equal: the one that came first would stay.
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static void settle(V* f) {
    f[0] = add(f[0], V(0.0));
    f[1] = add(f[1], V(0.0));
  }
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static void merge(V* f, const V* g) {
    f[0] = lesser(f[0], g[0]);
    f[1] = greater(f[1], g[1]);
  }

  /// What a stage reads.
  struct value {
    double lowest = far;
    double highest = -far;
    bool none() const { return !(lowest <= highest); }
  };
  static value finish(const double* f, double, index) { return {f[0], f[1]}; }

  static void fill(value& v, double c, index filled, index) {
    if (filled == 0) return;
    const double settled = add(c, 0.0);
    v.lowest = lesser(v.lowest, settled);
    v.highest = greater(v.highest, settled);
  }
  static void along(value& v, const affine& a) {
    monotone(v, a);
  }
  template <class Image>
  static void monotone(value& v, const Image& image) {
    if (v.none()) return;
    const double a = add(image(v.lowest), 0.0);
    const double b = add(image(v.highest), 0.0);
    v = {lesser(a, b), greater(a, b)};
  }
  static void pool(value& v, const value& other) {
    v.lowest = lesser(v.lowest, other.lowest);
    v.highest = greater(v.highest, other.highest);
  }
};

/// The place that is smallest at this point of the chain (the largest source value after a falling
/// line). Missing when no value is present.
template <class Slot>
point lowest_of(const Slot& s) {
  const auto& e = s.template get<extrema>();
  if (e.none()) return {missing_value<double>, missing_value<double>};
  return s.frame.place(less(s.frame.run.slope, 0.0) ? e.highest : e.lowest);
}
/// The place that is largest at this point of the chain.
template <class Slot>
point highest_of(const Slot& s) {
  const auto& e = s.template get<extrema>();
  if (e.none()) return {missing_value<double>, missing_value<double>};
  return s.frame.place(less(s.frame.run.slope, 0.0) ? e.lowest : e.highest);
}
/// Largest minus smallest value.
template <class Slot>
length range_of(const Slot& s) {
  const auto& e = s.template get<extrema>();
  if (e.none()) return {missing_value<double>, missing_value<double>};
  return s.frame.distance(subtract(e.highest, e.lowest));
}

}  // namespace smelt::inline v0
