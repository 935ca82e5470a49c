// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Floating-point numbers of 8 and 16 bits: how f16, bf16 and f8 are read and rounded. Twice: for one
/// number in words of 32 bits, of which a device has more, and for the lanes of a vector. Both are
/// arithmetic on bits; tests go through all numbers.

#include <smelt/core/arithmetic.hpp>

#include <cstdint>
#include <limits>
#include <type_traits>

namespace smelt::inline v0 {

namespace detail {

/// In the lanes of a vector: `yes` where a test holds.
template <class Bits, class Test>
constexpr Bits chosen(Test test, Bits yes, Bits no) {
  const Bits ones = (Bits)test;  // all bits, where it holds
  return (ones & yes) | (~ones & no);
}

/// The bits of a small float, and of the double of the same value: sign, `Exponent` bits, `Mantissa`
/// bits; IEEE 754's rules where it has infinities, else the greatest code alone is NaN.
template <int Exponent, int Mantissa, bool Infinities>
struct small_float_bits {
  static constexpr bool is_binary16 = Exponent == 5 && Mantissa == 10 && Infinities;
  static constexpr bool is_bfloat16 = Exponent == 8 && Mantissa == 7 && Infinities;
  static constexpr bool by_machine = is_binary16 || is_bfloat16;
  static constexpr int bias = (1 << (Exponent - 1)) - 1;
  static constexpr std::uint64_t sign = std::uint64_t{1} << (Exponent + Mantissa);
  static constexpr std::uint64_t infinity = ((std::uint64_t{1} << Exponent) - 1) << Mantissa;
  static constexpr std::uint64_t least_nan = Infinities ? infinity + 1 : sign - 1;
  /// The one that is written: quiet, without payload.
  static constexpr std::uint64_t nan =
      Infinities ? infinity | (std::uint64_t{1} << (Mantissa - 1)) : sign - 1;
  static constexpr std::uint64_t greatest = (Infinities ? infinity : least_nan) - 1;
  static constexpr std::uint64_t least_normal = std::uint64_t{1} << Mantissa;

  /// The number with these bits.
  SMELT_HD static constexpr double widen(std::uint32_t x) {
    if constexpr (by_machine)
      if (!__builtin_is_constant_evaluated()) {
        double wide = 0.0;
        if (widened_by_machine<is_binary16>(x, wide)) return wide;
      }
    const std::uint32_t size = x & static_cast<std::uint32_t>(sign - 1);
    const std::uint32_t minus = (x & static_cast<std::uint32_t>(sign)) << (31 - Exponent - Mantissa);
    if (size < least_normal) {
      const double small = product(static_cast<double>(size), least_step);
      return bits_as<double>(bits_as<std::uint64_t>(small) | std::uint64_t{minus} << 32);
    }
    std::uint32_t upper = (size << (20 - Mantissa)) + ((1023u - bias) << 20);
    if (Infinities ? size >= infinity : size >= least_nan) upper |= Infinities ? 0x7ff00000u : 0x7ff80000u;
    return bits_as<double>(std::uint64_t{upper | minus} << 32);
  }
  /// The same of the lanes of a vector of std::uint32_t: bits of floats, which hold every such number.
  template <class Floats, class Bits>
  static constexpr Bits widen(Bits x) {
    if constexpr (Exponent == 8) return x << 16;  // the upper half of a float
    const Bits size = x & static_cast<std::uint32_t>(sign - 1);
    // Bits from 2^23 on are those of 2^23 + m: m itself is exact, and so is its power of two.
    const Floats small =
        (bits_as<Floats>(size | 0x4b000000u) - 0x1p23f) * static_cast<float>(least_step);
    const Bits normal = (size << (23 - Mantissa)) + ((127u - bias) << 23);
    Bits y = chosen<Bits>(size < static_cast<std::uint32_t>(least_normal), bits_as<Bits>(small), normal);
    if constexpr (Infinities)
      y = chosen<Bits>(size >= static_cast<std::uint32_t>(infinity),
                       (size << (23 - Mantissa)) | 0x7f800000u, y);
    else
      y = chosen<Bits>(size >= static_cast<std::uint32_t>(least_nan), y | 0x7fc00000u, y);
    return y | ((x & static_cast<std::uint32_t>(sign)) << (31 - Exponent - Mantissa));
  }

  /// Rounds once, to nearest even. Beyond the greatest number lies infinity, or, where there is none,
  /// the greatest number itself.
  SMELT_HD static constexpr std::uint32_t narrow(double value) {
    if constexpr (by_machine)
      if (!__builtin_is_constant_evaluated()) {
        std::uint32_t bits = 0;
        if (narrowed_by_machine<is_binary16>(value, bits))
          return (bits & static_cast<std::uint32_t>(sign - 1)) > infinity ? static_cast<std::uint32_t>(nan) : bits;
      }
    const auto x = bits_as<std::uint64_t>(unassumed(value));
    // The upper word, its last bit set where anything is below: as good as all of it for rounding to
    // fewer bits, as an odd number is no middle of two.
    const std::uint32_t size = (static_cast<std::uint32_t>(x >> 32) & 0x7fffffffu) |
                               (static_cast<std::uint32_t>(x) != 0 ? 1u : 0u);
    if (size > 0x7ff00000u) return static_cast<std::uint32_t>(nan);
    const auto minus = static_cast<std::uint32_t>(x >> (63 - Exponent - Mantissa)) &
                       static_cast<std::uint32_t>(sign);
    if (size >= static_cast<std::uint32_t>(double_beyond >> 32))
      return static_cast<std::uint32_t>(Infinities ? infinity : greatest) | minus;
    if (size < static_cast<std::uint32_t>(double_least_normal >> 32)) {
      const std::uint32_t all = (size & 0xfffffu) | 0x100000u;
      const std::uint32_t exponent = size >> 20;
      constexpr std::uint32_t steps = 1044 - bias - Mantissa;
      const std::uint32_t below = exponent + 24 < steps ? 24 : steps - exponent;  // bits that go
      const std::uint32_t rest = all & ((1u << below) - 1);
      const std::uint32_t half = 1u << (below - 1);
      const std::uint32_t kept = all >> below;
      return (kept + (rest > half || (rest == half && kept % 2 == 1) ? 1u : 0u)) | minus;
    }
    const std::uint32_t odd = (size >> (20 - Mantissa)) & 1;
    const std::uint32_t rounded = size + ((1u << (19 - Mantissa)) - 1) + odd;
    return ((rounded >> (20 - Mantissa)) - ((1023u - bias) << Mantissa)) | minus;
  }
  /// The same of the lanes of a vector: from bits of doubles.
  template <class Doubles, class Bits>
  static constexpr Bits narrow(Bits x) {
    const Bits size = x & ~(std::uint64_t{1} << 63);
    // Adding 2^52 of the least steps rounds to a step; the sum ends with the number of steps.
    const Bits small = bits_as<Bits>(bits_as<Doubles>(size) + rounder) - bits_as<std::uint64_t>(rounder);
    const Bits odd = (size >> (52 - Mantissa)) & 1;
    const Bits rounded = size + ((std::uint64_t{1} << (51 - Mantissa)) - 1) + odd;
    const Bits normal = (rounded >> (52 - Mantissa)) - ((std::uint64_t{1023} - bias) << Mantissa);
    Bits y = chosen<Bits>(size < double_least_normal, small, normal);
    constexpr std::uint64_t most = Infinities ? infinity : greatest;
    y = chosen<Bits>(size >= double_beyond, Bits{} + most, y);
    const Bits signed_y = y | ((x >> (63 - Exponent - Mantissa)) & sign);
    return chosen<Bits>(size > double_infinity, Bits{} + nan, signed_y);
  }

 private:
  static constexpr std::uint64_t double_infinity = 0x7ff0000000000000u;
  /// 2^e.
  static constexpr double power(int e) {
    return bits_as<double>(static_cast<std::uint64_t>(1023 + e) << 52);
  }
  static constexpr double least_step = power(1 - bias - Mantissa);
  static constexpr double rounder = power(52 + 1 - bias - Mantissa);
  static constexpr std::uint64_t double_least_normal = bits_as<std::uint64_t>(power(1 - bias));
  /// What is rounded to more than the greatest number: half a step above it and more. (The greatest
  /// number of IEEE 754's kinds is odd, and so is the code that would follow that of the other's.)
  static constexpr std::uint64_t double_beyond =
      (((greatest << 1) + 1) << (51 - Mantissa)) + ((std::uint64_t{1023} - bias) << 52);
};

}  // namespace detail

/// An element of 1 + `Exponent` + `Mantissa` bits. It reads as a double, exactly; of a double it is
/// made by rounding once, to nearest even, every NaN to the same one.
template <int Exponent, int Mantissa, bool Infinities>
struct small_float {
  using stored_bits = std::conditional_t<1 + Exponent + Mantissa == 8, std::uint8_t, std::uint16_t>;
  using codec = detail::small_float_bits<Exponent, Mantissa, Infinities>;
  stored_bits bits;

  small_float() = default;
  SMELT_HD constexpr explicit small_float(double x)
      : bits(static_cast<stored_bits>(codec::narrow(x))) {}
  SMELT_HD constexpr operator double() const {
    return codec::widen(bits);
  }
  /// The number with these bits.
  SMELT_HD static constexpr small_float of_bits(stored_bits bits) {
    small_float made(0.0);
    made.bits = bits;
    return made;
  }
};

namespace detail {

/// The kinds of 16 bits, by which other programs' data may be stored (codecs/f16.hpp, codecs/bf16.hpp).
using binary16 = small_float<5, 10, true>;
using bfloat16 = small_float<8, 7, true>;
template <class T>
inline constexpr bool is_half = std::is_same_v<T, binary16> || std::is_same_v<T, bfloat16>;

}  // namespace detail

}  // namespace smelt::inline v0

/// The limits that smelt asks for.
template <int Exponent, int Mantissa, bool Infinities>
struct std::numeric_limits<smelt::small_float<Exponent, Mantissa, Infinities>> {
  using number = smelt::small_float<Exponent, Mantissa, Infinities>;
  static constexpr bool is_specialized = true;
  static constexpr bool is_signed = true;
  static constexpr bool has_infinity = Infinities;
  static constexpr bool has_quiet_NaN = true;
  static constexpr int digits = Mantissa + 1;
  static constexpr number bits(std::uint64_t x) {
    return number::of_bits(static_cast<typename number::stored_bits>(x));
  }
  static constexpr number quiet_NaN() { return bits(number::codec::nan); }
  static constexpr number infinity() { return bits(number::codec::infinity); }
  static constexpr number max() { return bits(number::codec::greatest); }
  static constexpr number lowest() { return bits(number::codec::greatest | number::codec::sign); }
  static constexpr number min() { return bits(number::codec::least_normal); }
  static constexpr number denorm_min() { return bits(1); }
  /// The step from 1 to the next number.
  static constexpr number epsilon() {
    return number(1.0 / static_cast<double>(std::uint64_t{1} << Mantissa));
  }
};
