// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A stream on a GPU, as the policy sees it. Nothing else in smelt calls the CUDA runtime. Every
/// call leaves the caller's current device as it was, and no call waits but `wait`.

#include <smelt/core/memory.hpp>  // overwrite
#include <smelt/core/view.hpp>
#include <smelt/policies/cuda/context.cuh>
#include <smelt/policies/cuda/device.cuh>
#include <smelt/policies/cuda/limits.hpp>
#include <smelt/policies/cuda/reach.hpp>

#include <cuda_runtime.h>
#if defined(SMELT_NVTX)
#include <nvtx3/nvtx3.hpp>  // ranges in NVIDIA's profilers
#endif

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace smelt::inline v0 {

namespace detail {

/// Blocks a multiprocessor must hold, which `kernel` is compiled for: without it ptxas chooses an occupancy by
/// itself. A body says how many keep memory busy.
template <class Body>
inline constexpr int least_blocks = Body::least_blocks;

// A chain with a stage from an unnamed namespace is hidden already, and nvcc warns of the attribute.
#pragma nv_diagnostic push
#pragma nv_diag_suppress 1407
/// The only kernel: profilers show it with the name of its body. Hidden, so that two libraries of
/// one process never launch each other's.
template <class Body, class Params>
[[gnu::visibility("hidden")]] __global__ void __launch_bounds__(most_threads, least_blocks<Body>)
    kernel(const __grid_constant__ Params params) {
  cuda_context context;
  Body::run(context, params);
}
#pragma nv_diagnostic pop

/// The devices, a bit each, on which a kernel may have more shared memory than kernels have unasked.
/// It belongs to one source file, as the kernels do that nvcc makes of it: another file's kernel of
/// the same name is another kernel.
template <class Body, class Params>
static std::uint64_t shared_granted = 0;

/// The name of a body without its namespaces, as messages and profilers say it.
template <class Body>
std::string body_name() {
  std::string_view text = __PRETTY_FUNCTION__;  // "... [with Body = smelt::v0::some_body; ...]"
  text.remove_prefix(text.find("Body = ") + 7);
  text = text.substr(0, text.find_first_of(";]"));
  const std::string_view plain = text.substr(0, text.find('<'));
  const std::size_t colon = plain.rfind(':');
  return std::string(colon == plain.npos ? text : text.substr(colon + 1));
}

#if defined(SMELT_NVTX)
struct profiler_domain {
  static constexpr const char* name = "smelt";
};
#endif

/// Small and copyable: owns neither its stream nor its device.
class cuda_runtime {
 public:
  /// The default stream of `first_device()`.
  constexpr cuda_runtime() = default;
  /// A stream, on the device it was made on; the default streams' handles belong to none.
  /// \errors cuda_error for cudaStreamPerThread, which is another stream in each host thread
  explicit cuda_runtime(cudaStream_t stream) : stream_(stream) {
    check_cuda(stream == cudaStreamPerThread ? cudaErrorInvalidResourceHandle : cudaSuccess,
               "using cudaStreamPerThread, which is another stream in each host thread");
    if (!made_by_user(stream)) return;
    check_cuda(cudaStreamGetDevice(stream, &device_), "asking for the device of a stream");
  }
  /// The default stream of one device.
  static cuda_runtime of_device(int device) {
    check_cuda(device < 0 ? cudaErrorInvalidDevice : cudaSuccess, "making device ", device,
               " current");
    const on_device known(device);
    cuda_runtime made;
    made.device_ = device;
    return made;
  }

  /// Never the null handle: with --default-stream per-thread it names another stream in each thread,
  /// and what launches share would be shared by several.
  cudaStream_t stream() const { return stream_ ? stream_ : cudaStreamLegacy; }
  int device() const { return device_ >= 0 ? device_ : first_device(); }

  /// Memory of the device, or of the host or both as the space says.
  template <class Space = smelt::device>
  void* allocate(std::size_t bytes, Space = {}) {
    if (bytes == 0) return nullptr;
    const on_device here(device_);
    void* memory = nullptr;
    if constexpr (std::is_same_v<Space, pinned>)
      check_cuda(cudaMallocHost(&memory, bytes), "allocating ", bytes, " bytes of pinned memory");
    else if constexpr (std::is_same_v<Space, managed>)
      check_allocated(cudaMallocManaged(&memory, bytes), bytes, here.device());
    else
      check_allocated(cudaMallocAsync(&memory, bytes, stream()), bytes, here.device());
    return memory;
  }
  /// The memory goes back when the stream gets there; the host waits for that where the memory is
  /// its own too. An error has no caller to go to: the next call, or `wait`, meets it again.
  template <class Space = smelt::device>
  void release(void* memory, Space = {}) noexcept {
    if (memory == nullptr) return;
    try {
      const on_device here(device_);
      cudaError_t error = cudaSuccess;
      if constexpr (std::is_same_v<Space, smelt::device>) {
        error = cudaFreeAsync(memory, stream());
      } else {
        static_cast<void>(cudaStreamSynchronize(stream()));
        error = std::is_same_v<Space, pinned> ? cudaFreeHost(memory) : cudaFree(memory);
      }
      if (error != cudaSuccess) static_cast<void>(cudaGetLastError());
    } catch (...) {
    }
  }
  /// A policy's `zero_on_release()`: what it makes is wiped before it goes back.
  cuda_runtime zeroed() const {
    cuda_runtime made = *this;
    made.zeroes_ = true;
    return made;
  }
  bool zeroes() const { return zeroes_; }
  /// Zeros over a block: in the order of the stream, or when it has got there. Errors as above.
  template <class Space = smelt::device>
  void wipe(void* memory, std::size_t bytes, Space = {}) noexcept {
    try {
      if constexpr (std::is_same_v<Space, smelt::device>) return clear(memory, bytes);
      wait();
      overwrite(memory, bytes);
    } catch (...) {
    }
  }
  void copy(void* to, const void* from, std::size_t bytes) {
    if (bytes == 0) return;
    const on_device here(device_);
    // A graph would remember the host's address, and look there when it is launched.
    cudaStreamCaptureStatus capture = cudaStreamCaptureStatusNone;
    check_cuda(cudaStreamIsCapturing(stream(), &capture), "asking whether a stream is captured");
    check_cuda(capture == cudaStreamCaptureStatusNone ? cudaSuccess : cudaErrorStreamCaptureUnsupported,
               "copying ", bytes, " bytes while a stream is captured; place(policy, fitted) copies "
               "numbers beforehand");
    check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, stream()), "copying ", bytes,
               " bytes in a stream of device ", here.device());
  }
  void clear(void* at, std::size_t bytes) {
    if (bytes == 0) return;
    const on_device here(device_);
    check_cuda(cudaMemsetAsync(at, 0, bytes, stream()), "clearing ", bytes, " bytes on device ",
               here.device());
  }
  void wait() {
    const on_device here(device_);
    check_cuda(cudaStreamSynchronize(stream()), "waiting for a stream of device ", here.device());
  }
  /// Where a pointer leads: a look-up on the host, allowed while the stream is captured.
  reach reach_of(const void* at) const {
    const on_device here(device_);
    cudaPointerAttributes found{};
    check_cuda(cudaPointerGetAttributes(&found, at), "asking where memory lies on device ",
               here.device());
    return reach_in(here.device(), facts_of(here.device()).reads_pageable, found);
  }
  // The time that a verb, and each launch in it, takes on the host, as profilers show it. It is a call
  // even when nobody profiles, so there is one only where SMELT_NVTX is defined.
#if defined(SMELT_NVTX)
  using shown_range = nvtx3::scoped_range_in<profiler_domain>;
#endif
  int processors() const { return facts_of(device()).processors; }
  int shared_limit() const { return facts_of(device()).shared_limit; }

  template <class Body, class Params>
  void launch(int blocks, int threads, std::size_t shared_bytes, const Params& params) {
    static_assert(std::is_trivially_copyable_v<Params>,
                  "smelt: what a kernel is given is copied bit by bit: its type must allow that.");
    static_assert(sizeof(Params) <= most_arguments,
                  "smelt: a kernel takes 32764 bytes of arguments: put tables in device memory.");
#if defined(SMELT_NVTX)
    const shown_range range(body_name<Body>());
#endif
    const on_device here(device_);
    if (shared_bytes > shared_without_asking)
      ask_for_shared(here.device(), &kernel<Body, Params>, shared_granted<Body, Params>);
    void* arguments[] = {const_cast<Params*>(&params)};
    const cudaError_t error = cudaLaunchKernel(
        &kernel<Body, Params>, dim3(static_cast<unsigned>(blocks)),
        dim3(static_cast<unsigned>(threads)), static_cast<void**>(arguments), shared_bytes, stream());
    if (error == cudaSuccess) [[likely]]
      return;
    check_code(error, here.device());
    check_cuda(error, "launching ", body_name<Body>(), " with ", blocks, " blocks of ", threads,
               " threads and ", shared_bytes, " bytes of shared memory on device ", here.device());
  }

  class own_stream;

 private:
  static constexpr std::size_t shared_without_asking = 48 * 1024;

  /// The default streams' handles are small numbers.
  static bool made_by_user(cudaStream_t stream) {
    return stream != nullptr && stream != cudaStreamLegacy && stream != cudaStreamPerThread;
  }

  /// Lets a kernel have all the shared memory of a block: a device is asked once.
  template <class Function>
  static void ask_for_shared(int device, Function* function, std::uint64_t& granted) {
    const std::uint64_t bit = device < 64 ? std::uint64_t{1} << device : 0;
    if ((__atomic_load_n(&granted, __ATOMIC_ACQUIRE) & bit) != 0) return;
    const int all = facts_of(device).shared_limit;
    const cudaError_t error =
        cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize, all);
    check_code(error, device);
    check_cuda(error, "asking for ", all, " bytes of shared memory on device ", device);
    __atomic_fetch_or(&granted, bit, __ATOMIC_RELEASE);
  }

  /// A binary without code for the card is a mistake of the build, and says so. A launch is refused by the
  /// first of these errors, what is asked of a function before it by either.
  static void check_code(cudaError_t error, int device) {
    if (error != cudaErrorNoKernelImageForDevice && error != cudaErrorInvalidDeviceFunction) return;
    cudaDeviceProp card{};
    static_cast<void>(cudaGetDeviceProperties(&card, device));
    refuse_card(device, card.name, facts_of(device).architecture);
  }

  cudaStream_t stream_ = nullptr;
  int device_ = -1;
  bool zeroes_ = false;
};

/// A stream beside another one, on its device, that waits for the other only where it is told to; and
/// an event for each direction, used again and again: a wait is for what was recorded when it was asked.
class cuda_runtime::own_stream {
 public:
  explicit own_stream(const cuda_runtime& main) : main_(main) {
    const on_device here(main_.device());
    check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking),
               "making a stream on device ", main_.device());
    for (cudaEvent_t& event : events_)
      if (const cudaError_t error = cudaEventCreateWithFlags(&event, cudaEventDisableTiming);
          error != cudaSuccess) {
        destroy();
        check_cuda(error, "making an event on device ", main_.device());
      }
  }
  own_stream(const own_stream&) = delete;
  own_stream& operator=(const own_stream&) = delete;
  /// What was asked of it is done all the same.
  ~own_stream() { destroy(); }

  cuda_runtime runtime() const {
    cuda_runtime made;
    made.stream_ = stream_;
    made.device_ = main_.device();
    made.zeroes_ = main_.zeroes_;
    return made;
  }
  /// What is asked of this stream from here on waits for what was asked of the other.
  void follow_main() { wait_for(events_[0], main_.stream(), stream_); }
  /// What is asked of the other stream from here on waits for what was asked of this one.
  void lead_main() { wait_for(events_[1], stream_, main_.stream()); }

 private:
  void wait_for(cudaEvent_t event, cudaStream_t first, cudaStream_t then) const {
    const on_device here(main_.device());
    check_cuda(cudaEventRecord(event, first), "recording an event on device ", main_.device());
    check_cuda(cudaStreamWaitEvent(then, event, 0), "waiting for an event on device ",
               main_.device());
  }
  void destroy() noexcept {
    for (const cudaEvent_t event : events_)
      if (event != nullptr) static_cast<void>(cudaEventDestroy(event));
    if (stream_ != nullptr) static_cast<void>(cudaStreamDestroy(stream_));
  }

  cuda_runtime main_;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t events_[2] = {};
};

}  // namespace detail

}  // namespace smelt::inline v0
