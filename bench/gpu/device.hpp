// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The device of the GPU bench. Compiled by nvcc: a GPU, timed by CUDA events. By any other
/// compiler: the emulated device of the tests and a clock of the host, so that the bench itself is
/// run where there is no GPU; no figure of that means anything.

#include <smelt/smelt.hpp>
#if SMELT_NVCC
#include <smelt/cuda.cuh>
#else
#include <support/emulated_device.hpp>

#include <smelt/policies/cuda/transfer.hpp>

#include <chrono>
#endif

#include <cstddef>
#include <deque>
#include <string>

namespace smelt_bench {

using smelt::index;

#if SMELT_NVCC

inline constexpr bool emulated = false;
inline constexpr int block_threads = smelt::detail::most_threads;
using base_runtime = smelt::detail::cuda_runtime;

/// A moment in the default stream.
class moment {
 public:
  moment() { smelt::detail::check_cuda(cudaEventCreate(&event_), "making an event"); }
  ~moment() { static_cast<void>(cudaEventDestroy(event_)); }
  moment(const moment&) = delete;
  moment& operator=(const moment&) = delete;

  void mark() {
    smelt::detail::check_cuda(cudaEventRecord(event_, nullptr), "recording an event");
  }
  /// Milliseconds until `end`; waits for it.
  double until(const moment& end) const {
    smelt::detail::check_cuda(cudaEventSynchronize(end.event_), "waiting for an event");
    float ms = 0;
    smelt::detail::check_cuda(cudaEventElapsedTime(&ms, event_, end.event_), "reading events");
    return static_cast<double>(ms);
  }

 private:
  cudaEvent_t event_{};
};

inline base_runtime default_stream() { return {}; }

/// What is timed, and how large its cache and memory are.
struct device_facts {
  std::string name;
  int processors;
  std::size_t cache;
  std::size_t free;
};
inline device_facts facts() {
  const int device = smelt::detail::current_device();
  cudaDeviceProp card{};
  smelt::detail::check_cuda(cudaGetDeviceProperties(&card, device), "reading a device");
  std::size_t free = 0;
  std::size_t total = 0;
  smelt::detail::check_cuda(cudaMemGetInfo(&free, &total), "asking for free memory");
  return {static_cast<const char*>(card.name), card.multiProcessorCount,
          static_cast<std::size_t>(card.l2CacheSize), free};
}

#else

inline constexpr bool emulated = true;
inline constexpr int block_threads = 32;
using base_runtime = smelt_test::emulated_runtime;

class moment {
 public:
  void mark() { at_ = std::chrono::steady_clock::now(); }
  double until(const moment& end) const {
    return std::chrono::duration<double, std::milli>(end.at_ - at_).count();
  }

 private:
  std::chrono::steady_clock::time_point at_{};
};

inline base_runtime default_stream() { return base_runtime({.watch = false, .processors = 2}); }

struct device_facts {
  std::string name;
  int processors;
  std::size_t cache;
  std::size_t free;
};
inline device_facts facts() { return {"emulated", 2, 0, std::size_t{1} << 28}; }

#endif

/// The time of every kernel while it listens.
class kernel_log {
 public:
  kernel_log() = default;
  kernel_log(const kernel_log&) = delete;
  kernel_log& operator=(const kernel_log&) = delete;

  template <class Launch>
  void time(Launch&& launch) {
    if (used_ == spans_.size()) spans_.emplace_back();
    span& s = spans_[used_++];
    s.begin.mark();
    launch();
    s.end.mark();
  }
  /// Milliseconds of all kernels since it was last asked; waits for them.
  double take() {
    double ms = 0;
    for (std::size_t i = 0; i < used_; ++i) ms += spans_[i].begin.until(spans_[i].end);
    used_ = 0;
    return ms;
  }

 private:
  struct span {
    moment begin{};
    moment end{};
  };
  std::deque<span> spans_{};
  std::size_t used_ = 0;
};

/// Null: nobody listens.
inline kernel_log* listening = nullptr;

/// A stream whose kernels can be timed apart from the calls that launch them.
struct runtime : base_runtime {
  runtime() = default;
  explicit runtime(const base_runtime& of) : base_runtime(of) {}

  template <class Body, class Params>
  void launch(int blocks, int threads, std::size_t shared_bytes, const Params& params) {
    auto plainly = [&] { base_runtime::launch<Body>(blocks, threads, shared_bytes, params); };
    if (listening)
      listening->time(plainly);
    else
      plainly();
  }
};

using device_policy = smelt::cuda_policy<runtime>;

inline device_policy make_policy() {
  const runtime r(default_stream());
  if constexpr (emulated)
    return device_policy(r, block_threads);
  else
    return device_policy(r);
}

}  // namespace smelt_bench
