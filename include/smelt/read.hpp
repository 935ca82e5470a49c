// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Readers: files into tables.
///
/// | reader | files |
/// | --- | --- |
/// | csv | separated values, with or without a header, quotes, missing tokens |
/// | csv_labels | one column of them, text, as class codes |
/// | csv_by_value | both with std::nothrow before their arguments |

#include <smelt/read/csv.hpp>
#include <smelt/read/csv_by_value.hpp>
#include <smelt/read/csv_labels.hpp>
