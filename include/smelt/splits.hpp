// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The ways to divide rows that smelt brings: `split<struct mine>(data, sizes, way)` and
/// `folds<struct cv, 5>(data, way)`.
///
/// | way | split | folds | what it keeps | memory |
/// | --- | --- | --- | --- | --- |
/// | in_order, seed{7} | yes | no | exact sizes, in order or random | O(1) |
/// | by_time{.gap = 24} | yes | no | the order of time, rows left out between parts | O(1) |
/// | stratified_by(labels) | yes | yes | exact sizes, each part its share of each class | a list |
/// | grouped_by(keys) | yes | yes | rows of a key stay together | a list |
/// | by_hash(keys) | yes | no | a key's part, whatever other rows there are | a list |
/// | by(function) | yes | no | what the function says | a list |
/// | k_fold{} | no | yes | each row is held out once, in order or random | O(1) |
/// | shuffle_split{0.2, seed{7}} | no | yes | each fold a random split | O(1) |
/// | of_whole{seed{7}, total} | yes | yes | of a piece of a table, what the whole's parts have of it | O(1), or a list |
/// | time_series{.gap = 24} | no | yes | each fold is fitted on what came before | O(1) |
///
/// A list is 16 bytes a row, shared by all parts. A way of your own is a type with a member `cut`, or
/// `fold`: see smelt/plan/partition.hpp.

#include <smelt/splits/by.hpp>
#include <smelt/splits/by_hash.hpp>
#include <smelt/splits/by_time.hpp>
#include <smelt/splits/grouped_by.hpp>
#include <smelt/splits/in_order.hpp>
#include <smelt/splits/k_fold.hpp>
#include <smelt/splits/of_whole.hpp>
#include <smelt/splits/shuffle_split.hpp>
#include <smelt/splits/stratified_by.hpp>
#include <smelt/splits/time_series.hpp>
