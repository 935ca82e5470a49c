// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The arithmetic of ops and statistics, for one double. A policy that works on packets declares
/// the same names for its packet type, found by argument-dependent lookup, so that an op is
/// written once. Ops use only these names: then every policy computes the same bits.

#include <smelt/core/config.hpp>  // fast_math, SMELT_FP_REGISTER
#include <smelt/core/say.hpp>

#include <cmath>   // std::sqrt
#include <cstdint>
#include <limits>
#include <type_traits>

namespace smelt::inline v0 {

/// Whether elements of the type can be missing, and whether they can be infinite: floating-point
/// numbers, and types of your own (core/small_float.hpp) of which std::numeric_limits says so.
template <class T>
inline constexpr bool has_missing =
    std::is_floating_point_v<T> || (std::is_class_v<T> && std::numeric_limits<T>::has_quiet_NaN);
template <class T>
inline constexpr bool has_infinity =
    std::is_floating_point_v<T> || (std::is_class_v<T> && std::numeric_limits<T>::has_infinity);

/// The one NaN that smelt writes: quiet, positive, no payload.
template <class T>
inline constexpr T missing_value = std::numeric_limits<T>::quiet_NaN();

/// Positive infinity, for code that runs on a device too: a function of std::numeric_limits does not.
template <class T>
inline constexpr T infinite_value = std::numeric_limits<T>::infinity();

namespace detail {
/// std::bit_cast; nvcc takes that one for a host function, and warns.
template <class To, class From>
SMELT_HD constexpr To bits_as(From x) {
  return __builtin_bit_cast(To, x);
}

/// x, of which the compiler knows nothing where -ffast-math lets it assume that no number is
/// missing or infinite: what it would conclude from that is wrong here.
template <class T>
SMELT_HD constexpr T unassumed(T x) {
#if !defined(__CUDA_ARCH__)
  if constexpr (fast_math)
    if (!__builtin_is_constant_evaluated()) asm("" : "+" SMELT_FP_REGISTER(x));
#endif
  return x;
}
}  // namespace detail

/// True for NaN. Tested on the bits: `x != x` is assumed false under -ffast-math.
SMELT_HD constexpr bool missing(double x) {
  return (detail::bits_as<std::uint64_t>(detail::unassumed(x)) & 0x7fffffffffffffffu) >
         0x7ff0000000000000u;
}
SMELT_HD constexpr bool missing(float x) {
  return (detail::bits_as<std::uint32_t>(detail::unassumed(x)) & 0x7fffffffu) > 0x7f800000u;
}

/// True for +inf and -inf, on the bits.
SMELT_HD constexpr bool infinite(double x) {
  return (detail::bits_as<std::uint64_t>(detail::unassumed(x)) & 0x7fffffffffffffffu) ==
         0x7ff0000000000000u;
}
SMELT_HD constexpr bool infinite(float x) {
  return (detail::bits_as<std::uint32_t>(detail::unassumed(x)) & 0x7fffffffu) == 0x7f800000u;
}

namespace detail {
/// True where a comparison of the machine can be relied on: under -ffast-math a compiler may turn
/// one around, so that it holds for missing values.
SMELT_HD constexpr bool comparable(double a, double b) {
  return !fast_math || !(missing(a) || missing(b));
}
}  // namespace detail

/// The only way a product is formed that a sum may follow: no compiler contracts it into an fma,
/// so that every machine rounds twice. The empty asm hides the product from the optimiser and
/// emits nothing.
SMELT_HD constexpr double product(double a, double b) {
  double p = a * b;
  if (!__builtin_is_constant_evaluated()) {
#if defined(__CUDA_ARCH__)
    p = __dmul_rn(a, b);
#else
    asm("" : "+" SMELT_FP_REGISTER(p));
#endif
  }
  return p;
}

/// a + b.
SMELT_HD constexpr double add(double a, double b) { return a + b; }
/// a - b.
SMELT_HD constexpr double subtract(double a, double b) { return a - b; }
/// a / b.
SMELT_HD constexpr double divide(double a, double b) { return a / b; }
/// |x|, on the bits.
SMELT_HD constexpr double magnitude(double x) {
#if defined(__CUDA_ARCH__)
  return __builtin_fabs(x);
#endif
  return detail::bits_as<double>(detail::bits_as<std::uint64_t>(x) & 0x7fffffffffffffffu);
}
/// Correctly rounded square root.
SMELT_HD inline double root(double x) { return std::sqrt(x); }
/// a < b; false when either is missing.
SMELT_HD constexpr bool less(double a, double b) {
  return detail::comparable(a, b) && detail::unassumed(a) < detail::unassumed(b);
}
/// a == b; false when either is missing.
SMELT_HD constexpr bool equal(double a, double b) {
  return detail::comparable(a, b) && detail::unassumed(a) == detail::unassumed(b);
}
/// `yes` where the test holds, else `no`.
SMELT_HD constexpr double where(bool test, double yes, double no) {
  if constexpr (fast_math)  // on the bits: a choice that may be missing is none
    return detail::bits_as<double>(test ? detail::bits_as<std::uint64_t>(yes)
                                        : detail::bits_as<std::uint64_t>(no));
  else
    return test ? yes : no;
}
/// The smaller, the first of equals; `a` where one is missing.
SMELT_HD constexpr double lesser(double a, double b) { return where(less(b, a), b, a); }
/// The greater, the first of equals; `a` where one is missing.
SMELT_HD constexpr double greater(double a, double b) { return where(less(a, b), b, a); }
/// Both tests hold.
SMELT_HD constexpr bool both(bool a, bool b) { return a && b; }
/// At least one test holds.
SMELT_HD constexpr bool either(bool a, bool b) { return a || b; }

/// f(x), where `f` knows one double and no packet, as std::log1p does: of a packet element by element. Its bits
/// are those of the library it comes from, which another machine may not have.
SMELT_CALLS_ANY
template <class F>
SMELT_HD constexpr double each_element(double x, F&& f) {
  return f(x);
}

/// An element as a double, exactly. On a device without the compiler's own conversion, which flushes
/// subnormal floats to zero under -ftz=true (a part of -use_fast_math that no macro tells of).
template <class T>
SMELT_HD constexpr double widened(const T& x) {
#if defined(__CUDA_ARCH__)
  if constexpr (std::is_same_v<T, float>) {
    double wide;
    asm("cvt.f64.f32 %0, %1;" : "=d"(wide) : "f"(x));
    return wide;
  }
#endif
  return static_cast<double>(x);
}

namespace detail {
/// Halves, IEEE's and bfloat16, to doubles and back where one instruction does it: on devices. False where
/// none does. NaN comes back as some NaN.
template <bool Ieee>
SMELT_HD bool widened_by_machine([[maybe_unused]] std::uint32_t bits, [[maybe_unused]] double& x) {
#if defined(__CUDA_ARCH__)
  if constexpr (Ieee)
    asm("cvt.f64.f16 %0, %1;" : "=d"(x) : "h"(static_cast<std::uint16_t>(bits)));
  else
    x = widened(bits_as<float>(bits << 16));  // the upper half of a float
  return true;
#else
  return false;
#endif
}
template <bool Ieee>
SMELT_HD bool narrowed_by_machine([[maybe_unused]] double x, [[maybe_unused]] std::uint32_t& bits) {
#if defined(__CUDA_ARCH__)
  std::uint16_t half = 0;
  if constexpr (Ieee)
    asm("cvt.rn.f16.f64 %0, %1;" : "=h"(half) : "d"(x));
#if __CUDA_ARCH__ >= 900
  else
    asm("cvt.rn.bf16.f64 %0, %1;" : "=h"(half) : "d"(x));
#else
  else
    return false;
#endif
  bits = half;
  return true;
#else
  return false;
#endif
}
}  // namespace detail

/// Rounds a double once to the type that is stored: nearest even, every NaN to the canonical one.
/// A value too large for float becomes infinite, as IEEE 754 says. A type of your own does all that in
/// its constructor.
template <class T>
SMELT_HD constexpr T narrow(double x) {
  static_assert(has_missing<T>, SMELT_SAY_INTEGER_OUTPUT);
  if constexpr (std::is_class_v<T>) return T(x);
#if defined(__CUDA_ARCH__)
  if constexpr (std::is_same_v<T, float>) {
    float rounded;
    asm("cvt.rn.f32.f64 %0, %1;" : "=f"(rounded) : "d"(x));
    return missing(rounded) ? missing_value<T> : rounded;
  }
#endif
  if constexpr (!std::is_class_v<T>) return missing(x) ? missing_value<T> : static_cast<T>(x);
}

}  // namespace smelt::inline v0
