// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The stages smelt brings. A stage of your own is a header like these; nothing else changes.
///
/// | stage | numbers | rows | what stands right of it sees |
/// | --- | --- | --- | --- |
/// | fill | mean of the column, or given | all | a fill carried in closed form: no read |
/// | clip | given | all | extrema carried; moments measured again after fitted numbers |
/// | sentinel | given | all | measured in the fold before fitted numbers |
/// | infinity | none | all | measured in the fold before fitted numbers |
/// | drop | given | fewer | a mask in the fold before fitted numbers |
/// | drop_columns | extrema, counts or given | all, fewer columns | the same statistics |
/// | clean | joins the above | | |
/// | standardize | moments | all | everything carried in closed form |
/// | normalize | extrema | all | everything carried in closed form |
/// | row_norm | none | all | measured in the fold before fitted numbers |
/// | sample | none | drawn | a shuffle nothing; a sample decides the rows |
/// | at | those of its stages | | any of the above on some columns |

#include <smelt/stages/at.hpp>
#include <smelt/stages/clean.hpp>
#include <smelt/stages/clip.hpp>
#include <smelt/stages/drop.hpp>
#include <smelt/stages/drop_columns.hpp>
#include <smelt/stages/fill.hpp>
#include <smelt/stages/infinity.hpp>
#include <smelt/stages/normalize.hpp>
#include <smelt/stages/row_norm.hpp>
#include <smelt/stages/sample.hpp>
#include <smelt/stages/sentinel.hpp>
#include <smelt/stages/standardize.hpp>
