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

/// The elements of `rows` x `cols` that are a thread's: neighbouring threads take neighbouring columns, or rows.
template <bool ByRow>
class own_elements {
 public:
  template <class Context>
  SMELT_HD own_elements(Context& ctx, int rows, int cols)
      : fast_(static_cast<unsigned>(ByRow ? cols : rows)),
        all_(static_cast<unsigned>(rows) * static_cast<unsigned>(cols)),
        threads_(static_cast<unsigned>(ctx.threads())),
        at_(static_cast<unsigned>(ctx.thread())) {
    if (!more()) return;
    // The next is as far in every turn: it is divided once, not for each of them.
    slow_ = at_ / fast_;
    quick_ = at_ - slow_ * fast_;
    down_ = threads_ / fast_;
    on_ = threads_ - down_ * fast_;
  }
  SMELT_HD bool more() const { return at_ < all_; }
  SMELT_HD int row() const { return static_cast<int>(ByRow ? slow_ : quick_); }
  SMELT_HD int column() const { return static_cast<int>(ByRow ? quick_ : slow_); }
  SMELT_HD void next() {
    at_ += threads_;
    slow_ += down_;
    quick_ += on_;
    if (quick_ >= fast_) {
      quick_ -= fast_;
      ++slow_;
    }
  }

 private:
  unsigned fast_;
  unsigned all_;
  unsigned threads_;
  unsigned at_;
  unsigned slow_ = 0;
  unsigned quick_ = 0;
  unsigned down_ = 0;
  unsigned on_ = 0;
};

/// Calls `f(r, c)` for all of `rows` x `cols`, by one thread each.
template <bool ByRow, class Context, class F>
SMELT_HD void each_of_block(Context& ctx, int rows, int cols, F&& f) {
  for (own_elements<ByRow> at(ctx, rows, cols); at.more(); at.next()) f(at.row(), at.column());
}
/// The same in two steps, `use(r, c, read(r, c))`, of which the first is done for several elements of a thread
/// before the second: what is read is under way together.
template <bool ByRow, class Context, class Read, class Use>
SMELT_HD void each_of_block(Context& ctx, int rows, int cols, Read&& read, Use&& use) {
  constexpr int many = 8;
  using value = decltype(read(0, 0));
  for (own_elements<ByRow> at(ctx, rows, cols); at.more();) {
    value held[many];
    auto then = at;
    for (int k = 0; k < many; ++k, at.next())
      if (at.more()) held[k] = read(at.row(), at.column());
    for (int k = 0; k < many; ++k, then.next())
      if (then.more()) use(then.row(), then.column(), held[k]);
  }
}

}  // namespace detail
}  // namespace smelt::inline v0
