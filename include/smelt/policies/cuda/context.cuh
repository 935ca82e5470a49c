// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a kernel body sees of a GPU. Every member is one instruction or two; a context of the same
/// members runs the same bodies where there is no GPU.

#include <smelt/core/arithmetic.hpp>

#include <cuda_runtime.h>  // the intrinsics' types
#include <nv/target>       // NV_IF_ELSE_TARGET

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

  /// Makes bits of a word 1, or 0, and leaves the others to their threads.
  __device__ void set_bits(unsigned* at, unsigned bits) { atomicOr(at, bits); }
  __device__ void clear_bits(unsigned* at, unsigned bits) { atomicAnd(at, ~bits); }

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
  /// asked, and after a barrier for the others. Before sm_80 it is there at once. (What
  /// <cuda_pipeline_primitives.h> has for it is compiled for every number of bytes there may be.)
  template <class T>
  __device__ void fetch(T* to, const T* from) {
    NV_IF_ELSE_TARGET(NV_PROVIDES_SM_80, (copy_async(to, from);), (*to = *from;))
  }
  /// Ends a group of copies.
  __device__ void fetch_group() {
    NV_IF_TARGET(NV_PROVIDES_SM_80, (asm volatile("cp.async.commit_group;" : : : "memory");))
  }
  /// Waits for all groups of this thread but the last `but`.
  template <int But>
  __device__ void fetched() {
    NV_IF_TARGET(NV_PROVIDES_SM_80,
                 (asm volatile("cp.async.wait_group %0;" : : "n"(But) : "memory");))
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
  template <class T>
  __device__ static void copy_async(T* to, const T* from) {
    constexpr int bytes = sizeof(T);
    [[maybe_unused]] const auto at = static_cast<unsigned>(__cvta_generic_to_shared(to));
    if constexpr (bytes == 16)  // past the first-level cache
      asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" : : "r"(at), "l"(from) : "memory");
    else if constexpr (bytes == 4 || bytes == 8)
      asm volatile("cp.async.ca.shared.global [%0], [%1], %2;"
                   :
                   : "r"(at), "l"(from), "n"(bytes)
                   : "memory");
    else
      *to = *from;
  }
  static constexpr unsigned all = 0xffffffffu;
  template <class T>
  using word = std::conditional_t<sizeof(T) == 4, unsigned, unsigned long long>;
};

}  // namespace detail

}  // namespace smelt::inline v0
