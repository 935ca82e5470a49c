// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Stages and a statistic that smelt does not have. They use only what an extension may use, so
/// whatever holds for them holds for a stage that a user writes.

#include <smelt/core/concepts.hpp>
#include <smelt/core/slot.hpp>
#include <smelt/statistics/moments.hpp>

#include <array>
#include <string>

namespace smelt_test {

using smelt::add;
using smelt::divide;
using smelt::either;
using smelt::equal;
using smelt::less;
using smelt::magnitude;
using smelt::missing;
using smelt::product;
using smelt::subtract;
using smelt::where;

/// y = factor * x^3, increasing for a positive factor.
struct cube_op {
  static constexpr int numbers = 1;
  template <class V>
  V apply(V x, const V* n) const {
    return product(product(product(x, x), x), n[0]);
  }
};
struct cube {
  static constexpr smelt::effect does = smelt::effect::monotone;
  using op = cube_op;
  double factor;
  template <class Slot>
  std::array<double, 1> solve(const Slot&) const {
    return {factor};
  }
  std::string text() const { return "cube"; }
};

/// sum |x|^3 of a column: an order-dependent sum that no closed form carries.
struct third_moment {
  static constexpr int fields = 1;
  static constexpr bool laned = true;
  static constexpr double identity(int) { return 0.0; }
  template <class V, class Mask>
  static void note(V* f, V x, V, Mask present) {
    const V size = magnitude(x);
    f[0] = add(f[0], where(present, product(product(size, size), size), V(0.0)));
  }
  template <class V>
  static void merge(V* f, const V* g) {
    f[0] = add(f[0], g[0]);
  }
  struct value {
    double sum = 0.0;
    smelt::index count = 0;
    double mean() const { return count > 0 ? sum / static_cast<double>(count) : 0.0; }
  };
  static value finish(const double* f, double, smelt::index n) { return {f[0], n}; }
};

/// y = x / mean |x|^3; a column of zeros stays.
struct by_third {
  static constexpr smelt::effect does = smelt::effect::affine;
  using needs = smelt::statistics<third_moment>;
  template <class Slot>
  smelt::affine solve(const Slot& s) const {
    const double mean = s.template get<third_moment>().mean();
    if (!(mean > 0.0)) return s.frame.run;
    return s.frame.scaled(1.0, {mean / magnitude(s.frame.run.slope), mean});
  }
  std::string text() const { return "by_third"; }
};

/// y = rise * x + shift: an affine stage with given numbers.
struct given_line {
  static constexpr smelt::effect does = smelt::effect::affine;
  double rise;
  double shift;
  template <class Slot>
  smelt::affine solve(const Slot& s) const {
    return s.frame.then({0.0, rise, shift});
  }
  std::string text() const { return smelt::message("given_line(", rise, ", ", shift, ")"); }
};

/// y = x / sum of the row's present values.
struct share_op {
  static constexpr int numbers = 0;
  template <class V>
  V term(V x, const V*) const {
    return where(missing(x), V(0.0), x);
  }
  template <class V>
  V combine(V a, V b) const {
    return add(a, b);
  }
  double finish(double total) const { return total; }
  template <class V>
  V apply(V x, V total, const V*) const {
    return divide(x, total);
  }
};
struct share_of_row {
  static constexpr smelt::effect does = smelt::effect::across;
  using op = share_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const { return "share_of_row"; }
};

/// Rows leave with a value more than `width` deviations from its column's mean: fitted bounds.
struct far_op {
  static constexpr int numbers = 2;
  template <class V>
  V term(V x, const V* n) const {
    return where(either(less(x, n[0]), less(n[1], x)), V(1.0), V(0.0));
  }
  template <class V>
  V combine(V a, V b) const {
    return add(a, b);
  }
  bool keeps(double total) const { return !(total > 0.0); }
};
struct drop_far {
  static constexpr smelt::effect does = smelt::effect::drop;
  using needs = smelt::statistics<smelt::moments>;
  using op = far_op;
  double width;
  template <class Slot>
  std::array<double, 2> solve(const Slot& s) const {
    const double mean = smelt::mean_of(s).value;
    const double reach = width * smelt::deviation_of(s, 0).value;
    return {mean - reach, mean + reach};
  }
  std::string text() const { return "drop_far"; }
};

static_assert(smelt::stage<cube> && smelt::stage<by_third> && smelt::stage<share_of_row>);
static_assert(smelt::statistic<third_moment>);

}  // namespace smelt_test
