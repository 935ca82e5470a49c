// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The samplers smelt brings: which source rows come out, as functions of (seed, epoch, row).
///
/// | sampler | rows out | order | repeats |
/// | --- | --- | --- | --- |
/// | shuffled | all | random, another each epoch | no |
/// | take | as many as asked for | random, another each epoch | no |

#include <smelt/samplers/shuffled.hpp>
#include <smelt/samplers/take.hpp>
