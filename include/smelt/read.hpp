// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Readers: files into tables.
///
/// | reader | files |
/// | --- | --- |
/// | csv | separated values, with or without a header, quotes, missing tokens |

#include <smelt/read/csv.hpp>
