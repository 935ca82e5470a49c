// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Readers: files into tables, and tables into files.
///
/// | reader | files |
/// | --- | --- |
/// | csv | separated values, with or without a header, quotes, missing tokens |
/// | csv_labels | one column of them, text, as class codes |
/// | csv_by_value | both with std::nothrow before their arguments |
/// | npy | NumPy's .npy: mapped without a copy, or converted |
/// | npy_write | tables as .npy |
/// | raw | elements and nothing else, mapped or converted |
/// | npy_by_value | these three with std::nothrow before their arguments |

#include <smelt/read/csv.hpp>
#include <smelt/read/csv_by_value.hpp>
#include <smelt/read/csv_labels.hpp>
#include <smelt/read/npy.hpp>
#include <smelt/read/npy_by_value.hpp>
#include <smelt/read/npy_write.hpp>
#include <smelt/read/raw.hpp>
