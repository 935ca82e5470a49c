// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The policies: what runs passes.
///
/// | policy | header | loops |
/// | --- | --- | --- |
/// | on::seq | smelt/smelt.hpp | plain, one value at a time: the oracle |
/// | on::eigen | smelt/eigen.hpp | packets of Eigen's, threads with an owner |
/// | on::cuda | smelt/cuda.cuh | one kernel a pass, in the order of a stream; compiled by nvcc |

#include <smelt/policies/seq.hpp>
