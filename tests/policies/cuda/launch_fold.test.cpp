// SPDX-License-Identifier: BSL-1.0
/// \file
/// How the leaves of a fold are shared out before a launch, and what comes of aligned subtrees: by
/// arithmetic alone.

#include <smelt/policies/cuda/launch_fold.hpp>

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#include <algorithm>  // std::count
#include <cstddef>
#include <utility>
#include <vector>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the threads of a block share the columns of a row, or rows of several tasks") {
  struct expected {
    int vectors, threads, slab, slabs, groups;
  };
  for (const expected& e : {expected{1, 128, 1, 1, 16}, {7, 128, 7, 1, 2}, {8, 128, 8, 1, 2}, {9, 128, 9, 1, 1},
                            {16, 128, 16, 1, 1}, {17, 128, 16, 2, 1}, {256, 128, 16, 16, 1}, {3, 32, 3, 1, 1},
                            {5, 32, 4, 2, 1}, {1, 8, 1, 1, 1}, {9, 8, 1, 9, 1}}) {
    CAPTURE(e.vectors);
    CAPTURE(e.threads);
    const detail::column_share share(e.vectors, e.threads);
    CHECK(share.slab == e.slab);
    CHECK(share.slabs == e.slabs);
    CHECK(share.groups == e.groups);
  }
}

TEST_CASE("as many tasks as make many waves of blocks, and no more; whole rows in fewer") {
  for (int processors : {1, 2, 132})
    for (int vectors : {0, 1, 7, 16, 17, 256})
      for (smelt::index leaves : {1, 2, 63, 64, 1000, 8448, 8449, 100'000, 1 << 30}) {
        CAPTURE(processors);
        CAPTURE(vectors);
        CAPTURE(leaves);
        const auto grid = detail::fold_grid_of(vectors, 128, leaves, processors);
        const int most = (vectors == 0 ? 8 : 64) * processors;
        const smelt::index tasks = leaves >> grid.level;
        const int most_tasks = (vectors == 0 ? 8 : 256) * processors;
        CHECK((tasks == 1 || (grid.blocks(tasks) <= most && tasks <= most_tasks)));
        if (grid.level > 0) {
          const smelt::index more = leaves >> (grid.level - 1);
          CHECK((grid.blocks(more) > most || more > most_tasks));
        }
        // Blocks have all items, the last perhaps not as many as the others.
        CHECK(grid.blocks(tasks) * grid.groups >= tasks * grid.slabs);
        CHECK((grid.blocks(tasks) - 1) * grid.groups < tasks * grid.slabs);
      }
  CHECK(detail::fold_grid_of(0, 128, 5, 1).slabs == 1);
  CHECK(detail::fold_grid_of(17, 128, 5, 1).slabs == 2);
  CHECK(detail::fold_grid_of(1, 128, 5, 1).groups == 16);
}

TEST_CASE("the largest aligned subtree that begins with a leaf") {
  CHECK(detail::subtree(0, 1) == 0);
  CHECK(detail::subtree(0, 7) == 2);
  CHECK(detail::subtree(0, 8) == 3);
  CHECK(detail::subtree(4, 8) == 2);
  CHECK(detail::subtree(4, 7) == 1);
  CHECK(detail::subtree(6, 100) == 1);
  CHECK(detail::subtree(7, 100) == 0);
}

TEST_CASE("more tasks than blocks at work: the bits of on::seq, on any number of multiprocessors") {
  const auto chain = fill::mean | standardize();
  for (smelt::index cols : {1, 4, 70}) {
    CAPTURE(cols);
    const auto x = noise(41 * 1024 + 17, cols, 11);
    const auto expected = fit(on::seq, chain, x);
    const auto gpu = device_of(13, 1, 32, false);
    CHECK(fit(gpu, chain, to_device(gpu, x)) == expected);
    const auto wide = device_of(14, 3, 128, false);
    CHECK(fit(wide, chain, to_device(wide, x)) == expected);
  }
}

TEST_CASE("results are fetched in parts that are worth a copy") {
  using parts = std::vector<std::pair<smelt::index, smelt::index>>;
  auto fetched = [](std::vector<smelt::index> roots, smelt::index open_size, smelt::index closed_size, bool open) {
    detail::list<detail::closed_root> used;
    for (smelt::index number : roots) used.push_back({0, 0, number});
    parts made;
    smelt::index here = 0;
    for (const auto& part : detail::parts_of(used, 40, open_size, closed_size, open)) {
      made.push_back({part.begin, part.end});
      CHECK(part.here == here);  // one behind the other
      here += part.end - part.begin;
    }
    return made;
  };
  CHECK(fetched({}, 100, 10, false) == parts{});
  CHECK(fetched({}, 100, 10, true) == parts{{0, 100}});
  CHECK(fetched({0}, 100, 10, false) == parts{{100, 110}});
  CHECK(fetched({0}, 100, 10, true) == parts{{0, 110}});
  CHECK(fetched({39, 7, 8}, 100, 10, false) == parts{{170, 500}});
  CHECK(fetched({4, 0}, 100, 1024, false) == parts{{100, 100 + 5 * 1024}});
  CHECK(fetched({6, 0, 5}, 100, 1024, false) == parts{{100, 100 + 7 * 1024}});
  CHECK(fetched({7, 0, 6}, 100, 1024, false) == parts{{100, 1124}, {100 + 6 * 1024, 100 + 8 * 1024}});
  CHECK(fetched({5}, 1, 1024, true) == parts{{0, 1}, {1 + 5 * 1024, 1 + 6 * 1024}});
}

#if !SMELT_NVCC  // a GPU's log has no bytes
TEST_CASE("of the rows that shifts are chosen from, the host gets no more than it needs") {
  const auto gpu = device_of(3, 2, 64, false);
  const auto chain = standardize() | normalize(max_abs);
  const smelt::index cols = 40;
  auto fetched = [&](const auto& x, const auto& stages) {
    const auto there = to_device(gpu, x);
    const auto expected = fit(on::seq, stages, x);
    CHECK(fit(gpu, stages, there) == expected);  // makes what the policy keeps
    gpu.runtime().forget_log();
    CHECK(fit(gpu, stages, there) == expected);
    std::vector<std::size_t> rows;
    for (const auto& call : gpu.runtime().log())
      if (call.what == emulated_call::copy && call.bytes % (cols * sizeof(double)) == 0)
        rows.push_back(call.bytes / (cols * sizeof(double)));
    return std::count(rows.begin(), rows.end(), 64u) * 10000 + std::count(rows.begin(), rows.end(), 960u);
  };
  auto x = noise(3000, cols, 9);
  const auto none_after = fetched(x, chain);
  CHECK(none_after % 10000 == 0);
  CHECK(none_after >= 10000);
  // A column without a value among the first rows, and one without any.
  for (smelt::index r = 0; r < 700; ++r) x(r, 3) = gone;
  CHECK(fetched(x, chain) % 10000 > 0);
  for (smelt::index r = 700; r < 3000; ++r) x(r, 3) = gone;
  CHECK(fetched(x, chain) % 10000 > 0);
  // Drawn rows, few rows.
  const auto drawn = sample(take{2000, seed{4}}) | chain;
  CHECK(fit(gpu, drawn, to_device(gpu, x)) == fit(on::seq, drawn, x));
  const auto all = to_device(gpu, x);
  for (smelt::index rows : {1, 63, 64, 65, 700, 701, 1024}) {
    CAPTURE(rows);
    const auto few = all.row_range(0, rows);
    CHECK(fit(gpu, chain, few) == fit(on::seq, chain, std::as_const(x).row_range(0, rows)));
  }
}
#endif
