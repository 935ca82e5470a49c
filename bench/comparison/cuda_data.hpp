// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the peers on a GPU share. Compiled by a C++ compiler they run on the emulated device of the tests,
/// so that their results are checked where there is no GPU; their times mean nothing there.

#include "../gpu/device.hpp"
#include "data.hpp"

namespace smelt_comparison {

using smelt_bench::device_policy;
using smelt_bench::emulated;
using smelt_bench::make_policy;
template <class T>
using device_array = smelt::detail::device_block<T, smelt_bench::runtime>;
using device_matrix = decltype(std::declval<device_policy>().make_table<float>(1, 1));
using pinned_matrix = decltype(std::declval<device_policy>().make_pinned<float>(1, 1));

inline constexpr int block_threads = smelt_bench::block_threads;

/// A task of functions whose memory is the device's.
struct device_steps : steps {
  device_steps() : free_(smelt_bench::facts().free) {}
  double device_mib() override {
    return (static_cast<double>(free_) - static_cast<double>(smelt_bench::facts().free)) / 1048576.0;
  }

 private:
  std::size_t free_;
};

/// The table on the device, and its result there.
struct device_data {
  explicit device_data(const request& r)
      : host(read_data(r)),
        rows(host.rows()),
        cols(host.cols()),
        x(to_device(gpu, host)),
        y(gpu.make_table<float>(rows, cols)) {}

  device_policy gpu = make_policy();
  table<float> host;
  index rows;
  index cols;
  device_matrix x;
  device_matrix y;

  auto from() const { return std::as_const(x).view(); }
  auto to() { return y.view(); }
  template <class T>
  device_array<T> sent(const std::vector<T>& numbers) {
    auto made = gpu.make_column<T>(static_cast<index>(numbers.size()));
    gpu.runtime().copy(made.data(), numbers.data(), numbers.size() * sizeof(T));
    gpu.runtime().wait();
    return made;
  }
};

/// Mean and one over the deviation of each column, on the device.
struct device_numbers {
  device_numbers(device_data& d, bool whole_rows = false) {
    std::vector<float> means, slopes;
    for (const auto& f : facts_of(d.host, whole_rows)) {
      means.push_back(static_cast<float>(f.mean));
      slopes.push_back(static_cast<float>(1.0 / f.deviation));
    }
    mean = d.sent(means);
    slope = d.sent(slopes);
  }
  device_array<float> mean, slope;
};

/// Runs `step` and waits for the device: that is when whoever asked has the result.
template <class Data, class Step>
std::unique_ptr<device_steps> waited(const std::shared_ptr<Data>& d, const Step& step) {
  auto made = std::make_unique<device_steps>();
  made->step = [d, step] {
    step();
    d->gpu.runtime().wait();
  };
  made->save = [d](const std::string& path) { smelt::write_npy(to_host(d->gpu, d->y), path); };
  return made;
}

// The peers: null where one does not have a work.
made_task cuda_smelt_task(const request& r);
made_task cuda_smelt_length_task(const request& r);
made_task cuda_by_hand_task(const request& r);
made_task cuda_thrust_task(const request& r);
made_task cuda_cub_task(const request& r);
made_task cuda_ceiling_task(const request& r);

}  // namespace smelt_comparison
