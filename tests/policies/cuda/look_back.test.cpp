// SPDX-License-Identifier: BSL-1.0
/// \file
/// The rows before a tile, on any schedule: more tiles than a warp looks at, and fewer; blocks that
/// take several tiles; tiles of which no row stays; tiles that come late.

#include <smelt/policies/cuda/look_back.hpp>

#include <doctest/doctest.h>

#include <support/emulated_device.hpp>

#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

/// What the look-back reads of a map's arguments, and where each tile's answer goes.
struct tiles_of {
  unsigned long long* states;
  unsigned long long* written;
  unsigned long long* before;
  int tiles;
  SMELT_HD bool closing() const { return true; }
  SMELT_HD static int stay(int t) { return t % 5 == 3 ? 0 : t * 7 % 64; }
};
/// With `Late` the first tile waits until all others have told what they know.
template <bool Late>
struct look_back_body {
  template <class Context>
  SMELT_HD static void run(Context& ctx, const tiles_of& p) {
    auto* const words = reinterpret_cast<unsigned long long*>(ctx.shared());
    for (int t = detail::next_tile(ctx, p, words, -1); t < p.tiles;
         t = detail::next_tile(ctx, p, words, t)) {
      for (int other = 1; Late && t == 0 && other < p.tiles; ++other)
        while (ctx.look(p.states + 1 + other) == 0) ctx.pause();
      const smelt::index before = detail::rows_before(ctx, p, words, t, tiles_of::stay(t));
      // Every thread of the block is told.
      ctx.add(p.before + t, static_cast<unsigned long long>(before));
    }
  }
};

template <bool Late = false, class Stream>
void counted(Stream on, int tiles, int blocks, int threads) {
  CAPTURE(tiles);
  CAPTURE(blocks);
  const auto words = static_cast<std::size_t>(2 * tiles + 2);
  auto* const there = static_cast<unsigned long long*>(on.allocate(words * 8));
  on.clear(there, words * 8);
  const tiles_of p{there, there + tiles + 1, there + tiles + 2, tiles};
  on.template launch<look_back_body<Late>>(blocks, threads, 16, p);
  std::vector<unsigned long long> found(words);
  on.copy(found.data(), there, words * 8);
  on.wait();
  on.release(there);
  unsigned long long sum = 0;
  int wrong = 0;
  for (int t = 0; t < tiles; ++t) {
    wrong += found[static_cast<std::size_t>(tiles + 2 + t)] != sum * static_cast<unsigned>(threads);
    sum += static_cast<unsigned long long>(tiles_of::stay(t));
  }
  CHECK(wrong == 0);
  CHECK(found[static_cast<std::size_t>(tiles + 1)] == sum);
}

}  // namespace

TEST_CASE("rows before a tile are those of all tiles before it") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed)
    for (int resident : {1, 4}) {
      CAPTURE(seed);
      CAPTURE(resident);
      for (int tiles : {1, 2, 31, 32, 33, 70})
        counted(emulated_runtime({.seed = seed, .resident = resident}), tiles, 5, 32);
      for (int tiles : {1, 4, 5, 40})
        counted(narrow_emulated_runtime({.seed = seed, .resident = resident}), tiles, 9, 12);
    }
}

TEST_CASE("a tile tells its own rows before it waits, and looks past tiles that know no more") {
  // All tiles are under way at once: until the first is done, none knows the rows before it.
  for (int tiles : {2, 5, 6, 9, 14}) {
    counted<true>(narrow_emulated_runtime({.resident = tiles, .watch = false}), tiles, tiles, 4);
    for (std::uint64_t seed = 1; seed <= 4; ++seed)
      counted<true>(narrow_emulated_runtime({.seed = seed, .resident = tiles}), tiles, tiles, 8);
  }
  counted<true>(emulated_runtime({.resident = 66, .watch = false}), 66, 66, 32);
}
