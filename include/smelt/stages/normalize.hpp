// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Normalize: to a range, to [-1, 1] by the largest magnitude, or rows to length one.

#include <smelt/core/chain.hpp>
#include <smelt/stages/clip.hpp>
#include <smelt/stages/row_norm.hpp>
#include <smelt/stages/standardize.hpp>  // zero
#include <smelt/statistics/extrema.hpp>

namespace smelt::inline v0 {

/// The range that a column's smallest and largest value are put on.
struct min_max {
  double low = 0.0;
  double high = 1.0;
  zero rule = zero::one;
};

/// Values of a later table beyond the range of the fit are bounded to it.
struct clipped_t {};
inline constexpr clipped_t clipped{};

/// Names the scale by the largest magnitude; `max_abs` or `max_abs_t{zero::error}`.
struct max_abs_t {
  zero rule = zero::one;
};
inline constexpr max_abs_t max_abs{};

/// \formula y = low + (x - min) * (high - low) / (max - min)
/// \shape rows x columns, unchanged
/// \passes one fold (extrema), shared with its neighbours
/// \missing skipped by the fit, kept by a transform; a column without values becomes missing
/// \precision low is met exactly; after other affine stages it is solved from the source extrema
/// \errors value_error when low >= high, or under zero::error when max = min
struct min_max_t {
  static constexpr effect does = effect::affine;
  using needs = statistics<extrema>;
  min_max target;

  template <class Slot>
  affine solve(const Slot& s) const {
    const point lowest = lowest_of(s);
    if (missing(lowest.value)) return {0.0, lowest.value, -0.0};
    const double rise = subtract(target.high, target.low);
    const length range = range_of(s);
    if (less(0.0, range.source)) return s.frame.through(lowest, target.low, rise, range);
    s.fired = true;
    expect<value_error>(s, target.rule != zero::error, "normalize(min_max): ", s.name(),
                        " has range 0");
    const length one = {divide(1.0, magnitude(s.frame.run.slope)), 1.0};
    if (target.rule == zero::nan)
      return {lowest.source, missing_value<double>, missing_value<double>};
    const double middle = product(add(target.low, target.high), 0.5);
    return s.frame.through(lowest, target.rule == zero::midpoint ? middle : target.low, rise, one);
  }
  std::string text() const {
    const bool said = target.rule != zero::one;
    return message("normalize(min_max{", target.low, ", ", target.high, said ? ", " : "",
                   said ? detail::text_of(target.rule) : "", "})");
  }
};

/// \formula y = x / max |x|
/// \passes one fold (extrema), shared with its neighbours
/// \missing skipped by the fit, kept by a transform
/// \errors value_error under zero::error when every value is 0
struct max_abs_scale_t {
  static constexpr effect does = effect::affine;
  using needs = statistics<extrema>;
  zero rule = zero::one;

  template <class Slot>
  affine solve(const Slot& s) const {
    const point lowest = lowest_of(s);
    if (missing(lowest.value)) return {0.0, lowest.value, -0.0};
    double largest_value = greater(magnitude(lowest.value), magnitude(highest_of(s).value));
    if (!less(0.0, largest_value)) {
      s.fired = true;
      expect<value_error>(s, rule != zero::error, "normalize(max_abs): ", s.name(),
                          " holds nothing but 0");
      largest_value = rule == zero::nan ? missing_value<double> : 1.0;
    }
    const length span = {divide(largest_value, magnitude(s.frame.run.slope)), largest_value};
    return s.frame.scaled(1.0, span);
  }
  std::string text() const {
    if (rule == zero::one) return "normalize(max_abs)";
    return message("normalize(max_abs_t{", detail::text_of(rule), "})");
  }
};

/// Puts each column on a range: `normalize(min_max{-1, 1})`.
inline auto normalize(min_max target) {
  expect<value_error>(less(target.low, target.high), "normalize(min_max{", target.low, ", ",
                      target.high, "}): low must be smaller than high");
  return min_max_t{target};
}
/// A template, as what clips is: who does not ask for it compiles none of it.
template <std::same_as<clipped_t> Clipped, class Scaled = min_max_t>
auto normalize(min_max target, Clipped) {
  const Scaled scaled = normalize(target);  // first: its error is the one that names normalize
  return scaled | clip(target.low, target.high);
}
constexpr auto normalize(max_abs_t by) { return max_abs_scale_t{by.rule}; }
template <class Norm>
constexpr auto normalize(row_norm_t<Norm> norm) {
  return norm;
}

template <class... X>
auto normalize(const X&...) {
  if constexpr (!any_poison<X...>) static_assert(always_false<X...>, SMELT_SAY_NOT_A_SCALE);
  return poison{};
}

static_assert(stage<min_max_t> && stage<max_abs_scale_t>);

}  // namespace smelt::inline v0
