// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// y = (x - centre) * slope + offset, the form every affine stage takes, and how a run of them is
/// carried back to the values the run began with.

#include <smelt/core/arithmetic.hpp>

#include <array>

namespace smelt::inline v0 {

/// An increasing or decreasing straight line. The neutral one returns every x unchanged, -0.0
/// included: hence the negative zero in `offset`.
struct affine {
  double centre = 0.0;
  double slope = 1.0;
  double offset = -0.0;

  SMELT_HD constexpr double operator()(double x) const {
    return add(product(subtract(x, centre), slope), offset);
  }
  friend constexpr bool operator==(const affine&, const affine&) = default;
};

/// A place on a column's axis: where it lay before the present run of affine stages, and where
/// that run has put it.
struct point {
  double source = 0.0;
  double value = 0.0;
};

/// A distance, before the present run and after it.
struct length {
  double source = 0.0;
  double value = 0.0;
};

/// The frame of a column: the affine run so far. A stage that continues the run answers in source
/// units, so that a run of any length stays one line with one rounding of each number: min-max
/// after standardize is solved from the source minimum, and its low end is exact.
struct frame {
  affine run;

  SMELT_HD constexpr point place(double source) const { return {source, run(source)}; }
  SMELT_HD constexpr length distance(double source) const {
    return {source, product(source, magnitude(run.slope))};
  }
  /// The line that puts `at` on `target` and makes the distance `span` as long as `rise`.
  SMELT_HD constexpr affine through(point at, double target, double rise, length span) const {
    const double steep = divide(rise, span.source);
    return {at.source, less(run.slope, 0.0) ? -steep : steep, target};
  }
  /// The run so far, its values then multiplied so that `span` becomes as long as `rise`.
  SMELT_HD constexpr affine scaled(double rise, length span) const {
    const double steep = divide(rise, span.source);
    return {run.centre, less(run.slope, 0.0) ? -steep : steep,
            product(run.offset, divide(rise, span.value))};
  }
  /// The run so far, then a line with given numbers.
  SMELT_HD constexpr affine then(const affine& next) const {
    if (run == affine{}) return next;
    return {run.centre, product(run.slope, next.slope), next(run.offset)};
  }
};

/// The op of every affine stage.
struct affine_op {
  static constexpr int numbers = 3;
  static constexpr std::array<double, 3> neutral = {0.0, 1.0, -0.0};
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V* n) const {
    return add(product(subtract(x, n[0]), n[1]), n[2]);
  }
  /// x = (y - offset) / slope + centre.
  SMELT_HD double invert(double y, const double* n) const {
    return add(divide(subtract(y, n[2]), n[1]), n[0]);
  }
};

}  // namespace smelt::inline v0
