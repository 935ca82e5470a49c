// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A GPU as the tests of on::cuda ask for one: with the settings and the log of the emulated device.

#include <smelt/smelt.hpp>
#include <smelt/cuda.cuh>
#include <support/tables.hpp>

#include <algorithm>  // std::min
#include <cstdint>
#include <memory>  // std::shared_ptr
#include <string>
#include <vector>

namespace smelt_test {

/// Those of the emulated device. A GPU takes no order of threads: `seed`, `resident` and `watch` say
/// nothing to it.
struct device_settings {
  std::uint64_t seed = 1;
  int resident = 3;
  bool watch = true;
  std::size_t memory = std::size_t{1} << 30;  ///< a block of more is refused
  int processors = 0;                         ///< that grids are made for; 0: those of the GPU
  int shared_limit = 227 << 10;               ///< bytes of a block, if the GPU has as many
};

/// A call of the runtime.
struct device_call {
  enum kind { allocate, release, copy, clear, wait, launch } what;
};

/// The default stream of a GPU.
class logged_stream : public smelt::detail::cuda_runtime {
  using base = smelt::detail::cuda_runtime;

 public:
  explicit logged_stream(const device_settings& settings = {})
      : settings_(settings), calls_(std::make_shared<std::vector<device_call>>()) {}

  template <class Space = smelt::device>
  void* allocate(std::size_t bytes, Space space = {}) {
    note(device_call::allocate);
    return base::allocate(bytes > settings_.memory ? std::size_t{1} << 45 : bytes, space);
  }
  template <class Space = smelt::device>
  void release(void* memory, Space space = {}) noexcept {
    note(device_call::release);
    base::release(memory, space);
  }
  logged_stream zeroed() const {
    logged_stream made = *this;
    static_cast<base&>(made) = base::zeroed();
    return made;
  }
  void copy(void* to, const void* from, std::size_t bytes) {
    note(device_call::copy);
    base::copy(to, from, bytes);
  }
  void clear(void* at, std::size_t bytes) {
    note(device_call::clear);
    base::clear(at, bytes);
  }
  void wait() {
    note(device_call::wait);
    base::wait();
  }
  int processors() const {
    return settings_.processors > 0 ? settings_.processors : base::processors();
  }
  int shared_limit() const { return std::min(settings_.shared_limit, base::shared_limit()); }
  template <class Body, class Params>
  void launch(int blocks, int threads, std::size_t shared_bytes, const Params& params) {
    note(device_call::launch);
    base::launch<Body>(blocks, threads, shared_bytes, params);
  }

  class own_stream;

  const std::vector<device_call>& log() const { return *calls_; }
  void forget_log() { calls_->clear(); }
  int count(device_call::kind what) const {
    int found = 0;
    for (const auto& call : *calls_) found += call.what == what ? 1 : 0;
    return found;
  }

 private:
  void note(device_call::kind what) { calls_->push_back({what}); }

  device_settings settings_;
  std::shared_ptr<std::vector<device_call>> calls_;
};
/// A stream beside it, with the same settings and log.
class logged_stream::own_stream : public smelt::detail::cuda_runtime::own_stream {
  using runtime_class = smelt::detail::cuda_runtime;

 public:
  explicit own_stream(const logged_stream& main) : runtime_class::own_stream(main), main_(main) {}
  logged_stream runtime() const {
    logged_stream made = main_;
    static_cast<runtime_class&>(made) = runtime_class::own_stream::runtime();
    return made;
  }

 private:
  logged_stream main_;
};
template <int>
using test_stream = logged_stream;

}  // namespace smelt_test
