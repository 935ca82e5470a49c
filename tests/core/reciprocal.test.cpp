// SPDX-License-Identifier: BSL-1.0
/// \file
/// Division of many numbers by one: the bits of a division, also where the quotient lies next to the middle
/// of two numbers, and which numbers it takes.

#include <smelt/core/reciprocal.hpp>
#include <smelt/random/philox.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <random>

using namespace smelt;
using detail::reciprocal;

namespace {

constexpr double far = std::numeric_limits<double>::infinity();
constexpr double quiet = std::numeric_limits<double>::quiet_NaN();

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
void check(double x, double by) {
  const reciprocal share(by);
  REQUIRE(share.known());
  REQUIRE(share.divides(x));
  if (same(share(x), x / by)) return;
  CAPTURE(x);
  CAPTURE(by);
  REQUIRE(share(x) == x / by);
  FAIL("another sign of zero");
}
/// 53 random bits between 1 and 2.
double mantissa(std::uint64_t bits) {
  return std::bit_cast<double>((bits >> 12) | 0x3ff0000000000000u);
}

}  // namespace

TEST_CASE("quotients of random numbers have the bits of a division") {
  std::mt19937_64 next(1);
  for (int i = 0; i < 300'000; ++i) {
    const double by = mantissa(next());
    check(mantissa(next()), by);
    check(-std::ldexp(mantissa(next()), static_cast<int>(next() % 1000) - 500), by);
    check(mantissa(next()), std::ldexp(by, static_cast<int>(next() % 500) - 250));
    check(static_cast<double>(next() % 1000), static_cast<double>(next() % 1000 + 1));
  }
}

TEST_CASE("quotients next to the middle of two numbers") {
  // b m = d + 2^54 x, where m is odd, of 54 bits: 2^54 x / b lies d / b beside m, the middle of two numbers
  // of 53 bits. With a small d no quotient comes nearer.
  std::mt19937_64 next(2);
  int found = 0;
  while (found < 200'000) {
    const std::uint64_t m = ((next() >> 11) | 0x10000000000000u) * 2 + 1;
    std::uint64_t inverse = m;  // 3 bits are right, then 6, 12, ...
    for (int k = 0; k < 5; ++k) inverse *= 2 - m * inverse;
    for (int beside : {1, 3, 5, -1, -3, -5}) {
      const auto d = static_cast<std::uint64_t>(beside);
      const std::uint64_t b = d * inverse & 0x3fffffffffffffu;
      if (b >> 52 != 1) continue;
      const std::uint64_t low = b * m - d;
      const std::uint64_t high = detail::high_product(b, m) - (b * m < d ? 1 : 0) + (d >> 63);
      REQUIRE((low & 0x3fffffffffffffu) == 0);
      const std::uint64_t x = high << 10 | low >> 54;
      check(static_cast<double>(x), static_cast<double>(b));
      ++found;
    }
  }
  // Divisors whose reciprocals are hard: all bits set, one bit more than a power, and their neighbours.
  for (std::uint64_t low : {0x0u, 0x1u, 0x2u, 0x3u})
    for (std::uint64_t b : {0x3ff0000000000000u + low, 0x3fffffffffffffffu - low})
      for (std::uint64_t a : {0x3ff0000000000000u, 0x3fffffffffffffffu, 0x3ff5555555555555u})
        for (std::uint64_t by = 0; by < 64; ++by) {
          check(std::bit_cast<double>(a + by), std::bit_cast<double>(b));
          check(std::bit_cast<double>(a - by), std::bit_cast<double>(b));
        }
}

TEST_CASE("zeros keep their signs, NaN stays") {
  for (double by : {1.0, 3.0, 0x1p-256, std::nextafter(0x1p256, 0.0), 0.1}) {
    check(0.0, by);
    check(-0.0, by);
    const reciprocal share(by);
    CHECK(share.divides(quiet));
    CHECK(share.divides(-quiet));
    CHECK(missing(share(quiet)));
  }
}

TEST_CASE("what it takes: nothing of which a step leaves the normal numbers") {
  CHECK(!reciprocal(std::nextafter(0x1p-256, 0.0)).known());
  CHECK(!reciprocal(0x1p256).known());
  for (double by : {0.0, -0.0, -1.0, far, -far, quiet, 5e-324, 1e308}) CHECK(!reciprocal(by).known());
  const double most = std::nextafter(0x1p512, 0.0);
  for (double by : {0x1p-256, 0x1.8p-256, 1.5, std::nextafter(0x1p256, 0.0)})
    for (double x : {0x1p-512, std::nextafter(0x1p-512, 1.0), most, std::nextafter(most, 0.0)}) {
      check(x, by);
      check(-x, by);
    }
  const reciprocal share(1.5);
  for (double x : {std::nextafter(0x1p-512, 0.0), 0x1p512, 1e308, 5e-324, 1e-300, 0x1p-1043, far}) {
    CHECK(!share.divides(x));
    CHECK(!share.divides(-x));
  }
}
