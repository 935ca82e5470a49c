// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Vector clocks of the emulated device. Time is one count of all events of a device, as the
/// emulator runs one thread at a time; a clock says up to which event each party is known.

#include <algorithm>  // std::lower_bound
#include <cstddef>
#include <cstdint>
#include <utility>  // std::pair
#include <vector>

namespace smelt_test::emulated {

using tick = std::uint64_t;

/// Who may be known: a block (up to its last barrier), a warp of it (up to its last collective), a
/// thread of it (up to its last release).
struct party {
  static std::uint64_t block(std::uint32_t serial) { return std::uint64_t{serial} << 12; }
  static std::uint64_t warp(std::uint32_t serial, int index) {
    return block(serial) + 1u + static_cast<unsigned>(index);
  }
  static std::uint64_t thread(std::uint32_t serial, int index) {
    return block(serial) + 2048u + static_cast<unsigned>(index);
  }
};

/// Sparse, as a thread knows few others.
class vector_clock {
 public:
  bool empty() const noexcept { return known_.empty(); }
  void clear() noexcept { known_.clear(); }

  /// The last event of a party that is known; 0 when none is.
  tick of(std::uint64_t id) const noexcept {
    const auto at = std::lower_bound(known_.begin(), known_.end(), std::pair{id, tick{0}});
    return at != known_.end() && at->first == id ? at->second : 0;
  }
  void learn(std::uint64_t id, tick when) {
    const auto at = std::lower_bound(known_.begin(), known_.end(), std::pair{id, tick{0}});
    if (at != known_.end() && at->first == id)
      at->second = std::max(at->second, when);
    else
      known_.insert(at, {id, when});
  }
  void learn(const vector_clock& other) {
    if (other.empty()) return;
    if (empty()) {
      known_ = other.known_;
      return;
    }
    std::vector<std::pair<std::uint64_t, tick>> both;
    both.reserve(known_.size() + other.known_.size());
    std::size_t a = 0;
    std::size_t b = 0;
    while (a < known_.size() && b < other.known_.size()) {
      const auto& left = known_[a];
      const auto& right = other.known_[b];
      if (left.first == right.first) {
        both.emplace_back(left.first, std::max(left.second, right.second));
        ++a, ++b;
      } else if (left.first < right.first) {
        both.push_back(left), ++a;
      } else {
        both.push_back(right), ++b;
      }
    }
    for (; a < known_.size(); ++a) both.push_back(known_[a]);
    for (; b < other.known_.size(); ++b) both.push_back(other.known_[b]);
    known_ = std::move(both);
  }

 private:
  std::vector<std::pair<std::uint64_t, tick>> known_{};
};

}  // namespace smelt_test::emulated
