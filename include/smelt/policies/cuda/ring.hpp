// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Vectors on their way to one thread. A device's memory is busy when each multiprocessor waits for some 48
/// KiB (CUB tunes its transforms on an H200 by that); registers hold less.

#include <smelt/core/types.hpp>

#include <cstddef>  // std::byte

namespace smelt::inline v0 {
namespace detail {

/// Shared memory of the rings of so many threads, which begins at a multiple of 16 bytes.
template <class Vector, int Depth>
constexpr std::size_t ring_bytes(int threads) {
  return static_cast<std::size_t>(threads * Depth) * sizeof(Vector);
}

/// Vectors that a thread takes one after the other, `Depth` of them under way at a time, each to a place in
/// shared memory that no other thread sees: no barrier.
template <class Context, class Vector, int Depth>
class own_ring {
 public:
  SMELT_HD own_ring(Context& ctx, std::byte* memory)
      : ctx_(ctx),
        mine_(reinterpret_cast<Vector*>(memory) + ctx.thread()),
        last_((Depth - 1) * ctx.threads()) {}

  /// `count` vectors from here on, each `step` vectors behind the one before. All that came before have been
  /// taken.
  SMELT_HD void begin(const Vector* from, index step, unsigned count) {
    ahead_ = from;
    step_ = step;
    left_ = count;
    for (put_ = 0; put_ < last_; put_ += ctx_.threads()) fetch();
    take_ = 0;
  }
  /// The next, of which there is one.
  SMELT_HD Vector next() {
    fetch();
    ctx_.template fetched<Depth - 1>();
    const Vector x = ctx_.get(mine_ + take_);
    put_ = take_;
    take_ = take_ == last_ ? 0 : take_ + ctx_.threads();
    return x;
  }

 private:
  /// Beyond the last a group of nothing, so that groups are counted like vectors.
  SMELT_HD void fetch() {
    if (left_ > 0) {
      ctx_.fetch(mine_ + put_, ahead_);
      --left_;
    }
    ctx_.fetch_group();
    ahead_ += step_;
  }

  Context& ctx_;
  Vector* mine_;
  int last_;  // of its places
  int put_ = 0;
  int take_ = 0;
  const Vector* ahead_ = nullptr;
  index step_ = 0;
  unsigned left_ = 0;
};

}  // namespace detail
}  // namespace smelt::inline v0
