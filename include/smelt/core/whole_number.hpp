// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Doubles as integers: to the nearest, and no further than a type goes.

#include <smelt/core/arithmetic.hpp>

#include <cstdint>
#include <limits>
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {

/// The ends of an integer type: a device has no functions of std::numeric_limits.
template <class T>
inline constexpr T least_integer = std::numeric_limits<T>::lowest();
template <class T>
inline constexpr T greatest_integer = std::numeric_limits<T>::max();

/// The integer nearest to `x`, the even one of two; the ends of the type for what lies beyond them. A missing
/// value is no integer: it is not asked for.
template <class T>
SMELT_HD constexpr T whole_number(double x) {
  constexpr auto low = static_cast<double>(least_integer<T>);
  if constexpr (sizeof(T) <= 4) {
    constexpr auto high = static_cast<double>(greatest_integer<T>);
    // 1.5 * 2^52 and a whole number: the low bits are those of the number nearest to it.
    const double within = smelt::lesser(smelt::greater(x, low), high);
    return static_cast<T>(static_cast<std::uint32_t>(bits_as<std::uint64_t>(smelt::add(within, 0x1.8p52))));
  } else {
    constexpr double beyond = std::is_signed_v<T> ? 0x1p63 : 0x1p64;
    if (!smelt::less(x, beyond)) return greatest_integer<T>;
    if (smelt::less(x, low)) return least_integer<T>;
    const double size = smelt::magnitude(x);
    std::uint64_t whole = 0;
    if (smelt::less(size, 0x1p52))  // the same by 2^52; from there on all doubles are whole
      whole = bits_as<std::uint64_t>(smelt::add(size, 0x1p52)) - bits_as<std::uint64_t>(0x1p52);
    else
      whole = static_cast<std::uint64_t>(size);
    return static_cast<T>(smelt::less(x, 0.0) ? 0 - whole : whole);
  }
}

}  // namespace detail
}  // namespace smelt::inline v0
