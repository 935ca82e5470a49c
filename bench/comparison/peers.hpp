// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The peers of comparison.cpp: each makes a work's task, or null where it has none.

#include "protocol.hpp"

namespace smelt_comparison {

made_task smelt_task(const request& r);         // on::eigen, all cores
made_task smelt_length_task(const request& r);  // the same, of the work `length`
made_task smelt_one_task(const request& r);     // on::eigen, the calling thread alone
made_task unfused_task(const request& r);       // smelt's own stages, a pass for each
made_task by_hand_task(const request& r);
made_task eigen_task(const request& r);
made_task ceiling_task(const request& r);       // copy, streamed_copy, read

}  // namespace smelt_comparison
