// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Data of other programs without a copy, and without their headers. No other header includes this one.
///
/// | header | brings |
/// | --- | --- |
/// | dlpack | `from_dlpack`: tensors of NumPy, PyTorch, JAX, CuPy ... as data and as outputs |
/// | to_dlpack | `to_dlpack`: tables as their tensors |
/// | arrow | `from_arrow`: columns of pyarrow, polars, DuckDB, cuDF ... with their nulls |
/// | thrust | `as_rows`, `as_labels`: Thrust's device vectors; by itself, `smelt/interop/thrust.cuh` |
/// | to_arrow | `to_arrow`: column-major tables as their record batches |

#include <smelt/interop/arrow.hpp>
#include <smelt/interop/dlpack.hpp>
#include <smelt/interop/to_arrow.hpp>
#include <smelt/interop/to_dlpack.hpp>
