// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Devices: which is current, what they are, and what their errors say.

#include <smelt/core/error.hpp>
#include <smelt/policies/cuda/reach.hpp>

#include <cuda_runtime.h>

#include <cstddef>
#include <string>

namespace smelt::inline v0 {

static_assert(CUDART_VERSION >= 12080, "smelt: on::cuda needs CUDA 12.8 or newer.");

namespace detail {

/// "sm_80, sm_90": what this source is compiled for.
inline std::string architectures() {
  std::string text;
  for (int architecture : {SMELT_CUDA_ARCHITECTURES})
    text += message(text.empty() ? "sm_" : ", sm_", architecture / 10);
  return text;
}

/// An error of a kind that stays: the process has lost its memory on that device.
inline bool stays(cudaError_t error) {
  switch (error) {
    case cudaErrorECCUncorrectable:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorAssert:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorLaunchFailure:
    case cudaErrorExternalDevice: return true;
    default: return false;
  }
}

/// What a call answered, and the line that called.
struct answer {
  answer(cudaError_t error, const char* in = __builtin_FILE(), int at = __builtin_LINE())
      : code(error), file(in), line(at) {}
  cudaError_t code;
  const char* file;
  int line;
};
/// Throws for a call that failed while `doing`.
[[gnu::cold]] inline void refuse_call(answer given, const std::string& doing) {
  // The thread remembers the error as well: it has been told here, and must not be told again as
  // that of a later call.
  static_cast<void>(cudaGetLastError());
  const char* const name = cudaGetErrorName(given.code);
  std::string said = message(name, " (", cudaGetErrorString(given.code), ")");
  if (stays(given.code))
    said = message("an earlier error of this process: ", said, "; no later CUDA call of the process can succeed");
  SMELT_THROW(cuda_error(message(doing, ": ", said), name, given.file, given.line));
}
/// Throws for a call that failed; the parts say what was being done.
template <class... Parts>
void check_cuda(answer given, const Parts&... doing) {
  if (given.code != cudaSuccess) [[unlikely]] refuse_call(given, message(doing...));
}

/// After an allocation: how much memory there would have been is what a user asks first.
inline void check_allocated(cudaError_t error, std::size_t bytes, int device) {
  if (error == cudaErrorMemoryAllocation) {
    std::size_t free = 0;
    std::size_t total = 0;
    static_cast<void>(cudaMemGetInfo(&free, &total));
    check_cuda(error, "allocating ", bytes, " bytes on device ", device, ", of whose ", total,
               " bytes ", free, " are free");
  }
  check_cuda(error, "allocating ", bytes, " bytes on device ", device);
}
/// For a card that the program has no code for.
inline void refuse_card(int device, const char* name, int architecture) {
  check_cuda(cudaErrorNoKernelImageForDevice, "this program has code for ", architectures(),
             "; device ", device, " (", name, ") is sm_", architecture, ", compile with -arch=sm_",
             architecture, " too");
}

/// Where memory lies, seen from a device that reads any host memory, or only what it was told of.
inline reach reach_in(int device, bool reads_pageable, const cudaPointerAttributes& found) {
  if (found.type == cudaMemoryTypeUnregistered)
    return {reads_pageable ? reach::here : reach::host, 0};
  if (found.type != cudaMemoryTypeDevice || found.device == device) return {};
  // A peer's memory is reached where both the machine and the process allow it.
  int can = 0;
  check_cuda(cudaDeviceCanAccessPeer(&can, device, found.device), "asking device ", device,
             " about device ", found.device);
  return {can != 0 && found.devicePointer != nullptr ? reach::here : reach::other, found.device};
}

/// What does not change about a device.
struct device_facts {
  int processors = 0;
  int shared_limit = 0;
  int architecture = 0;  // 90 for sm_90
  bool reads_pageable = false;  // any host memory, without being told of it
};
/// Asks the runtime.
inline device_facts read_facts(int device) {
  const auto read = [device](cudaDeviceAttr attribute) {
    int value = 0;
    check_cuda(cudaDeviceGetAttribute(&value, attribute, device), "reading attribute ",
               static_cast<int>(attribute), " of device ", device);
    return value;
  };
  return {read(cudaDevAttrMultiProcessorCount), read(cudaDevAttrMaxSharedMemoryPerBlockOptin),
          read(cudaDevAttrComputeCapabilityMajor) * 10 + read(cudaDevAttrComputeCapabilityMinor),
          read(cudaDevAttrPageableMemoryAccess) != 0};
}
/// Read once for the first devices of the process, which are all where there are not more than these.
inline device_facts facts_of(int device) {
  constexpr int most = 64;
  struct known_devices {
    device_facts facts[most];
    known_devices() {
      int count = 0;
      check_cuda(cudaGetDeviceCount(&count), "counting the CUDA devices");
      for (int d = 0; d < count && d < most; ++d) facts[d] = read_facts(d);
    }
  };
  static const known_devices known;
  return device < most ? known.facts[device] : read_facts(device);
}

inline int current_device() {
  int device = 0;
  check_cuda(cudaGetDevice(&device), "asking for the current device");
  return device;
}
/// The device of whatever was given none: the one that was current when this was first asked. It is
/// kept, for a policy's memory on one device is of no use to its kernels on another.
inline int first_device() {
  static const int device = current_device();
  return device;
}

/// Makes a device current for a scope; in the common case it is so already.
class on_device {
 public:
  /// A negative number: `first_device()`.
  explicit on_device(int device)
      : before_(current_device()), device_(device < 0 ? first_device() : device) {
    if (device_ != before_) check_cuda(cudaSetDevice(device_), "making device ", device_, " current");
  }
  ~on_device() {
    if (device_ != before_) static_cast<void>(cudaSetDevice(before_));
  }
  on_device(const on_device&) = delete;
  on_device& operator=(const on_device&) = delete;
  int device() const { return device_; }

 private:
  int before_;
  int device_;
};

}  // namespace detail

}  // namespace smelt::inline v0
