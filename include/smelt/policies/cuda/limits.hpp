// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What every kernel is compiled for, and what CUDA takes: more is refused by the launch.

#include <cstddef>

namespace smelt::inline v0 {
namespace detail {

/// Threads of a block.
inline constexpr int most_threads = 128;
/// Bytes of arguments a kernel may have.
inline constexpr std::size_t most_arguments = 32764;

}  // namespace detail
}  // namespace smelt::inline v0
