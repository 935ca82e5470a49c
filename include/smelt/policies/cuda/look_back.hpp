// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How many rows stay before a tile, found while the tiles before it are still under way.
///
/// Method: Merrill and Garland, "Single-pass parallel prefix scan with decoupled look-back", NVIDIA
/// 2016. A word holds all that a tile tells, so it is told and looked at without fences.

#include <smelt/policies/cuda/steps.hpp>

namespace smelt::inline v0 {
namespace detail {

/// A word of the look-back: what is known of a tile, and a number of rows. 0: nothing yet.
namespace look_back {
inline constexpr unsigned long long own = 1ull << 62;  // its rows alone
inline constexpr unsigned long long all = 2ull << 62;  // with those of all tiles before
inline constexpr unsigned long long count = own - 1;
}  // namespace look_back

/// The next tile of a block; `previous` is negative before the first. Where rows are closed up,
/// tiles go to blocks in the order in which blocks ask: a tile never waits for one that has not
/// begun. `words` are two of shared memory: this one's, and that of `rows_before`.
template <class Context, class Arguments>
SMELT_HD int next_tile(Context& ctx, const Arguments& p, unsigned long long* words, int previous) {
  if (!p.closing()) return previous < 0 ? ctx.block() : previous + ctx.blocks();
  ctx.sync();
  if (ctx.thread() == 0) ctx.put(words, ctx.add(p.states, 1ull));
  ctx.sync();
  return static_cast<int>(ctx.get(words));
}

/// How many rows of the tiles before tile `t`, of which `stay` rows stay, stay; tells the tiles
/// behind. The lanes of one warp look at as many tiles at a time.
template <class Context, class Arguments>
SMELT_HD index rows_before(Context& ctx, const Arguments& p, unsigned long long* words, int t,
                           int stay) {
  unsigned long long* const answer = words + 1;
  if (ctx.thread() < Context::warp) {
    const int lane = ctx.thread();
    unsigned long long* const told = p.states + 1;
    unsigned long long before = 0;
    if (lane == 0) ctx.tell(told + t, look_back::own | static_cast<unsigned long long>(stay));
    for (int last = t - 1; last >= 0; last -= Context::warp) {
      const int at = last - lane;
      // Before the first tile there is none.
      unsigned long long seen = at < 0 ? look_back::all : ctx.look(told + at);
      while (ctx.ballot(seen == 0) != 0) {
        ctx.pause();
        if (seen == 0) seen = ctx.look(told + at);
      }
      const unsigned complete = ctx.ballot((seen & look_back::all) != 0);
      // The lanes up to the nearest tile that knows all before it.
      const unsigned nearest = complete & (0u - complete);
      const bool counts = complete == 0 || (1u << lane) <= nearest;
      unsigned long long rows = counts ? seen & look_back::count : 0ull;
      for (int by = Context::warp / 2; by > 0; by /= 2) rows += ctx.across(rows, by);
      before += rows;
      if (complete != 0) break;
    }
    if (lane == 0) {
      const unsigned long long rows = before + static_cast<unsigned long long>(stay);
      ctx.tell(told + t, look_back::all | rows);
      if (t == p.tiles - 1) *p.written = rows;
      ctx.put(answer, before);
    }
  }
  ctx.sync();
  return static_cast<index>(ctx.get(answer));
}

}  // namespace detail
}  // namespace smelt::inline v0
