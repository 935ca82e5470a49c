// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// bf16: the upper half of a float.

#include <smelt/core/small_float.hpp>

namespace smelt::inline v0 {

/// Brain floating point: a float's range with 8 bits of precision. Doubles are rounded to it directly,
/// not by way of float, which would round twice.
/// \precision within 2^-8 of a normal number
/// \missing NaN
/// \reference Kalamkar et al., A Study of BFLOAT16 for Deep Learning Training, 2019
using bf16 = small_float<8, 7, true>;

}  // namespace smelt::inline v0
