// SPDX-License-Identifier: BSL-1.0
/// \file
/// The fold of on::cuda: the bits of on::seq through tiles, for any grid, block, warp and schedule; in pieces,
/// of parts and of drawn rows too; infinities.

#include <smelt/policies/cuda/fold.hpp>

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#include <string>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("rows that drop, are drawn or looked at as a whole, and columns: through tiles") {
  const auto gpu = device_of(6, 2, 32);
  for (smelt::index rows : {1, 31, 33, 1024, 1025, 2100}) {
    CAPTURE(rows);
    auto x = noise(rows, 3, rows < 5 ? 0 : 9);
    const auto there = to_device(gpu, x);
    const auto dropping = drop::any | standardize() | normalize(l1) | normalize(max_abs);
    CHECK(fit(gpu, dropping, there) == fit(on::seq, dropping, x));
    if (rows < 5) continue;
    const auto drawn = sample(take{rows / 2, seed{9}}) | clean(fill::mean) | standardize();
    CHECK(fit(gpu, drawn, there) == fit(on::seq, drawn, x));
    const auto turned = noise_of<float, column_major>(rows, 3);
    CHECK(fit(gpu, whole_chain, to_device(gpu, turned)) == fit(on::seq, whole_chain, turned));
  }
  // Pieces: an open leaf taken over, and one left.
  const auto x = noise(2500, 3, 9);
  const auto there = to_device(gpu, x);
  const auto chain = drop::any | standardize();
  const auto whole = fit(on::seq, chain, x);
  for (smelt::index cut : {700, 1024, 1025, 2047}) {
    CAPTURE(cut);
    const auto first = fit(gpu, chain, there.row_range(0, cut));
    CHECK(merge(first, fit(gpu, chain, there.row_range(cut, 2500), continues(first))) == whole);
  }
}

TEST_CASE("a rule on rows is told the row in the source and its number in the part, in a fold") {
  const auto gpu = device_of(11, 2, 32, false);
  const auto x = noise_of<double>(1300, 3);
  const auto parts = split<struct thin_split>(x, {.train = 0.7, .test = 0.3}, seed{3});
  const auto there = to_device(gpu, x);
  const auto moved = split<struct thin_split>(there, {.train = 0.7, .test = 0.3}, seed{3});
  const auto chain = thin{} | standardize();
  CHECK(fit(gpu, chain, moved.train) == fit(on::seq, chain, parts.train));
  const auto drawn = sample(take{40, seed{9}}) | thin{} | standardize();
  CHECK(fit(gpu, drawn, there) == fit(on::seq, drawn, x));
}

TEST_CASE("infinities: where they are, and columns that may have them") {
  const auto gpu = device_of(10, 2, 32, false);
  // In vectors of four, the last of a row not full, and in rows too few for four at a time.
  for (smelt::index r : {0, 40, 1029})
    for (smelt::index c : {0, 1, 3, 4, 6}) {
      CAPTURE(r);
      CAPTURE(c);
      auto wide = noise_of<float>(1030, 8);
      wide(r, c) = static_cast<float>(endless);
      wide(r, 7) = static_cast<float>(endless);
      const auto here = thrown_by([&] { fit(on::seq, standardize(), wide.columns(0, 7)); });
      CHECK(here.find("fit: 1 infinite value(s), the first in row ") == 0);
      CHECK(thrown_by([&] { fit(gpu, standardize(), to_device(gpu, wide).columns(0, 7)); }) == here);
    }
  // The last of a lane in one leaf, and the first in the next: each is told once.
  for (smelt::index cols : {3, 8}) {
    auto both = noise_of<float>(1030, cols);
    both(1016, 0) = both(1024, 0) = static_cast<float>(endless);
    const auto here = thrown_by([&] { fit(on::seq, standardize(), both); });
    CHECK(here.find("fit: 2 infinite value(s), the first in row 1016") == 0);
    CHECK(thrown_by([&] { fit(gpu, standardize(), to_device(gpu, both)); }) == here);
  }
  auto x = noise_of<float>(1100, 3);
  const auto first = fit(on::seq, standardize(), x.row_range(0, 900));
  struct place {
    smelt::index row, column;
  };
  for (const place& at : {place{1001, 0}, {1007, 1}, {1099, 2}}) {
    const auto r = at.row, c = at.column;
    CAPTURE(r);
    const float was = x(r, c);
    x(r, c) = static_cast<float>(endless);
    const auto there = to_device(gpu, x);
    auto says = [&](const auto& policy, const auto& data) {
      return thrown_by([&] { fit(policy, standardize(), data.row_range(900, 1100), continues(first)); });
    };
    const auto here = says(on::seq, x);
    CHECK(here.find("fit: 1 infinite value(s), the first in row ") == 0);
    CHECK(says(gpu, there) == here);
    auto drops = [&](const auto& policy, const auto& data) {
      return thrown_by([&] { fit(policy, drop::any | standardize(), data); });
    };
    CHECK(drops(gpu, there) == drops(on::seq, x));
    x(r, c) = was;
  }
  x(40, 1) = static_cast<float>(endless);
  const auto one = at(columns{1}, infinity::missing) | standardize();
  const auto one_dropping = at(columns{1}, infinity::missing) | drop::any | standardize();
  CHECK(fit(gpu, one, to_device(gpu, x)) == fit(on::seq, one, x));
  CHECK(fit(gpu, one_dropping, to_device(gpu, x)) == fit(on::seq, one_dropping, x));
  x(70, 2) = static_cast<float>(endless);
  x(70, 0) = static_cast<float>(endless);
  const auto there = to_device(gpu, x);
  const auto here = thrown_by([&] { fit(on::seq, one, x); });
  CHECK(here.find("fit: 2 infinite value(s), the first in row 70, column 0") == 0);
  CHECK(thrown_by([&] { fit(gpu, one, there); }) == here);
  CHECK(thrown_by([&] { fit(gpu, one_dropping, there); }) == here);
}

TEST_CASE("wide rows") {
  const auto gpu = device_of(2, 2, 64, false);
  for (smelt::index cols : {64, 65, 100, 128, 300}) {
    CAPTURE(cols);
    const auto x = noise_of<float>(1100, cols);
    const auto there = to_device(gpu, x);
    CHECK(fit(gpu, standardize(), there) == fit(on::seq, standardize(), x));
    const auto half = drop::at_least(1 + cols / 11) | standardize();  // of the rows
    CHECK(fit(gpu, half, there) == fit(on::seq, half, x));
  }
  // Rows that no shared memory holds.
  const auto x = noise_of<double>(12, 9000);
  CHECK(fit(gpu, normalize(l2) | standardize(), to_device(gpu, x)) ==
        fit(on::seq, normalize(l2) | standardize(), x));
}

TEST_CASE("any grid, block, warp and schedule") {
  const auto x = noise_of<float>(2300, 5);
  const auto chain = clean(fill::mean) | standardize() | clip(-2, 2) | normalize(min_max{0, 1});
  const auto dropping = drop::any | normalize(l1) | standardize();
  const auto f = fit(on::seq, chain, x);
  const auto g = fit(on::seq, dropping, x);
  for (std::uint64_t seed = 1; seed <= 6; ++seed)
    for (int threads : {32, 64, 128}) {
      CAPTURE(seed);
      CAPTURE(threads);
      const auto gpu = device_of(seed, 1 + static_cast<int>(seed % 7), threads);
      const auto there = to_device(gpu, x);
      CHECK(fit(gpu, chain, there) == f);
      CHECK(fit(gpu, dropping, there) == g);
    }
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto gpu = device_of<4>(seed, 2, 16);
    const auto there = to_device(gpu, x);
    CHECK(fit(gpu, chain, there) == f);
    CHECK(fit(gpu, dropping, there) == g);
  }
}

TEST_CASE("tasks are joined in the order of the tree, whoever is done last") {
  // 16 tasks at most: tasks of several leaves, and trees over them that are not complete.
  const auto x = noise_of<float>(47 * 1024 + 100, 2);
  const auto chain = standardize() | normalize(min_max{0, 1});
  for (smelt::index leaves : {7, 16, 33, 47})
    for (smelt::index begin : {0, 5}) {
      CAPTURE(leaves);
      CAPTURE(begin);
      const auto gpu = device_of(static_cast<std::uint64_t>(leaves), 3, 32, false, 227 << 10);
      const auto there = to_device(gpu, x);
      const smelt::index from = begin * 1024 + (begin == 5 ? 300 : 0);
      const smelt::index to = leaves * 1024 + (leaves % 2 == 0 ? 0 : 77);
      const smelt::index cut = from + 1026;
      const auto first = fit(on::seq, chain, x.row_range(0, cut));
      const auto whole = fit(on::seq, chain, x.row_range(from, to));
      CHECK(fit(gpu, chain, there.row_range(from, to)) == whole);
      CHECK(fit(gpu, drop::any | chain, there.row_range(from, to)) ==
            fit(on::seq, drop::any | chain, x.row_range(from, to)));
      const auto rest = fit(gpu, chain, there.row_range(cut, to), continues(first));
      CHECK(merge(first, rest) == fit(on::seq, chain, x.row_range(0, to)));
    }
  const auto narrow = noise_of<float>(19 * 1024 + 9, 1);
  const auto dropping = drop::at_least(1) | chain;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const auto gpu = device_of(seed, 2 + static_cast<int>(seed), 32);
    const auto there = to_device(gpu, narrow);
    CHECK(fit(gpu, chain, there) == fit(on::seq, chain, narrow));
    CHECK(fit(gpu, dropping, there) == fit(on::seq, dropping, narrow));
  }
}

TEST_CASE("pieces go on from one another, and from pieces of another policy") {
  const auto gpu = device_of(4, 2, 64, false);
  const auto x = noise_of<double>(6000, 6);
  const auto there = to_device(gpu, x);
  const auto whole = fit(on::seq, whole_chain, x);
  for (smelt::index cut : {1024, 1500, 2048, 4001, 5999}) {
    CAPTURE(cut);
    const auto first = fit(gpu, whole_chain, there.row_range(0, cut));
    const auto second = fit(gpu, whole_chain, there.row_range(cut, 6000), continues(first));
    CHECK(merge(first, second) == whole);
    const auto on_host = fit(on::seq, whole_chain, x.row_range(cut, 6000), continues(first));
    CHECK(merge(first, on_host) == whole);
  }
}

TEST_CASE("parts, samples and infinities") {
  const auto gpu = device_of(5, 3, 64, false);
  auto x = noise_of<float>(3000, 4);
  const auto parts = split<struct fold_split>(x, {.train = 0.7, .test = 0.3}, seed{3});
  const auto there = to_device(gpu, x);
  const auto moved_parts =
      split<struct fold_split>(there, {.train = 0.7, .test = 0.3}, seed{3});
  CHECK(fit(gpu, whole_chain, moved_parts.train) == fit(on::seq, whole_chain, parts.train));
  for (smelt::index n : {20, 2000}) {
    const auto drawn = sample(take{n, seed{9}}) | standardize();
    CHECK(fit(gpu, drawn, there) == fit(on::seq, drawn, x));
  }
  x(2222, 1) = std::numeric_limits<float>::infinity();
  x(2100, 3) = -std::numeric_limits<float>::infinity();
  const auto wild = to_device(gpu, x);
  for (int way = 0; way < 2; ++way) {
    const auto here = thrown_by([&] { way == 0 ? (void)fit(on::seq, standardize(), x)
                                               : (void)fit(on::seq, drop::any | standardize(), x); });
    CHECK(here.find("fit: 2 infinite value(s), the first in row 2100, column 3") == 0);
    CHECK(thrown_by([&] { way == 0 ? (void)fit(gpu, standardize(), wild)
                                   : (void)fit(gpu, drop::any | standardize(), wild); }) == here);
  }
  // What was found is told once.
  CHECK(fit(gpu, infinity::missing | standardize(), wild) ==
        fit(on::seq, infinity::missing | standardize(), x));
}

TEST_CASE("an infinity in a row that takes no part is not told, whoever reads one that does") {
  const auto gpu = device_of(7, 2, 32, false);
  auto x = noise(1300, 3, 9);
  for (smelt::index r = 0; r < 1300; ++r) x(r, r % 2) = endless;
  const auto there = to_device(gpu, x);
  for (smelt::index n : {1, 400, 1299}) {
    const auto drawn = sample(take{n, seed{9}}) | standardize();
    const auto here = thrown_by([&] { fit(on::seq, drawn, x); });
    CHECK(here.find(message("fit: ", n, " infinite value(s), the first in row ")) == 0);
    CHECK(thrown_by([&] { fit(gpu, drawn, there); }) == here);
  }
}
