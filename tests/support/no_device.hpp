// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A runtime that is never run: enough to compile a program for on::cuda with any compiler.

#include <smelt/policies/cuda/transfer.hpp>

namespace smelt_test {

struct no_runtime {
  template <class Space = smelt::device>
  void* allocate(std::size_t, Space = {}) {
    return nullptr;
  }
  template <class Space = smelt::device>
  void release(void*, Space = {}) noexcept {}
  no_runtime zeroed() const { return *this; }
  bool zeroes() const { return false; }
  template <class Space = smelt::device>
  void wipe(void*, std::size_t, Space = {}) noexcept {}
  void copy(void*, const void*, std::size_t) {}
  void clear(void*, std::size_t) {}
  void wait() {}
  smelt::detail::reach reach_of(const void*) const { return {}; }
  int device() const { return 0; }
  int processors() const { return 1; }
  int shared_limit() const { return 1 << 16; }
  template <class Body, class Params>
  void launch(int, int, std::size_t, const Params&) {}
};
using no_device = smelt::cuda_policy<no_runtime>;

}  // namespace smelt_test
