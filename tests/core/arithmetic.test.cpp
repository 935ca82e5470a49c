// SPDX-License-Identifier: BSL-1.0
/// \file
/// Arithmetic of one double: missing on the bits, products that round, one rounding on the way out.

#include <smelt/core/arithmetic.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>

// A function for machines with fused multiply-add, at the level at which g++ forms it.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WITH_FMA [[gnu::target("fma"), gnu::optimize("O3"), gnu::noinline]]
#define HAS_FMA __builtin_cpu_supports("fma")
#elif defined(__x86_64__) && defined(__clang__)
#define WITH_FMA [[gnu::target("fma"), gnu::noinline]]
#define HAS_FMA __builtin_cpu_supports("fma")
#else
#define WITH_FMA [[gnu::noinline]]
#define HAS_FMA true
#endif

using namespace smelt;

namespace {

constexpr double far = std::numeric_limits<double>::infinity();
constexpr double quiet = std::numeric_limits<double>::quiet_NaN();
double bits(std::uint64_t b) { return std::bit_cast<double>(b); }
bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

WITH_FMA double multiply_add(double a, double b, double c) { return add(product(a, b), c); }
WITH_FMA double multiply_subtract(double a, double b, double c) { return subtract(product(a, b), c); }
WITH_FMA void multiply_add(const double* a, const double* b, double* c, int n) {
  for (int i = 0; i < n; ++i) c[i] = add(product(a[i], b[i]), c[i]);
}

}  // namespace

TEST_CASE("missing: every NaN, by its bits, and nothing else") {
  CHECK(missing(quiet));
  CHECK(missing(-quiet));
  CHECK(missing(bits(0x7ff0000000000001u)));  // signalling, smallest payload
  CHECK(missing(bits(0xfff4000000000000u)));  // signalling, negative
  CHECK(missing(bits(0x7ff8dead0000beefu)));  // a payload
  CHECK(missing(bits(0xffffffffffffffffu)));
  for (double x : {0.0, -0.0, far, -far, 1e308, 5e-324}) CHECK(!missing(x));
  CHECK(missing(std::bit_cast<float>(0x7f800001u)));
  CHECK(missing(std::bit_cast<float>(0xffc00000u)));
  CHECK(!missing(std::numeric_limits<float>::infinity()));
  CHECK(!missing(-0.0f));
  static_assert(missing(quiet) && !missing(1.0) && missing_value<double> != missing_value<double>);
}

TEST_CASE("infinite: two values") {
  CHECK(infinite(far));
  CHECK(infinite(-far));
  for (double x : {quiet, bits(0x7ff0000000000001u), 1.7976931348623157e308, 0.0})
    CHECK(!infinite(x));
  CHECK(infinite(static_cast<float>(far)));
  CHECK(infinite(static_cast<float>(-far)));
  for (float x : {static_cast<float>(quiet), std::bit_cast<float>(0x7f800001u),
                  std::numeric_limits<float>::max(), 0.0f})
    CHECK(!infinite(x));
}

TEST_CASE("differences and quotients") {
  CHECK(subtract(3.0, 1.0) == 2.0);
  CHECK(divide(3.0, 2.0) == 1.5);
  static_assert(subtract(3.0, 1.0) == 2.0 && divide(3.0, 2.0) == 1.5);
}

TEST_CASE("a product is rounded before a sum sees it, on any machine") {
  // (1 + e)(1 - e) = 1 - e^2 rounds to 1; a fused form would give -e^2 after subtracting 1.
  const double e = 0x1p-30;
  if (!HAS_FMA) return;
  CHECK(multiply_add(1 + e, 1 - e, -1.0) == 0.0);
  CHECK(multiply_subtract(1 + e, 1 - e, 1.0) == 0.0);
  const double a[9] = {1 + e, 1 + e, 1 + e, 1 + e, 1 + e, 1 + e, 1 + e, 1 + e, 1 + e};
  const double b[9] = {1 - e, 1 - e, 1 - e, 1 - e, 1 - e, 1 - e, 1 - e, 1 - e, 1 - e};
  double c[9] = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
  multiply_add(a, b, c, 9);
  for (double x : c) CHECK(x == 0.0);
  CHECK(std::fma(1 + e, 1 - e, -1.0) == -e * e);  // what a fused form would have given
  static_assert(add(product(1.5, 2.0), 0.25) == 3.25);
}

TEST_CASE("lesser and greater keep the first of equals, and of two of which one is missing") {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  CHECK(same(lesser(none, 1.0), none));
  CHECK(same(lesser(1.0, none), 1.0));
  CHECK(same(greater(none, 1.0), none));
  CHECK(same(greater(1.0, none), 1.0));
  CHECK(same(lesser(0.0, -0.0), 0.0));
  CHECK(same(lesser(-0.0, 0.0), -0.0));
  CHECK(same(greater(0.0, -0.0), 0.0));
  CHECK(same(greater(-0.0, 0.0), -0.0));
  CHECK(lesser(-far, far) == -far);
  CHECK(greater(-far, far) == far);
  CHECK(lesser(2, 1) == 1);
  CHECK(greater(2, 1) == 2);
  CHECK(lesser(1.5, 2.0) == 1.5);
  CHECK(greater(1.5, 2.0) == 2.0);
}

TEST_CASE("magnitude clears one bit") {
  CHECK(same(magnitude(-0.0), 0.0));
  CHECK(magnitude(-far) == far);
  CHECK(magnitude(-5e-324) == 5e-324);
  CHECK(missing(magnitude(-quiet)));
}

TEST_CASE("comparisons are false where a side is missing; where chooses") {
  for (double x : {quiet, 0.0, far}) {
    CHECK(!less(quiet, x));
    CHECK(!less(x, quiet));
    CHECK(!equal(quiet, x));
  }
  CHECK(equal(0.0, -0.0));
  CHECK(!equal(1.0, 2.0));
  CHECK(less(-far, -1e308));
  CHECK(less(1.5, 2.0));
  CHECK(!less(2.0, 2.0));
  CHECK(same(where(true, -0.0, 1.0), -0.0));
  CHECK(where(false, quiet, 1.0) == 1.0);
  for (const bool a : {false, true})
    for (const bool b : {false, true}) {
      CHECK(both(a, b) == (a && b));
      CHECK(either(a, b) == (a || b));
    }
}

TEST_CASE("root is correctly rounded") {
  CHECK(root(2.0) == 1.4142135623730951);
  CHECK(root(0x1p-1074) == 0x1p-537);
  CHECK(same(root(-0.0), -0.0));
}

TEST_CASE("narrow: one rounding to nearest even, one NaN, IEEE beyond the range") {
  CHECK(narrow<float>(1.0 + 0x1p-24) == 1.0f);                 // halfway: to even
  CHECK(narrow<float>(1.0 + 3 * 0x1p-24) == 1.0f + 0x1p-22f);  // halfway: to even, up
  CHECK(narrow<float>(1.0 + 0x1p-24 + 0x1p-52) == 1.0f + 0x1p-23f);
  CHECK(narrow<float>(0x1p-149) == 0x1p-149f);  // the smallest float
  CHECK(narrow<float>(0x1p-150) == 0.0f);
  CHECK(narrow<float>(3.4028235677973366e38) == std::numeric_limits<float>::infinity());
  CHECK(narrow<float>(3.4028235677973362e38) == std::numeric_limits<float>::max());
  CHECK(narrow<float>(-1e300) == -std::numeric_limits<float>::infinity());
  CHECK(std::signbit(narrow<float>(-0.0)));
  CHECK(std::signbit(narrow<float>(-1e-300)));
  for (std::uint64_t nan : {0x7ff0000000000001u, 0xfff8000000000000u, 0x7ff8dead0000beefu}) {
    CHECK(std::bit_cast<std::uint64_t>(narrow<double>(bits(nan))) == 0x7ff8000000000000u);
    CHECK(std::bit_cast<std::uint32_t>(narrow<float>(bits(nan))) == 0x7fc00000u);
  }
  CHECK(same(narrow<double>(-0.0), -0.0));
  CHECK(narrow<double>(5e-324) == 5e-324);
}

TEST_CASE("a function of one double") {
  CHECK(each_element(3.0, [](double x) { return x + 0.5; }) == 3.5);
  static_assert(each_element(2.0, [](double x) { return x * x; }) == 4.0);
}
