// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// f8: the two floating-point numbers of 8 bits that accelerators have.

#include <smelt/core/small_float.hpp>

namespace smelt::inline v0 {

/// 4 bits of exponent, 3 of mantissa: numbers from 2^-9 to 448, no infinities. What is greater becomes
/// 448, as CUDA does, so that one outlier does not become a missing value.
/// \precision within 2^-4 of a normal number
/// \missing NaN: 0x7f and 0xff
/// \reference OCP 8-bit Floating Point Specification (OFP8), revision 1.0, 2023
using f8_e4m3 = small_float<4, 3, false>;

/// 5 bits of exponent, 2 of mantissa: numbers from 2^-16 to 57344, and infinities.
/// \precision within 2^-3 of a normal number
/// \missing NaN
/// \reference OCP 8-bit Floating Point Specification (OFP8), revision 1.0, 2023
using f8_e5m2 = small_float<5, 2, true>;

}  // namespace smelt::inline v0
