// SPDX-License-Identifier: BSL-1.0
/// \file
/// Nothing: what it is compiled with is (tests/CMakeLists.txt).
