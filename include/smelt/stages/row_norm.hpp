// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Row norms: each row is divided by its length.

#include <smelt/core/concepts.hpp>
#include <smelt/core/error.hpp>

#include <string>

namespace smelt::inline v0 {

/// sum |x|
struct norm_l1 {
  static constexpr const char* name = "l1";
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static V term(V x) {
    return magnitude(x);
  }
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static V combine(V a, V b) {
    return add(a, b);
  }
  SMELT_HD static double finish(double total) { return total; }
};

/// sqrt(sum x^2)
struct norm_l2 {
  static constexpr const char* name = "l2";
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static V term(V x) {
    return product(x, x);
  }
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static V combine(V a, V b) {
    return add(a, b);
  }
  SMELT_HD static double finish(double total) { return root(total); }
};

/// max |x|
struct norm_largest {
  static constexpr const char* name = "largest";
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static V term(V x) {
    return magnitude(x);
  }
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD static V combine(V a, V b) {
    return greater(a, b);
  }
  SMELT_HD static double finish(double total) { return total; }
};

/// The one number of a column says whether it takes part.
template <class Norm>
struct row_norm_op {
  static constexpr int numbers = 1;
  static constexpr std::array<const char*, 1> meanings = {"in_norm"};
  static constexpr std::array<double, 1> neutral = {0.0};
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V term(V x, const V* n) const {
    return where(either(missing(x), equal(n[0], V(0.0))), V(0.0), Norm::term(x));
  }
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V combine(V a, V b) const {
    return Norm::combine(a, b);
  }
  SMELT_HD double finish(double total) const {
    const double norm = Norm::finish(total);
    return less(0.0, norm) ? norm : 1.0;
  }
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, V norm, const V* n) const {
    return divided(x, divide(x, norm), n);
  }
  /// x, or its quotient by the norm.
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V divided(V x, V quotient, const V* n) const {
    return where(equal(n[0], V(0.0)), x, quotient);
  }
};

/// \formula y = x / norm(row)
/// \shape rows x columns, unchanged
/// \passes none: the row stays in registers or cache between its sum and its scaling
/// \missing left out of the norm, kept in the row; a row of zeros stays as it is
/// \precision the sum is a fixed tree in double, the same bits for any width of packet; l2 of a
/// double table overflows for values beyond 1e154
template <class Norm>
struct row_norm_t {
  static constexpr effect does = effect::across;
  using op = row_norm_op<Norm>;
  template <class Slot>
  std::array<double, 1> solve(const Slot& s) const {
    return {s.live ? 1.0 : 0.0};
  }
  std::string text() const { return std::string("normalize(") + Norm::name + ")"; }
};

inline constexpr row_norm_t<norm_l1> l1{};
inline constexpr row_norm_t<norm_l2> l2{};
inline constexpr row_norm_t<norm_largest> largest{};

static_assert(stage<row_norm_t<norm_l2>>);

}  // namespace smelt::inline v0
