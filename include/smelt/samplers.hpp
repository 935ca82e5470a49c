// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The samplers smelt brings: which source rows come out, as functions of (seed, epoch, row). Those
/// with a list make it on the host, one number for each row they draw; a device is given a copy.
///
/// | sampler | rows out | order | repeats | list |
/// | --- | --- | --- | --- | --- |
/// | shuffled | all | random, another each epoch | no | no |
/// | take | as many as asked for, or a share | random, another each epoch | no | no |
/// | bootstrap | as many as there are, or as asked for | random, another each epoch | yes | no |
/// | bernoulli | each with one probability | theirs | no | no |
/// | of_whole | what another chooses of the whole of which a table is a piece | theirs | as the other | of another with one |
/// | chosen | those listed | as listed | as listed | yes |
/// | systematic | n evenly apart, or every k-th | theirs, from another start each epoch | no | no |
/// | weighted | as many as asked for | random, another each epoch | yes | alias table |
/// | weighted_take | as many as asked for | as drawn one after another | no | yes |
/// | stratified | as many as asked for, of each class its share | random, another each epoch | no | yes |
/// | balanced | of each class as many as the smallest or the largest has | random, another each epoch | with the largest | yes |

#include <smelt/samplers/balanced.hpp>
#include <smelt/samplers/bernoulli.hpp>
#include <smelt/samplers/bootstrap.hpp>
#include <smelt/samplers/chosen.hpp>
#include <smelt/samplers/of_whole.hpp>
#include <smelt/samplers/shuffled.hpp>
#include <smelt/samplers/stratified.hpp>
#include <smelt/samplers/systematic.hpp>
#include <smelt/samplers/take.hpp>
#include <smelt/samplers/weighted.hpp>
#include <smelt/samplers/weighted_take.hpp>
