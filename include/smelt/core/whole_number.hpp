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

/// The whole number nearest to `x`, the even one of two; the ends of the type for what lies beyond them.
/// A missing value is no integer.
template <class T>
SMELT_HD constexpr T whole_number(double x) {
  constexpr double low = static_cast<double>(std::numeric_limits<T>::lowest());
  if constexpr (sizeof(T) <= 4) {
    constexpr double high = static_cast<double>(std::numeric_limits<T>::max());
    // 1.5 * 2^52 and a whole number: the low bits are those of the number nearest to it.
    const auto bits = bits_as<std::uint64_t>(smelt::add(smelt::lesser(smelt::greater(x, low), high), 0x1.8p52));
    return static_cast<T>(static_cast<std::uint32_t>(bits));
  } else {
    constexpr double beyond = std::is_signed_v<T> ? 0x1p63 : 0x1p64;
    if (!smelt::less(x, beyond)) return std::numeric_limits<T>::max();
    if (smelt::less(x, low)) return std::numeric_limits<T>::lowest();
    const double size = smelt::magnitude(x);
    // The same by 2^52; from there on all doubles are whole.
    const std::uint64_t whole =
        smelt::less(size, 0x1p52) ? bits_as<std::uint64_t>(smelt::add(size, 0x1p52)) - bits_as<std::uint64_t>(0x1p52)
                           : static_cast<std::uint64_t>(size);
    return static_cast<T>(smelt::less(x, 0.0) ? 0 - whole : whole);
  }
}
}  // namespace detail
}  // namespace smelt::inline v0
