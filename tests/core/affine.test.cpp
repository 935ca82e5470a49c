// SPDX-License-Identifier: BSL-1.0
/// \file
/// Lines and frames: the neutral line, points and lengths in source units, runs joined into one.

#include <smelt/core/affine.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <limits>

using namespace smelt;

namespace {
bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
constexpr double far = std::numeric_limits<double>::infinity();
}  // namespace

TEST_CASE("the neutral line returns every value bit by bit") {
  const affine_op op;
  const double n[3] = {affine_op::neutral[0], affine_op::neutral[1], affine_op::neutral[2]};
  for (double x : {0.0, -0.0, 5e-324, -1e308, 0.1, far, -far}) {
    CHECK(same(affine{}(x), x));
    CHECK(same(op.apply(x, n), x));
    CHECK(op.invert(x, n) == x);
  }
  CHECK(missing(affine{}(missing_value<double>)));
}

TEST_CASE("y = (x - centre) * slope + offset, and back") {
  const affine line{3, 0.5, 10};
  CHECK(line(7) == 12);
  const double n[3] = {3, 0.5, 10};
  CHECK(affine_op{}.apply(7.0, n) == 12);
  CHECK(affine_op{}.invert(12, n) == 7);
  static_assert(affine{1, 2, 3}(4) == 9);
}

TEST_CASE("a frame knows a place before and after its run") {
  const frame rising{{2, 3, 1}};
  CHECK(rising.place(5).source == 5);
  CHECK(rising.place(5).value == 10);
  CHECK(rising.distance(4).value == 12);
  const frame falling{{2, -3, 1}};
  CHECK(falling.distance(4).value == 12);  // lengths have no sign
  CHECK(falling.distance(4).source == 4);
}

TEST_CASE("through: a place on its target, a distance on its length") {
  const frame start;
  const affine line = start.through({10, 10}, -1, 2, {8, 8});
  CHECK(line(10) == -1);
  CHECK(line(18) == 1);
  const frame flat{{0, 0.5, 0}};  // rises, if less than 1
  CHECK(flat.through(flat.place(10), -1, 2, flat.distance(8)).slope == 0.25);
  CHECK(flat.scaled(1, flat.distance(8)).slope == 0.125);
  // After a falling run the source falls too.
  const frame falling{{0, -0.5, 0}};
  const affine turned = falling.through(falling.place(18), -1, 2, falling.distance(8));
  CHECK(turned(18) == -1);
  CHECK(turned(10) == 1);
}

TEST_CASE("scaled: the run so far, longer by a factor") {
  const frame run{{2, 3, 6}};  // 5 -> 15
  const affine line = run.scaled(1, run.distance(5));  // 15 becomes 1
  CHECK(line.centre == 2);
  CHECK(line(2) == doctest::Approx(6.0 / 15.0));
  CHECK(line(7) - line(2) == doctest::Approx(1.0));
  const frame falling{{2, -3, 6}};
  CHECK(falling.scaled(1, falling.distance(5)).slope == -0.2);
}

TEST_CASE("then: a line with given numbers after the run") {
  const affine next{0, 2, 5};
  CHECK(frame{}.then(next) == next);
  CHECK(frame{}.then({7, 2, 5}) == affine{7, 2, 5});
  const affine joined = frame{{1, 3, 4}}.then(next);
  for (double x : {-2.0, 0.0, 1.0, 9.0}) CHECK(joined(x) == next(affine{1, 3, 4}(x)));
}
