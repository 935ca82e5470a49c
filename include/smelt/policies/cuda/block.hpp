// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the threads of a block do together, whatever a kernel is about.

#include <smelt/core/config.hpp>

#include <cstddef>

namespace smelt::inline v0 {
namespace detail {

/// Elements that are read or written at once.
template <class T, int N>
struct alignas(sizeof(T) * N) packed {
  T at[static_cast<std::size_t>(N)];
};

/// How many bits of a word are set.
SMELT_HD constexpr unsigned ones_in(unsigned word) {
  return static_cast<unsigned>(__builtin_popcount(word));  // std::popcount is no function of a device
}

/// The number of the lowest bit that is set; some is.
SMELT_HD constexpr int lowest_one(unsigned word) {
  return static_cast<int>(ones_in((word & (0u - word)) - 1u));
}

/// How many threads of the block, which is whole warps, say yes, and in `before` how many of lower
/// number than this. `sums` is a word of shared memory for each warp.
template <class Context>
SMELT_HD unsigned rank(Context& ctx, bool yes, unsigned* sums, unsigned& before) {
  const int lane = ctx.thread() % Context::warp;
  const int warp = ctx.thread() / Context::warp;
  const unsigned votes = ctx.ballot(yes);
  if (lane == 0) ctx.put(sums + warp, ones_in(votes));
  ctx.sync();
  before = ones_in(votes & ((1u << lane) - 1u));
  unsigned all = 0;
  for (int w = 0; w < ctx.threads() / Context::warp; ++w) {
    const unsigned some = ctx.get(sums + w);
    before += w < warp ? some : 0u;
    all += some;
  }
  return all;
}

/// Calls `f(r, c)` for all of `rows` x `cols`, by one thread each: neighbouring threads take
/// neighbouring columns, or rows.
template <bool ByRow, class Context, class F>
SMELT_HD void each_of_block(Context& ctx, int rows, int cols, F&& f) {
  const auto high = static_cast<unsigned>(rows);
  const auto wide = static_cast<unsigned>(cols);
  const unsigned fast = ByRow ? wide : high;
  const auto threads = static_cast<unsigned>(ctx.threads());
  const unsigned all = high * wide;
  auto i = static_cast<unsigned>(ctx.thread());
  if (i >= all) return;
  // The next is as far in every turn: it is divided once, not for each of them.
  unsigned slow = i / fast;
  unsigned quick = i - slow * fast;
  const unsigned down = threads / fast;
  const unsigned on = threads - down * fast;
  for (; i < all; i += threads) {
    f(static_cast<int>(ByRow ? slow : quick), static_cast<int>(ByRow ? quick : slow));
    slow += down;
    quick += on;
    if (quick >= fast) {
      quick -= fast;
      ++slow;
    }
  }
}

}  // namespace detail
}  // namespace smelt::inline v0
