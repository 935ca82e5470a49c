// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// on::cuda: passes as kernels on a GPU, in the order of a stream.

#include <smelt/policies.hpp>
#include <smelt/policies/cuda/transfer.hpp>
#include <smelt/policies/cuda/runtime.cuh>

namespace smelt::inline v0 {

namespace detail {

/// The policy on real devices.
class gpu_policy : public cuda_policy<cuda_runtime> {
 public:
  explicit gpu_policy(cuda_runtime runtime = {}) : cuda_policy<cuda_runtime>(runtime) {}

  /// The same on a stream of the caller's, and on the device it was made on: `on::cuda.stream(s)`.
  /// The stream must outlive the policy and the tables it makes.
  gpu_policy stream(cudaStream_t handle) const { return as_here(cuda_runtime(handle)); }
  /// The same on another stream that smelt has made.
  gpu_policy beside(const cuda_runtime& other) const { return gpu_policy(other); }
  /// The same on the default stream of one device.
  gpu_policy device(int number) const { return as_here(cuda_runtime::of_device(number)); }
  /// See `cuda_policy`; the streams and devices of the result zero as it does.
  gpu_policy zero_on_release() const { return gpu_policy(runtime().zeroed()); }

 private:
  gpu_policy as_here(const cuda_runtime& other) const {
    return gpu_policy(runtime().zeroes() ? other.zeroed() : other);
  }
};

}  // namespace detail

namespace on {
/// A GPU: the default stream of the device that is current when it is first used.
inline const detail::gpu_policy cuda{};
/// The fastest there is: on::cuda in a CUDA source, on::eigen elsewhere.
inline const detail::gpu_policy& best = cuda;
}  // namespace on

static_assert(policy<detail::gpu_policy>);

}  // namespace smelt::inline v0
