// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The doubles on which arithmetic goes wrong first.

#include <array>
#include <bit>
#include <cstdint>

namespace smelt_test {

inline double double_of(std::uint64_t bits) { return std::bit_cast<double>(bits); }

/// Numbers, zeros and infinities of both signs, the smallest and largest of each kind.
inline constexpr std::array<double, 21> special_numbers = {
    0.0,  -0.0, 1.0,   -1.0,  0x1p-1074,  -0x1p-1074, 0x0.fffffffffffffp-1022, 0x1p-1022, 1e-300,
    0.1,  3.0,  -7.25, 1e16,  0x1p53,     -1e300,     0x1.fffffffffffffp1023,  -0x1.fffffffffffffp1023,
    0x1.0000000000001p0, 0x1.fffffffffffffp-1, __builtin_huge_val(), -__builtin_huge_val()};

/// Missing values: quiet and signalling, both signs, with and without a payload.
inline constexpr std::array<std::uint64_t, 6> special_nans = {
    0x7ff8000000000000u, 0xfff8000000000000u, 0x7ff0000000000001u,
    0xfff4000000000000u, 0x7ff8dead0000beefu, 0xffffffffffffffffu};

/// Both, in turn: 27 values, so that no packet width divides their number.
inline std::array<double, 27> special_values() {
  std::array<double, 27> all{};
  for (std::size_t i = 0; i < special_numbers.size(); ++i) all[i] = special_numbers[i];
  for (std::size_t i = 0; i < special_nans.size(); ++i)
    all[special_numbers.size() + i] = double_of(special_nans[i]);
  return all;
}

/// The same number, or both missing: no two machines promise the same NaN.
inline bool same_value(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b);
}

}  // namespace smelt_test
