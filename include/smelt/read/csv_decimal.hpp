// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Plain decimals, "-12.75": digits and perhaps a point, eight of them at a time, to the value that
/// std::from_chars gives, in less time. Whatever else a number may be is left to it.
///
/// Digits in words are read as by Lemire, "Number parsing at a gigabyte per second", 2021.

#include <smelt/core/config.hpp>
#include <smelt/random/philox.hpp>  // high_product

#include <array>
#include <bit>     // std::endian, std::bit_cast, std::countl_zero
#include <cfloat>  // FLT_EVAL_METHOD
#include <cstdint>
#include <cstring>  // std::memcpy
#include <limits>

namespace smelt::inline v0 {

namespace detail {

/// Eight characters at once, the first in the lowest byte; a digit has become its value.
struct csv_word {
  std::uint64_t bytes;

  explicit csv_word(const char* at) {
    std::memcpy(&bytes, at, sizeof bytes);
    bytes ^= 0x3030303030303030u;
  }
  /// How many digits it begins with. The first byte above 9 gets its top bit, by its own or by 0x76
  /// on it; only a byte with that bit carries, and not downwards.
  int digits() const {
    const std::uint64_t above = (bytes | (bytes + 0x7676767676767676u)) & 0x8080808080808080u;
    return std::countr_zero(above) / 8;
  }
  /// The number that its first n characters, digits, make; 0 for none. Neighbours are joined to
  /// pairs, pairs to fours, fours to all.
  std::uint64_t value(int n) const {
    const int half = 4 * (8 - n);  // a shift by 64 in two
    std::uint64_t x = bytes << half << half;
    x = 10 * x + (x >> 8);
    return ((x & 0xff000000ffu) * (100 + (std::uint64_t{1000000} << 32)) +
            (x >> 16 & 0xff000000ffu) * (1 + (std::uint64_t{10000} << 32))) >>
           32;
  }
};

template <int = 0>
inline constexpr auto powers_of_ten = [] {
  std::array<std::uint64_t, 20> made{1};
  for (std::size_t k = 1; k < made.size(); ++k) made[k] = 10 * made[k - 1];
  return made;
}();

/// Appends the digits at `at` to a number below 10^19 and moves behind them. Returns how many there
/// were, at most 23, or -1 where they are too many. Looks at 24 characters at most.
SMELT_LAZY int append_digits(const char*& at, std::uint64_t& number) {
  for (int count = 0; count < 24; count += 8) {
    const csv_word word(at);
    const int n = word.digits();
    if (number >= powers_of_ten<>[static_cast<std::size_t>(19 - n)]) return -1;
    number = number * powers_of_ten<>[static_cast<std::size_t>(n)] + word.value(n);
    if (n < 8) {
      at += n;
      return count + n;
    }
    at += 8;  // not by n, which would make the next load wait for it
  }
  return -1;
}

/// 1 / 5^k: d = 5^k 2^shift has its top bit set, and inverse = floor((2^127 - 1) / d).
struct inverse_power {
  std::uint64_t inverse = 0;
  int shift = 0;
};
template <int = 0>
inline constexpr auto inverse_powers_of_five = [] {
  std::array<inverse_power, 24> made{};
  std::uint64_t power = 1;
  for (auto& of : made) {
    of.shift = std::countl_zero(power);
    const std::uint64_t divisor = power << of.shift;
    std::uint64_t rest = (std::uint64_t{1} << 63) - 1;  // long division, bit by bit
    for (int bit = 0; bit < 64; ++bit) {
      const bool carried = rest >> 63 != 0;
      rest = 2 * rest + 1;
      const bool fits = carried || rest >= divisor;
      of.inverse = 2 * of.inverse + (fits ? 1 : 0);
      if (fits) rest -= divisor;
    }
    power *= 5;
  }
  return made;
}();

/// number / 10^places, rounded once to nearest, where 64 bits of it tell; false where they do not.
///
/// With x = number 2^up in [2^63, 2^64) the quotient is q 2^power, q = x 2^62 / d. The inverse
/// falls short of 2^127 / d by 1 at most, so 2 q is in [p, p + 2) for p = floor(x inverse / 2^64),
/// and q between floor(p / 2) and that plus 2. Rounding is monotone: where both ends are rounded to
/// one value, so is q.
template <class T>
[[gnu::noinline]] bool divide_by_ten(std::uint64_t number, int places, T& value) {
  const auto& of = inverse_powers_of_five<>[static_cast<std::size_t>(places)];
  const int up = std::countl_zero(number);
  const auto least = static_cast<std::int64_t>(high_product(number << up, of.inverse) / 2);
  const T rounded = static_cast<T>(least);
  const int power = of.shift - up - 62 - places;  // exact in double, and of the result in T
  value = static_cast<T>(static_cast<double>(rounded) *
                         std::bit_cast<double>(static_cast<std::uint64_t>(1023 + power) << 52));
  return rounded == static_cast<T>(least + 2);
}

/// Reads the exponent that may stand at `at`, moves behind it and takes it off the decimal places;
/// false where none of up to three digits is.
SMELT_LAZY bool take_exponent(const char*& at, int& places) {
  if (*at != 'e' && *at != 'E') return true;
  ++at;
  const bool negative = *at == '-';
  if (negative || *at == '+') ++at;
  const csv_word word(at);
  const int n = word.digits();
  if (n == 0 || n > 3) return false;
  const int exponent = static_cast<int>(word.value(n));
  places += negative ? exponent : -exponent;
  at += n;
  return true;
}

/// Parses the plain decimal that [at, end) begins with and returns where it stopped; null for
/// anything else, and for one near the end: it looks at 60 characters.
template <class T>
SMELT_INLINE const char* csv_decimal(const char* at, const char* end, T& value) {
  constexpr bool exact = FLT_EVAL_METHOD == 0 && !fast_math;
  if (std::endian::native != std::endian::little || !exact || end - at < 60) return nullptr;
  const bool negative = *at == '-';
  if (negative) ++at;
  std::uint64_t number = 0;
  if (append_digits(at, number) <= 0) return nullptr;
  int places = 0;
  if (*at == '.') {
    ++at;
    places = append_digits(at, number);
    if (places <= 0) return nullptr;
  }
  if (!take_exponent(at, places)) return nullptr;
  // Where number and power of ten are exact in T, so is all of their quotient but its rounding.
  constexpr int widest = std::numeric_limits<T>::digits > 24 ? 19 : 10;
  constexpr auto most = std::uint64_t{1} << std::numeric_limits<T>::digits;
  const auto power = [](int k) {
    return static_cast<T>(powers_of_ten<>[static_cast<std::size_t>(k)]);
  };
  T size = static_cast<T>(static_cast<std::int64_t>(number));
  if (number <= most && 0 <= places && places <= widest)
    size /= power(places);
  else if (number <= most && -widest <= places && places < 0)
    size *= power(-places);
  else if (number == 0 || places < 0 || places > 23 || !divide_by_ten(number, places, size))
    return nullptr;
  constexpr T signs[] = {1, -1};
  value = signs[negative] * size;  // a branch would be wrong as often as signs change
  return at;
}

}  // namespace detail

}  // namespace smelt::inline v0
