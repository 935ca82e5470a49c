// SPDX-License-Identifier: BSL-1.0
/// \file
/// The fold of on::cuda: the bits of on::seq for any width, size, type, layout, grid, block, warp and
/// schedule; in pieces too.

#include <smelt/policies/cuda/fold.hpp>

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Noise of any type; some values missing where the type has such.
template <class T, class Layout = row_major>
table<T, Layout> noise_of(smelt::index rows, smelt::index cols) {
  const auto from = noise(rows, cols, 11);
  table<T, Layout> made(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) {
      if constexpr (std::is_floating_point_v<T>)
        made(r, c) = static_cast<T>(from(r, c));
      else
        made(r, c) = static_cast<T>((r * 31 + c * 17) % 97);
    }
  return made;
}

const auto whole_chain = clip(-3, 3) | clean(fill::mean) | standardize() | normalize(min_max{-1, 1});

/// The columns of a row-major copy whose rows lie `gap` elements apart, from element `skip` on. What
/// lies between is not theirs: infinities, where the type has such.
template <class Policy, class T>
void same_with_gaps(const Policy& gpu, smelt::index rows, smelt::index cols, smelt::index skip,
                    smelt::index gap) {
  auto wide = noise_of<T>(rows, skip + cols + gap);
  if constexpr (std::is_floating_point_v<T>)
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < wide.cols(); ++c)
        if (c < skip || c >= skip + cols) wide(r, c) = static_cast<T>(endless);
  const auto there = to_device(gpu, wide);
  const auto expected = fit(on::seq, whole_chain, wide.columns(skip, skip + cols));
  CHECK(fit(gpu, whole_chain, there.columns(skip, skip + cols)) == expected);
}

/// How many values of a column are missing, and sums of what a statistic is told of them: it has to be asked
/// where they are.
struct gaps {
  static constexpr int fields = 2;
  static constexpr bool laned = true;
  SMELT_HD static constexpr double identity(int) { return 0.0; }
  template <class V, class Mask>
  SMELT_HD static void note(V* f, V x, V shifted, Mask present) {
    f[0] = add(f[0], where(present, product(x, V(1e-3)), V(1.0)));
    f[1] = add(f[1], add(shifted, V(0.25)));
  }
  template <class V>
  SMELT_HD static void merge(V* f, const V* g) {
    f[0] = add(f[0], g[0]);
    f[1] = add(f[1], g[1]);
  }
  struct value {
    double count = 0.0;
  };
  static value finish(const double* f, double, smelt::index) { return {f[0] + 0.5 * f[1]}; }
};
/// y = (1 + gaps) x
struct by_gaps {
  static constexpr smelt::effect does = smelt::effect::affine;
  using needs = smelt::statistics<gaps>;
  template <class Slot>
  smelt::affine solve(const Slot& s) const {
    return s.frame.then({0.0, 1.0 + s.template get<gaps>().count, 0.0});
  }
  std::string text() const { return "by_gaps"; }
};

}  // namespace

TEST_CASE("a statistic of missing values is asked where they are, beside others that skip them") {
  const auto gpu = device_of(12, 2, 32, false);
  for (smelt::index cols : {3, 8}) {
    CAPTURE(cols);
    auto x = noise_of<float>(1500, cols);
    for (smelt::index r = 0; r < 1500; r += 7) x(r, r % cols) = static_cast<float>(gone);
    const auto expected = fit(on::seq, by_gaps{} | standardize(), x);
    CHECK(fit(gpu, by_gaps{} | standardize(), to_device(gpu, x)) == expected);
    CHECK(fit(on::seq, by_gaps{}, x) != fit(on::seq, by_gaps{}, x.row_range(0, 1400)));
    CHECK(fit(gpu, by_gaps{}, to_device(gpu, x)) == fit(on::seq, by_gaps{}, x));
  }
}

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

TEST_CASE("subtrees of many leaves are joined in the kernel, whatever leaf they begin with") {
  const device_policy gpu(
      test_stream<32>({.seed = 8, .resident = 2, .watch = false, .processors = 1}), 32);
  auto same = [&](const auto& chain, smelt::index cols, std::initializer_list<smelt::index> sizes,
                  std::initializer_list<smelt::index> cuts) {
    CAPTURE(cols);
    for (smelt::index rows : sizes) {
      CAPTURE(rows);
      const auto x = noise(rows, cols, 4);
      CHECK(fit(gpu, chain, to_device(gpu, x)) == fit(on::seq, chain, x));
    }
    // Tasks of four leaves: three of the first, and three of the last, are there.
    const smelt::index rows = 27 * 1024 + 5;
    const auto x = noise(rows, cols, 4);
    const auto there = to_device(gpu, x);
    const auto whole = fit(on::seq, chain, x);
    for (smelt::index cut : cuts) {
      CAPTURE(cut);
      const auto first = fit(on::seq, chain, x.row_range(0, cut));
      CHECK(merge(first, fit(gpu, chain, there.row_range(cut, rows), continues(first))) == whole);
    }
  };
  // A task has a leaf or two, up to four, up to sixteen: more than there is room for unjoined.
  same(drop::at_least(2) | fill::mean | clip(-3, 4) | standardize(), 2,
       {9 * 1024, 17 * 1024, 20001, 26 * 1024 + 5, 73 * 1024}, {501, 1024, 1025, 5 * 1024 + 3, 11 * 1024});
  // As many columns as nine blocks share, one by one, and eight in vectors of two.
  same(fill::mean | clip(-3, 4) | standardize(), 33, {9 * 1024, 60 * 1024}, {501, 1025, 5 * 1024 + 3});
  same(fill::mean | clip(-3, 4) | fill::constant(0) | clip(-2, 3) | normalize(min_max{}), 33, {}, {11 * 1024});
  same(fill::mean | standardize(), 64, {}, {4097, 5 * 1024 + 3});
}

TEST_CASE("several statistics in one pass, numbers of each column, and pieces between pieces") {
  const auto gpu = device_of(9, 2, 32, false);
  auto same = [&](const auto& chain, const auto& x) {
    const auto there = to_device(gpu, x);
    CHECK(fit(gpu, chain, there) == fit(on::seq, chain, x));
    const auto a = fit(on::seq, chain, x.row_range(0, 501));
    const auto b = fit(on::seq, chain, x.row_range(501, 1751), continues(a));
    const auto c = fit(on::seq, chain, x.row_range(1751, 2100), continues(b));
    // Both know the open leaf that b left.
    const auto middle = fit(gpu, chain, there.row_range(501, 1751), continues(a));
    CHECK(merge(merge(a, middle), c) == fit(on::seq, chain, x));
  };
  const auto thrice = fill::mean | clip(-3, 4) | fill::constant(0) | clip(-2, 3) | normalize(min_max{});
  same(thrice, noise_of<double>(2100, 5));
  same(thrice, noise_of<float>(2100, 3));
  same(thrice, noise_of<float, column_major>(2100, 3));
  const auto x = noise_of<double>(2100, 5);
  const auto own = standardize() | clip(-1, 1) | standardize();
  CHECK(fit(gpu, own, to_device(gpu, x)) == fit(on::seq, own, x));
  // The same in vectors, of which the last of a row is full, or not.
  for (smelt::index cols : {3, 4, 7, 8}) {
    CAPTURE(cols);
    const auto wide = noise_of<float>(1100, (cols + 3) / 4 * 4);
    CHECK(fit(gpu, own, to_device(gpu, wide).columns(0, cols)) ==
          fit(on::seq, own, wide.columns(0, cols)));
  }
  // How many values are missing at the second place decides what is filled there.
  const auto twice = at(columns{0}, fill::mean) | clip(-3, 4) | at(columns{1}, fill::mean) | standardize();
  same(twice, noise_of<double>(2100, 5));
  same(twice, noise_of<float, column_major>(2100, 3));
  same(drop::at_least(2) | twice, noise_of<double>(2100, 3));  // of one leaf more than of another
  // Rows in global memory, two leaves, each a block's.
  const auto wide = noise_of<double>(1040, 1300);
  const auto half = drop::at_least(119) | standardize();
  const auto first = fit(on::seq, half, wide.row_range(0, 1010));
  const auto there = to_device(gpu, wide);
  CHECK(merge(first, fit(gpu, half, there.row_range(1010, 1040), continues(first))) ==
        fit(on::seq, half, wide));
}

TEST_CASE("a least value of 0 has no sign, in columns and through tiles") {
  const auto gpu = device_of(12, 2, 32, false);
  table<double> x(1030, 3);
  for (smelt::index r = 0; r < 1030; ++r)
    for (smelt::index c = 0; c < 3; ++c) x(r, c) = r % 7 == c ? -0.0 : 1.0;
  const auto there = to_device(gpu, x);
  CHECK(fit(gpu, normalize(min_max{}), there) == fit(on::seq, normalize(min_max{}), x));
  const auto dropping = drop::any | normalize(min_max{});
  CHECK(fit(gpu, dropping, there) == fit(on::seq, dropping, x));
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

TEST_CASE("sizes around the leaf, widths around the vector") {
  const auto gpu = device_of(1, 2, 64, false);
  for (smelt::index rows : {1, 2, 7, 8, 9, 1023, 1024, 1025, 2048, 3000, 9001})
    for (smelt::index cols : {1, 2, 3, 4, 7, 8, 13}) {
      CAPTURE(rows);
      CAPTURE(cols);
      const auto x = noise_of<float>(rows, cols);
      const auto y = noise_of<double>(rows, cols);
      const auto chain = standardize() | normalize(max_abs);
      CHECK(fit(gpu, chain, to_device(gpu, x)) == fit(on::seq, chain, x));
      CHECK(fit(gpu, chain, to_device(gpu, y)) == fit(on::seq, chain, y));
    }
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

TEST_CASE("types and layouts, gaps between rows, rows that begin anywhere") {
  const auto gpu = device_of(3, 3, 96, false);
  for (smelt::index gap : {0, 1, 3})
    for (smelt::index skip : {0, 1, 4}) {
      CAPTURE(gap);
      CAPTURE(skip);
      same_with_gaps<decltype(gpu), float>(gpu, 1500, 8, skip, gap);
      same_with_gaps<decltype(gpu), double>(gpu, 1100, 6, skip, gap);
      same_with_gaps<decltype(gpu), std::uint8_t>(gpu, 1100, 12, skip, gap);
      same_with_gaps<decltype(gpu), std::int32_t>(gpu, 1100, 5, skip, gap);
    }
  // Vectors, the last of a row not full.
  same_with_gaps<decltype(gpu), float>(gpu, 1500, 6, 0, 2);
  same_with_gaps<decltype(gpu), double>(gpu, 2100, 5, 0, 1);
  same_with_gaps<decltype(gpu), std::uint8_t>(gpu, 1100, 13, 0, 3);
  const auto turned = noise_of<float, column_major>(2500, 9);
  CHECK(fit(gpu, whole_chain, to_device(gpu, turned)) == fit(on::seq, whole_chain, turned));
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
