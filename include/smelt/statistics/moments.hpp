// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Mean and sum of squared deviations of a column, from sums shifted by one of its own values.

#include <smelt/statistics/tally.hpp>

namespace smelt::inline v0 {

/// s = sum(x - K), q = sum((x - K)^2) in double, K one data value of the column.
/// \formula mean = K + s/n, M2 = q - s*s/n, variance = M2/(n - ddof)
/// \missing skipped
/// \precision relative error of M2 at most about 2^-45 q/M2; q/M2 is kept under 2^20 by folding a
/// column again around its mean when the shift was a bad one. A constant column has s = q = 0 and
/// variance exactly 0.
/// \reference Chan, Golub, LeVeque, "Algorithms for computing the sample variance", 1983
struct moments {
  static constexpr int fields = 2;
  static constexpr bool laned = true;
  static constexpr bool skips_missing = true;
  SMELT_HD static constexpr double identity(int) { return 0.0; }

  /// `shifted` is x - K, and 0 where x is missing.
  SMELT_CALLS_ANY
  template <class V, class Mask>
  SMELT_HD static void note(V* f, V, V shifted, Mask) {
    f[0] = add(f[0], shifted);
    f[1] = add(f[1], product(shifted, shifted));
  }
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static void merge(V* f, const V* g) {
    f[0] = add(f[0], g[0]);
    f[1] = add(f[1], g[1]);
  }

  /// What a stage reads: count, mean and M2.
  struct value {
    double count = 0.0;
    double mean = missing_value<double>;
    double m2 = missing_value<double>;

    /// sqrt(M2 / (count - ddof)); missing where there are not more values than ddof.
    double deviation(int ddof) const {
      const double freedom = count - ddof;
      return freedom > 0.0 ? root(divide(m2, freedom)) : missing_value<double>;
    }
  };
  /// A remainder this small against q is rounding: a lane adds at most 128 rows of a leaf, the tree
  /// at most 64 levels, each with a relative error of 2^-53.
  static constexpr double rounding = 192.0 * 0x1p-53;

  static value finish(const double* f, double shift, index present) {
    if (present == 0) return {};
    const auto n = static_cast<double>(present);
    const double m2 = subtract(f[1], divide(product(f[0], f[0]), n));
    // Else q has overflowed.
    const bool flat = m2 <= product(f[1], rounding) && !infinite(m2) && !missing(m2);
    return {n, add(shift, divide(f[0], n)), flat ? 0.0 : m2};
  }
  /// True when the shift was so far from the mean that M2 lost more than 20 bits.
  static bool poorly_shifted(const double* f, index present) {
    if (present == 0 || !(f[1] > 0.0)) return false;
    const double m2 = subtract(f[1], divide(product(f[0], f[0]), static_cast<double>(present)));
    return !(product(m2, 0x1p20) >= f[1]);
  }

  /// Adds `filled` values c: exact where c is the mean, so that a filled constant stays constant.
  static void fill(value& v, double c, index filled, index) {
    if (filled == 0) return;
    const auto m = static_cast<double>(filled);
    if (v.count == 0.0) {
      v = {m, c, 0.0};
      return;
    }
    const double n = v.count + m;
    const double away = subtract(c, v.mean);
    v.m2 = add(v.m2, product(product(divide(product(v.count, m), n), away), away));
    v.mean = add(v.mean, divide(product(m, away), n));
    v.count = n;
  }
  static void along(value& v, const affine& a) {
    v.mean = a(v.mean);
    v.m2 = product(v.m2, product(a.slope, a.slope));
  }
  static void pool(value& v, const value& other) {
    if (other.count == 0.0) return;
    if (v.count == 0.0) {
      v = other;
      return;
    }
    const double n = v.count + other.count;
    const double away = subtract(other.mean, v.mean);
    v.m2 = add(add(v.m2, other.m2),
               product(product(divide(product(v.count, other.count), n), away), away));
    v.mean = add(v.mean, divide(product(other.count, away), n));
    v.count = n;
  }
};

/// The mean of a slot.
template <class Slot>
point mean_of(const Slot& s) {
  return s.frame.place(s.template get<moments>().mean);
}
/// Its standard deviation; 0 exactly when all values are equal.
template <class Slot>
length deviation_of(const Slot& s, int ddof) {
  return s.frame.distance(s.template get<moments>().deviation(ddof));
}

}  // namespace smelt::inline v0
