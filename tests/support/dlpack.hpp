// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The structs of DLPack as its header has them, legacy and versioned, and tensors that count how often
/// they are released.

#include <cstdint>
#include <vector>

namespace smelt_test {

enum DLDeviceType { kDLCPU = 1, kDLCUDA = 2, kDLCUDAHost = 3, kDLROCM = 10, kDLCUDAManaged = 13 };
struct DLDevice {
  DLDeviceType device_type;
  std::int32_t device_id;
};
struct DLDataType {
  std::uint8_t code;
  std::uint8_t bits;
  std::uint16_t lanes;
};
struct DLTensor {
  void* data;
  DLDevice device;
  std::int32_t ndim;
  DLDataType dtype;
  std::int64_t* shape;
  std::int64_t* strides;
  std::uint64_t byte_offset;
};
struct DLManagedTensor {
  DLTensor dl_tensor;
  void* manager_ctx;
  void (*deleter)(DLManagedTensor* self);
};
struct DLPackVersion {
  std::uint32_t major;
  std::uint32_t minor;
};
struct DLManagedTensorVersioned {
  DLPackVersion version;
  void* manager_ctx;
  void (*deleter)(DLManagedTensorVersioned* self);
  std::uint64_t flags;
  DLTensor dl_tensor;
};

/// A tensor of the test's own memory.
template <class M>
struct counted_tensor {
  M tensor{};
  std::vector<std::int64_t> shape, strides;
  int released = 0;

  counted_tensor(void* data, DLDataType dtype, std::vector<std::int64_t> sizes,
                 std::vector<std::int64_t> steps = {})
      : shape(std::move(sizes)), strides(std::move(steps)) {
    tensor.dl_tensor.data = data;
    tensor.dl_tensor.device = {kDLCPU, 0};
    tensor.dl_tensor.ndim = static_cast<std::int32_t>(shape.size());
    tensor.dl_tensor.dtype = dtype;
    tensor.dl_tensor.shape = shape.data();
    tensor.dl_tensor.strides = strides.empty() ? nullptr : strides.data();
    tensor.manager_ctx = this;
    tensor.deleter = [](M* self) { ++static_cast<counted_tensor*>(self->manager_ctx)->released; };
    if constexpr (requires { tensor.version; }) tensor.version = {1, 1};
  }
  counted_tensor(const counted_tensor&) = delete;
  counted_tensor& operator=(const counted_tensor&) = delete;
};

inline constexpr DLDataType f32{2, 32, 1}, f64{2, 64, 1};

}  // namespace smelt_test
