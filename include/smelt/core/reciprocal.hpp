// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Division of many numbers by one: its reciprocal is found once, then four operations make each quotient,
/// with the bits of a division. It needs a fused multiply-add, so it serves devices, where all have one.

#include <smelt/core/arithmetic.hpp>

#include <cstdint>

namespace smelt::inline v0 {
namespace detail {

/// The reciprocal of a number b, in two words: y = RN(1/b) and z = RN((1 - b y) y) together are 1/b to
/// 2^-104 of itself, so that q = RN(x y + RN(x z)) is x/b or one of the two numbers beside it. Then x - b q
/// is a number, which one fma finds, and RN(q + (x - b q) y) is RN(x/b).
/// \reference P. Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor",
/// 1990, for the last step; N. Brisebarre, J.-M. Muller, S. K. Raina, "Accelerating correctly rounded
/// floating-point division when the divisor is known in advance", 2004, for the second word.
class reciprocal {
 public:
  SMELT_HD explicit reciprocal(double divisor)
      : divisor_(divisor),
        high_(divide(1.0, divisor)),
        low_(product(__builtin_fma(-divisor, high_, 1.0), high_)) {}

  /// Whether it divides anything: the divisor is 2^-256 up to 2^256, so that nothing above leaves the
  /// normal numbers.
  SMELT_HD bool known() const { return high_word(divisor_) - 0x2ff00000u < 0x20000000u; }
  /// What it divides then: 2^-512 up to 2^512, of both signs; zeros; and NaN, of which all is NaN.
  SMELT_HD bool divides(double x) const {
    const std::uint32_t size = high_word(x) & 0x7fffffffu;
    return (size - 0x1ff00000u < 0x40000000u) | (x == 0.0) | (size > 0x7ff00000u);
  }
  /// divide(x, divisor) where it divides x.
  SMELT_HD double operator()(double x) const {
    const double q = __builtin_fma(x, high_, product(x, low_));
    const double rounded = __builtin_fma(__builtin_fma(-divisor_, q, x), high_, q);
    return __builtin_copysign(rounded, x);  // of -0 the sign is lost
  }

 private:
  /// Sign, exponent and the first of the other bits.
  SMELT_HD static std::uint32_t high_word(double x) {
    return static_cast<std::uint32_t>(bits_as<std::uint64_t>(x) >> 32);
  }

  double divisor_;
  double high_;
  double low_;
};

}  // namespace detail
}  // namespace smelt::inline v0
