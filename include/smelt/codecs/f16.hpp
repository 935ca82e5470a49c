// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// f16: IEEE 754's binary16, half precision.

#include <smelt/core/small_float.hpp>

namespace smelt::inline v0 {

/// Half precision: 11 bits of precision, numbers from 6e-8 to 65504 and infinities. A `table<f16>` or a
/// `matrix_view<const f16>` (of NumPy's float16, CUDA's __half) is read and written as any other.
/// \precision within half a unit of the last of 11 bits, which is 2^-11 of a normal number
/// \missing NaN
/// \reference IEEE 754-2019, 3.6
using f16 = small_float<5, 10, true>;

}  // namespace smelt::inline v0
