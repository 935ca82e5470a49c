// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How elements can be stored smaller than floats, and read and written by every pass: decoded where
/// they are used, never into a table between. f16, bf16 and f8 are made of core/small_float.hpp.
///
/// | codec | bytes | range | what is lost |
/// | --- | --- | --- | --- |
/// | f16 | 2 | 6e-8 to 65504 | all but 11 bits |
/// | bf16 | 2 | a float's | all but 8 bits |
/// | f8 | 1 | f8_e4m3: 2^-9 to 448; f8_e5m2: 2^-16 to 57344 | all but 4 or 3 bits |
/// | affine | 1, 2 | least to greatest of a column, or given | half of a step |
/// | nullable | of an element, and a bit | an element's | nothing of a float; half of 1 of an integer |
/// | nullable_table | | columns with null bits that own their memory | |
/// | packed | 0 to 4, of bits | whole numbers, decimals, or steps | nothing, or half a step |
/// | packed_output | | packed rows as the output of a transform, on a host or a device | as packed |
/// | packed_table | | packed rows that own their memory | |
/// | packing | | how columns of them are chosen | |

#include <smelt/codecs/affine.hpp>
#include <smelt/codecs/bf16.hpp>
#include <smelt/codecs/f16.hpp>
#include <smelt/codecs/f8.hpp>
#include <smelt/codecs/nullable.hpp>
#include <smelt/codecs/nullable_table.hpp>
#include <smelt/codecs/packed.hpp>
#include <smelt/codecs/packed_output.hpp>
#include <smelt/codecs/packed_table.hpp>
#include <smelt/codecs/packing.hpp>
