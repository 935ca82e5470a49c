// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The device of the tests of on::cuda: emulated; a GPU where nvcc compiles them (tests/cuda/suite.cu).
/// What a test asks of it is the same for both.

#include <smelt/smelt.hpp>
#if SMELT_NVCC
#include <cuda/real_device.cuh>
#else
#include <support/on_device.hpp>
#endif

#include <algorithm>  // std::max
#include <cstdint>

namespace smelt_test {

#if !SMELT_NVCC
template <int Warp>
using test_stream = emulated_stream<Warp>;
using device_call = emulated_call;
#endif

/// Two multiprocessors: small tables already take several rounds of a grid. With little shared memory a
/// tile has few rows, and small tables many tiles. The warps of a GPU have 32 lanes, whatever a test
/// would like.
template <int Warp = 32>
auto device_of(std::uint64_t seed, int resident, int threads, bool watch = true,
               int shared_limit = 24 << 10) {
  return smelt::cuda_policy<test_stream<Warp>>(
      test_stream<Warp>({.seed = seed,
                         .resident = resident,
                         .watch = watch,
                         .processors = 2,
                         .shared_limit = shared_limit}),
      std::max(threads, SMELT_NVCC ? 32 : 1));
}
using device_policy = smelt::cuda_policy<test_stream<32>>;

}  // namespace smelt_test
