// SPDX-License-Identifier: BSL-1.0
/// \file
/// Doubles as integers of every width: against the machine's own rounding, and at the ends.

#include <smelt/core/whole_number.hpp>

#include <doctest/doctest.h>

#include <smelt/core/types.hpp>

#include <cmath>
#include <limits>

using namespace smelt;

namespace {

template <class T>
void check_type() {
  using limits = std::numeric_limits<T>;
  const auto low = static_cast<double>(limits::lowest());
  const auto high = static_cast<double>(limits::max());  // of 64 bits: one more
  smelt::index wrong = 0;
  auto check = [&](double x) {
    const double whole = std::nearbyint(x);
    const bool fits = whole >= low && (sizeof(T) < 8 ? whole <= high : whole < high);
    const T right = fits ? static_cast<T>(whole) : x < 0 ? limits::lowest() : limits::max();
    wrong += detail::whole_number<T>(x) != right;
  };
  for (int e = -2; e <= 70; ++e)
    for (double near : {-1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5})
      for (double sign : {-1.0, 1.0}) check(sign * (std::ldexp(1.0, e) + near));
  for (double end : {low, high})
    for (double near : {-2.0, -1.5, -0.5, 0.0, 0.5, 1.5, 2.0}) {
      check(end + near);
      check(std::nextafter(end, 0.0));
      check(std::nextafter(end, 2 * end));
    }
  for (double x : {0.0, -0.0, 2.5, 3.5, 1e300, infinite_value<double>}) {
    check(x);
    check(-x);
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("the nearest whole number, even ones of two, and the ends of a type beyond them") {
  check_type<std::int8_t>();
  check_type<std::uint8_t>();
  check_type<std::int16_t>();
  check_type<std::uint16_t>();
  check_type<std::int32_t>();
  check_type<std::uint32_t>();
  check_type<std::int64_t>();
  check_type<std::uint64_t>();
  static_assert(detail::whole_number<std::int8_t>(2.5) == 2);
}
