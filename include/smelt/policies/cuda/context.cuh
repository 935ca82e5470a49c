// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a kernel body sees of a GPU. Every member is one instruction or two; a context of the same
/// members runs the same bodies where there is no GPU.

#include <smelt/core/arithmetic.hpp>

#include <cuda_pipeline_primitives.h>  // copies into shared memory, or plain ones before sm_80
#include <cuda_runtime.h>              // the intrinsics' types

#include <cstddef>  // std::byte
#include <cstdint>
#include <type_traits>

namespace smelt::inline v0 {

namespace detail {

/// One thread of a launch. Grids and blocks have one dimension.
struct cuda_context {
  static constexpr int warp = 32;

  __device__ int thread() const { return static_cast<int>(threadIdx.x); }
  __device__ int threads() const { return static_cast<int>(blockDim.x); }
  __device__ int block() const { return static_cast<int>(blockIdx.x); }
  __device__ int blocks() const { return static_cast<int>(gridDim.x); }

  __device__ void sync() { __syncthreads(); }
  __device__ std::byte* shared() {
    extern __shared__ __align__(16) std::byte block_memory[];
    return block_memory;
  }

  // Plain accesses: `sync` and `arrive` order them, and no compiler moves them across.
  template <class T>
  __device__ T get(const T* at) {
    return *at;
  }
  template <class T>
  __device__ void put(T* at, T value) {
    *at = value;
  }
  template <class T>
  __device__ T add(T* at, T value) {
    return atomicAdd(at, value);
  }
  template <class T>
  __device__ T least(T* at, T value) {
    return atomicMin(at, value);
  }

  /// Counts one more and returns how many came before. What each wrote before it came is seen by all
  /// who come after.
  __device__ unsigned arrive(unsigned* at) {
    unsigned before;
    asm volatile("atom.acq_rel.gpu.add.u32 %0, [%1], 1;" : "=r"(before) : "l"(at) : "memory");
    return before;
  }

  /// A word that is all of its message: whoever looks at it reads nothing else that was written, so
  /// neither side needs a fence. The instructions themselves, for a volatile access may be cached.
  __device__ void tell(unsigned long long* at, unsigned long long value) {
    asm volatile("st.relaxed.gpu.u64 [%0], %1;" : : "l"(at), "l"(value) : "memory");
  }
  __device__ unsigned long long look(const unsigned long long* at) {
    unsigned long long value;
    asm volatile("ld.relaxed.gpu.u64 %0, [%1];" : "=l"(value) : "l"(at) : "memory");
    return value;
  }
  /// About the time of one look at device memory: looking more often only takes its bandwidth.
  __device__ void pause() { __nanosleep(350); }

  /// Begins to copy an element to shared memory; it is there after `fetched`, for the thread that
  /// asked, and after a barrier for the others.
  template <class T>
  __device__ void fetch(T* to, const T* from) {
    if constexpr (sizeof(T) == 4 || sizeof(T) == 8 || sizeof(T) == 16)
      __pipeline_memcpy_async(to, from, sizeof(T));
    else
      *to = *from;
  }
  /// Ends a group of copies.
  __device__ void fetch_group() { __pipeline_commit(); }
  /// Waits for all groups of this thread but the last `but`.
  template <int But>
  __device__ void fetched() {
    __pipeline_wait_prior(But);
  }

  /// The value of the lane whose number differs in the bits of `mask`.
  template <class T>
  __device__ T across(T value, int mask) {
    return bits_as<T>(__shfl_xor_sync(all, bits_as<word<T>>(value), mask));
  }
  template <class T>
  __device__ T down(T value, int by) {
    return bits_as<T>(__shfl_down_sync(all, bits_as<word<T>>(value), static_cast<unsigned>(by)));
  }
  template <class T>
  __device__ T from_lane(T value, int lane) {
    return bits_as<T>(__shfl_sync(all, bits_as<word<T>>(value), lane));
  }
  __device__ unsigned ballot(bool yes) { return __ballot_sync(all, yes); }

 private:
  static constexpr unsigned all = 0xffffffffu;
  template <class T>
  using word = std::conditional_t<sizeof(T) == 4, unsigned, unsigned long long>;
};

}  // namespace detail

}  // namespace smelt::inline v0
