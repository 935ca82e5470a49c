// SPDX-License-Identifier: BSL-1.0
#include <smelt/policies/cuda/block.hpp>

#include <doctest/doctest.h>

#include <support/emulated_device.hpp>

#include <bit>  // std::popcount
#include <vector>

using namespace smelt::detail;
using namespace smelt_test;

namespace {

struct numbers {
  unsigned* out;
  int rows;
  int cols;
};

/// Every third thread says yes; each tells its place, the first how many there are.
struct rank_body {
  template <class Context>
  SMELT_HD static void run(Context& ctx, const numbers& p) {
    unsigned before;
    const unsigned all =
        rank(ctx, ctx.thread() % 3 == 1, reinterpret_cast<unsigned*>(ctx.shared()), before);
    ctx.put(p.out + ctx.thread(), before);
    if (ctx.thread() == 0) ctx.put(p.out + ctx.threads(), all);
  }
};
/// Counts the calls for each place, and those that are not by neighbours.
template <bool ByRow>
struct own_body {
  template <class Context>
  SMELT_HD static void run(Context& ctx, const numbers& p) {
    int calls = 0;
    each_of_block<ByRow>(ctx, p.rows, p.cols, [&](int r, int c) {
      ctx.add(p.out + r * p.cols + c, 1u);
      const int number = ByRow ? r * p.cols + c : c * p.rows + r;
      if (number != ctx.thread() + calls++ * ctx.threads()) ctx.add(p.out + p.rows * p.cols, 1u);
    });
  }
};

/// The same of elements that are read before they are used: up to eight are, in order, and each with its own.
template <bool ByRow>
struct ahead_body {
  template <class Context>
  SMELT_HD static void run(Context& ctx, const numbers& p) {
    int read = 0;
    int used = 0;
    auto wrong = [&] { ctx.add(p.out + p.rows * p.cols, 1u); };
    each_of_block<ByRow>(
        ctx, p.rows, p.cols,
        [&](int r, int c) {
          if (r >= p.rows || c >= p.cols || ++read > used + 8) wrong();
          return 1000 * r + c;
        },
        [&](int r, int c, int held) {
          ctx.add(p.out + r * p.cols + c, 1u);
          const int number = ByRow ? r * p.cols + c : c * p.rows + r;
          if (number != ctx.thread() + used++ * ctx.threads() || held != 1000 * r + c || used > read) wrong();
        });
    if (read != used) wrong();
  }
};

template <class Body, class Stream>
std::vector<unsigned> ran(Stream on, int threads, std::size_t size, int rows, int cols) {
  auto* const there = static_cast<unsigned*>(on.allocate(size * sizeof(unsigned)));
  on.clear(there, size * sizeof(unsigned));
  on.template launch<Body>(1, threads, 256, numbers{there, rows, cols});
  std::vector<unsigned> made(size);
  on.copy(made.data(), there, size * sizeof(unsigned));
  on.wait();
  on.release(there);
  return made;
}

}  // namespace

TEST_CASE("bits of a word are counted") {
  std::uint32_t x = 1;
  for (int i = 0; i < 10000; ++i, x = x * 1664525u + 1013904223u)
    REQUIRE(ones_in(x) == static_cast<unsigned>(std::popcount(x)));
  CHECK(ones_in(0) == 0);
  CHECK(ones_in(0xffffffffu) == 32);
  for (unsigned bit = 0; bit < 32; ++bit)
    for (const unsigned above : {0u, 1u, 0x55555555u, 0xffffffffu})
      REQUIRE(lowest_one((above << bit) | (1u << bit)) == static_cast<int>(bit));
}

TEST_CASE("a thread knows how many of lower number say yes, over all warps") {
  auto same = [](const std::vector<unsigned>& found, int threads) {
    unsigned yes = 0;
    for (int t = 0; t < threads; ++t) {
      CHECK(found[static_cast<std::size_t>(t)] == yes);
      yes += t % 3 == 1 ? 1 : 0;
    }
    CHECK(found[static_cast<std::size_t>(threads)] == yes);
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    same(ran<rank_body>(emulated_runtime({.seed = seed}), 32, 33, 0, 0), 32);
    same(ran<rank_body>(emulated_runtime({.seed = seed}), 128, 129, 0, 0), 128);
    same(ran<rank_body>(narrow_emulated_runtime({.seed = seed}), 20, 21, 0, 0), 20);
  }
}

TEST_CASE("every place is one thread's, and neighbours are neighbours") {
  for (int rows : {0, 1, 5, 33})
    for (int cols : {1, 7, 32}) {
      CAPTURE(rows);
      CAPTURE(cols);
      const auto size = static_cast<std::size_t>(rows * cols);
      std::vector<unsigned> expected(size + 1, 1u);
      expected[size] = 0;
      CHECK(ran<own_body<true>>(emulated_runtime(), 64, size + 1, rows, cols) == expected);
      CHECK(ran<own_body<false>>(emulated_runtime(), 64, size + 1, rows, cols) == expected);
      for (int threads : {4, 64}) {  // more elements for a thread than are read ahead, and fewer
        CHECK(ran<ahead_body<true>>(emulated_runtime(), threads, size + 1, rows, cols) == expected);
        CHECK(ran<ahead_body<false>>(emulated_runtime(), threads, size + 1, rows, cols) == expected);
      }
    }
}
