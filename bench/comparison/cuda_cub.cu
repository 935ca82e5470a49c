// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer `cuda_cub`: the chain as one function of an element and its place, through DeviceTransform, which
/// is the fastest that the toolkit has for it; and rows that drop through DeviceSelect.

#include "cuda_data.hpp"

#if SMELT_NVCC
#include <cub/device/device_select.cuh>
#include <cub/device/device_transform.cuh>
#include <thrust/iterator/counting_iterator.h>
#endif

namespace smelt_comparison {

#if SMELT_NVCC

namespace {

/// Places in 32 bits where they fit: a division of 64 costs more than the memory.
template <class Place>
struct scale_it {
  const float* mean;
  const float* slope;
  Place cols;
  float low;
  float high;
  __device__ float operator()(float x, Place i) const {
    const Place c = i % cols;
    float v = (x - mean[c]) * slope[c];
    v = v == v ? v : 0.0f;
    v = v < low ? low : v;
    return v > high ? high : v;
  }
};

template <class Place>
made_task scale_task(const request& r) {
  auto d = std::make_shared<device_data>(r);
  auto numbers = std::make_shared<device_numbers>(*d);
  return waited(d, [=, d = d.get()] {
    smelt::detail::check_cuda(
        cub::DeviceTransform::Transform(
            cuda::std::make_tuple(static_cast<const float*>(d->x.data()), thrust::counting_iterator<Place>(0)),
            d->y.data(), d->rows * d->cols,
            scale_it<Place>{numbers->mean.data(), numbers->slope.data(), static_cast<Place>(d->cols), -3.0f, 3.0f},
            d->gpu.runtime().stream()),
        "transforming");
  });
}

template <class Place>
struct whole_row {
  const float* x;
  Place cols;
  __device__ bool operator()(Place r) const {
    for (Place c = 0; c < cols; ++c)
      if (!(x[r * cols + c] == x[r * cols + c])) return false;
    return true;
  }
};
template <class Place>
struct scale_row {
  const float* x;
  const Place* order;
  const float* mean;
  const float* slope;
  Place cols;
  __device__ float operator()(Place i) const {
    const Place c = i % cols;
    return (x[order[i / cols] * cols + c] - mean[c]) * slope[c];
  }
};

template <class Place>
made_task drop_task(const request& r) {
  auto d = std::make_shared<device_data>(r);
  auto numbers = std::make_shared<device_numbers>(*d, true);
  auto order = std::make_shared<device_array<Place>>(d->gpu.make_column<Place>(d->rows));
  auto count = std::make_shared<device_array<index>>(d->gpu.make_column<index>(1));
  auto kept = std::make_shared<index>(0);
  const auto select = [=, d = d.get()](void* memory, std::size_t& bytes) {
    smelt::detail::check_cuda(
        cub::DeviceSelect::If(memory, bytes, thrust::counting_iterator<Place>(0), order->data(), count->data(),
                              d->rows, whole_row<Place>{d->x.data(), static_cast<Place>(d->cols)},
                              d->gpu.runtime().stream()),
        "selecting");
  };
  std::size_t bytes = 0;
  select(nullptr, bytes);
  auto memory = std::make_shared<device_array<std::byte>>(d->gpu.make_column<std::byte>(static_cast<index>(bytes)));
  auto made = waited(d, [=, d = d.get()] {
    std::size_t room = bytes;
    select(memory->data(), room);
    d->gpu.runtime().copy(kept.get(), count->data(), sizeof(index));
    d->gpu.runtime().wait();
    smelt::detail::check_cuda(
        cub::DeviceTransform::Transform(
            thrust::counting_iterator<Place>(0), d->y.data(), *kept * d->cols,
            scale_row<Place>{d->x.data(), order->data(), numbers->mean.data(), numbers->slope.data(),
                             static_cast<Place>(d->cols)},
            d->gpu.runtime().stream()),
        "transforming");
  });
  made->save = [=](const std::string& path) {
    smelt::write_npy(to_host(d->gpu, d->to().row_range(0, *kept)), path);
  };
  return made;
}

}  // namespace

made_task cuda_cub_task(const request& r) {
  if ((r.work != "scale" && r.work != "drop") || by_column(r.data)) return nullptr;
  const auto header = smelt::npy_info(r.data);
  const index columns = header.shape.size() > 1 ? header.shape[1] : 1;
  const bool small = header.shape[0] * columns < (index{1} << 31);
  if (r.work == "scale") return small ? scale_task<unsigned>(r) : scale_task<index>(r);
  return small ? drop_task<unsigned>(r) : drop_task<index>(r);
}

#else

made_task cuda_cub_task(const request&) { return nullptr; }

#endif

}  // namespace smelt_comparison
