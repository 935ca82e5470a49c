// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fold that goes down columns: the bits of on::seq for any size around a leaf, width around a vector and
/// statistic; leaves joined where they are.

#include <smelt/policies/cuda/fold.hpp>

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#include <cstdint>
#include <string>
#include <type_traits>

using namespace smelt;
using namespace smelt_test;

namespace {

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

TEST_CASE("an infinity that its own column lets in, in the row of another column's number") {
  const auto gpu = device_of(8, 2, 32, false);
  const auto chain = at(columns{1, 4}, infinity::missing) | standardize();
  for (smelt::index cols : {5, 8}) {
    CAPTURE(cols);
    auto x = noise_of<float>(40, cols);
    for (smelt::index r = 0; r < 8; ++r) x(r, 1) = x(r, 4) = static_cast<float>(endless);
    CHECK(fit(gpu, chain, to_device(gpu, x)) == fit(on::seq, chain, x));
    for (smelt::index r = 0; r < 8; ++r) x(r, 0) = static_cast<float>(endless);
    const auto here = thrown_by([&] { fit(on::seq, chain, x); });
    CHECK(here.find("fit: 8 infinite value(s), the first in row 0, column 0") == 0);
    CHECK(thrown_by([&] { fit(gpu, chain, to_device(gpu, x)); }) == here);
  }
}

TEST_CASE("tasks are joined with the rows that each of several statistics has seen, on any schedule") {
  const auto chain = fill::mean | clip(-3, 4) | fill::constant(0) | clip(-2, 3) | standardize();
  const auto x = noise(8 * 1024, 1, 11);
  const auto expected = fit(on::seq, chain, x);
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    const auto gpu = device_of(seed, 3, 32);
    CHECK(fit(gpu, chain, to_device(gpu, x)) == expected);
  }
}
