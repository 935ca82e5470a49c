// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// An exponential variable of 128 random bits, the same bits on every machine: a logarithm of
/// operations that IEEE 754 rounds, and no library's.

#include <smelt/core/arithmetic.hpp>
#include <smelt/random/philox.hpp>

#include <cmath>  // std::ldexp

namespace smelt::inline v0 {
namespace detail {

/// 2 atanh(s) for |s| <= 1/3, within 4 units in the last place: s + s^3/3 + ... + s^35/35, doubled.
inline double twice_atanh(double s) {
  const double square = product(s, s);
  double sum = 0.0;
  for (int k = 17; k > 0; --k) sum = product(square, add(1.0 / (2 * k + 1), sum));
  return product(2.0, add(s, product(s, sum)));
}

/// A 128-bit fraction of its first 53 bits from the first one on: value 2^-53 is in [1/2, 1), and
/// the fraction is value 2^(-53 - zeros).
struct leading_bits {
  double value;
  int zeros;
};
inline leading_bits leading(std::uint64_t high, std::uint64_t low) {
  int zeros = 0;
  for (; zeros < 127 && (high >> 63) == 0; ++zeros) {
    high = high << 1 | low >> 63;
    low <<= 1;
  }
  return {static_cast<double>(high >> 11 | 1u), zeros};
}

/// -log(1 - v), v the fraction that the words of a block are (word64 0 before word64 1): mean 1,
/// P(more than x) = exp(-x), within 2^-48 of itself also where it is very small.
inline double exponential(const philox_block& words) {
  const std::uint64_t high = word64(words, 0);
  const std::uint64_t low = word64(words, 1);
  if (high >> 63 == 0) {  // v < 1/2: -log(1 - v) = 2 atanh(v / (2 - v))
    const auto [value, zeros] = leading(high, low);
    const double v = std::ldexp(value, -53 - zeros);
    return twice_atanh(v / subtract(2.0, v));
  }
  // 1 - v = f 2^(-1 - zeros) with f in [1, 2): (1 + zeros) log 2 - log f.
  const auto [value, zeros] = leading(~high, ~low);
  const double f = std::ldexp(value, -52);
  const double log_2 = 0.69314718055994530942;
  return subtract(product(1.0 + zeros, log_2), twice_atanh((f - 1.0) / (f + 1.0)));
}

}  // namespace detail
}  // namespace smelt::inline v0
