// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The version, written once. CMake reads these three numbers from here.

#define SMELT_VERSION_MAJOR 0
#define SMELT_VERSION_MINOR 1
#define SMELT_VERSION_PATCH 0
