// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The statistics smelt brings, all mergeable and folded in one pass.
///
/// | statistic | fields | in lanes | carried through |
/// | --- | --- | --- | --- |
/// | tally | 1 | no | fill, affine, monotone |
/// | moments | 2 | yes | fill, affine |
/// | extrema | 2 | no | fill, affine, monotone |

#include <smelt/statistics/extrema.hpp>
#include <smelt/statistics/moments.hpp>
#include <smelt/statistics/tally.hpp>
