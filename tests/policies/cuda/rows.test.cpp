// SPDX-License-Identifier: BSL-1.0
/// \file
/// Rows in the registers of their threads: the bits of on::seq for any width, type, place, block and warp; row
/// norms; infinities told with their places.

#include <policies/cuda/maps.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("rows that fill their shared memory, wherever they begin: no part touches another") {
  const auto held = fill::constant(0.5) | normalize(l2);
  struct offsets {
    smelt::index in, out;
  };
  for (const offsets& by : {offsets{3, 0}, {0, 3}, {1, 1}}) {
    const auto in = by.in, out = by.out;
    CAPTURE(in);
    CAPTURE(out);
    same_run<float, float>(device_of(30, 2, 32, false), held, 600, 4, in, out);
    same_run<float, float>(device_of(30, 2, 32, false), held, 600, 8, in, out);
    // Groups of two warps exchange their sums by way of it too.
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
      same_run<float, float>(device_of(seed, 2, 128), held, 12, 132, in, out);
  }
  // Drawn rows: where those of two tiles come from is known at a time.
  const auto gpu = device_of(30, 2, 128, false);
  const auto x = noise<float>(60, 132, 9);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 60; ++i) ids.push_back(500 + i);
  const auto f = fit(on::seq, held | sample(take{50, seed{5}}), x);
  const auto there = to_device(gpu, x);
  const auto number = to_device(gpu, ids);
  const auto made = transform(gpu, f, labelled(there, number.column(0)));
  const auto expected = transform(on::seq, f, labelled(x, ids));
  CHECK(difference(to_host(gpu, made.x), expected.x) == "");
  CHECK(gpu.fetch(made.y) == expected.y);
}

TEST_CASE("an infinity is told with its place, wherever that is") {
  const auto gpu = device_of(26, 2, 32, false);
  same_places<row_major>(gpu, values, 4, 5);
  same_places<column_major>(gpu, values, 11, 3);
  // Rows held: one after another in the same threads, and beside threads that make no group.
  const auto some = at(columns{1, 3, 18}, infinity::missing) | fill::constant(1) | normalize(l2);
  same_places<row_major>(device_of(26, 2, 32, false, 227 << 10), some, 10, 19);
  same_places<row_major>(device_of(26, 2, 96), some, 5, 200, 66);
  // Four threads of that warp hold no row of 19 columns: tiles.
  same_places<row_major>(device_of<4>(26, 2, 4, false), some, 6, 19);
  // More numbers than registers hold: read where they lie.
  const auto many = at(columns{1, 3, 18}, infinity::missing) | fill::constant(1) | standardize() | clip(-1.5, 2) |
                    normalize(min_max{-1, 1}) | normalize(l2);
  same_places<row_major>(device_of(26, 2, 32, false, 227 << 10), many, 10, 19);
  // Of a tile of twelve rows only those stay that the third warp is asked about, or all of five.
  const auto twelve = device_of<4>(26, 2, 12, false, 227 << 10);
  for (smelt::index rows : {5, 12}) {
    const auto mask = each(1, 0, rows == 5 ? 0 : 8, rows);
    same_places<row_major>(twelve, drop::where(mask) | fill::constant(1), rows, 49, 7);
  }
}

TEST_CASE(
    "rows in registers: groups of threads around the warp and the block, any type, any place") {
  const auto norms =
      fill::constant(0.5) | normalize(l2) | standardize() | drop::outside(-2.5, 9) | normalize(l1);
  auto same = [&]<class T>(const auto& gpu, T, smelt::index rows, smelt::index cols,
                           smelt::index skip) {
    CAPTURE(cols);
    CAPTURE(skip);
    table<T> wide(rows, cols + skip);
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < cols + skip; ++c)
        wide(r, c) = std::is_floating_point_v<T> ? static_cast<T>(noise_at<double>(r, c, 9))
                                                 : static_cast<T>((r * 7 + c * 3) % 120);
    const auto there = to_device(gpu, wide);
    const auto x = std::as_const(wide).view().columns(skip, cols + skip);
    const auto dx = std::as_const(there).view().columns(skip, cols + skip);
    const auto f = fit(on::seq, norms, x);
    CHECK(difference(to_host(gpu, transform(gpu, f, dx)), transform(on::seq, f, x)) == "");
    const auto expected = transform(on::seq, f.values_only(), x);
    const auto marked = transform(gpu, f.values_only(), dx);
    CHECK(difference(to_host(gpu, marked), expected) == "");
    CHECK(marked.dropped == expected.dropped);
    // Drawn rows, and labels of a type of their own that follow.
    std::vector<std::uint64_t> labels(static_cast<std::size_t>(rows));
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = (i << 40) + 1;
    table<double> numbers(rows, 1);
    for (smelt::index r = 0; r < rows; ++r) numbers(r, 0) = static_cast<double>(r);
    const auto numbers_there = to_device(gpu, numbers);
    const auto g = fit(on::seq, norms | sample(take{rows / 2, seed{5}}), x);
    const auto drawn = transform(gpu, g, labelled(dx, numbers_there.column(0)));
    const auto here = transform(on::seq, g, labelled(x, numbers.column(0)));
    CHECK(difference(to_host(gpu, drawn.x), here.x) == "");
    CHECK(gpu.fetch(drawn.y) == here.y);
  };
  const auto block = device_of(22, 2, 128, false);
  for (smelt::index cols : {1, 3, 8, 9, 13, 28, 64, 65, 100, 129, 256, 257, 512, 513})
    same(block, float{}, 70, cols, 0);
  for (smelt::index skip : {1, 4}) {
    same(block, float{}, 60, 12, skip);
    same(block, double{}, 60, 7, skip);
    same(block, std::uint8_t{}, 60, 16, skip);
    same(block, std::int32_t{}, 60, 5, skip);
  }
  same(block, std::uint8_t{}, 90, 48, 0);
  // Blocks that are no power of two, warps smaller than a group, and every order of threads.
  same(device_of(23, 2, 96, false), float{}, 50, 200, 0);
  for (std::uint64_t s = 1; s <= 3; ++s) {
    same(device_of(s, 1 + static_cast<int>(s), 64), float{}, 40, 21, 1);
    same(device_of(s + 9, 2, 64), float{}, 20, 180, 0);
    same(device_of<4>(s, 3, 16), float{}, 40, 33, 0);
  }
}

TEST_CASE("terms of a row are joined in their order, and the places beyond the last add nothing") {
  const auto gpu = device_of(29, 2, 64, false);
  const auto four = device_of<4>(29, 2, 4, false);
  for (smelt::index cols : {1, 3, 8, 13, 17, 19}) {
    CAPTURE(cols);
    auto x = noise(9, cols);
    for (smelt::index c = 0; c < cols; ++c) x(4, c) = -0.0;
    const auto f = fit(on::seq, as_chain(leaning{}), x);
    const auto expected = transform(on::seq, f, x);
    CHECK(same_bits(expected(4, 0), -0.0));
    CHECK(difference(to_host(gpu, transform(gpu, f, to_device(gpu, x))), expected) == "");
    CHECK(difference(to_host(four, transform(four, f, to_device(four, x))), expected) == "");
  }
}

TEST_CASE("a rule on rows is told the row in the source and its number in the part") {
  const auto gpu = device_of(31, 2, 32, false);
  const auto four = device_of<4>(31, 2, 4, false);
  const auto x = noise(40, 19, 9);
  const auto f = fit(on::seq, thin{} | fill::constant(1) | sample(take{25, seed{8}}), x);
  const auto expected = transform(on::seq, f, x);
  CHECK(expected.rows() < 25);
  CHECK(difference(to_host(gpu, transform(gpu, f, to_device(gpu, x))), expected) == "");
  CHECK(difference(to_host(four, transform(four, f, to_device(four, x))), expected) == "");
}

TEST_CASE("a norm of some columns: in rows and tiles") {
  for (smelt::index cols : {5, 19}) {
    CAPTURE(cols);
    const auto x = noise(9, cols, 9);
    const auto f = fit(on::seq, fill::constant(1) | at(columns{0, 3}, normalize(l2)), x);
    const auto same = [&](const auto& gpu) {
      CHECK(difference(to_host(gpu, transform(gpu, f, to_device(gpu, x))), transform(on::seq, f, x)) == "");
    };
    same(device_of(35, 2, 32, false));
    same(device_of<4>(35, 2, 4, false));
  }
}

TEST_CASE("rows that begin at multiples of 16 bytes and do not fill their last vector") {
  const auto gpu = device_of(24, 2, 64);
  for (smelt::index cols : {5, 13, 14, 15, 16}) {
    CAPTURE(cols);
    // The memory ends with the last row: behind it nobody may read.
    const auto from = noise<float>(1, 89 * 20 + cols, 9);
    const auto there = to_device(gpu, from);
    const matrix_view<const float, row_major> x(from.data(), 90, cols, 20, 1);
    const matrix_view<const float, row_major, device> dx(there.data(), 90, cols, 20, 1);
    for (smelt::index count : {60, 90}) {
      const auto f = fit(on::seq, values | normalize(l2) | sample(take{count, seed{3}}), x);
      CHECK(difference(to_host(gpu, transform(gpu, f, dx)), transform(on::seq, f, x)) == "");
    }
  }
}

TEST_CASE("row norms of any width") {
  const auto gpu = device_of(4, 2, 64, false);
  for (smelt::index cols : {1, 2, 7, 8, 9, 33, 64, 65, 1000, 5000}) {
    CAPTURE(cols);
    const auto x = noise(40, cols, 13);
    const auto there = to_device(gpu, x);
    const auto f =
        fit(on::seq, fill::constant(0.5) | normalize(l2) | standardize() | normalize(l1), x);
    CHECK(difference(to_host(gpu, transform(gpu, f, there)), transform(on::seq, f, x)) == "");
  }
}

TEST_CASE("row norms of numbers that a reciprocal divides, and of those it does not") {
  const auto gpu = device_of(4, 2, 64, false);
  // In each row beside ordinary numbers one that is none, of all orders; rows of such numbers alone.
  const double odd[] = {0x1p-512,  0x1.fp-513, 0x1.3p-600, 5e-324,    -3e-310,  0x1.7p511, -0x1.1p512,
                        1.1e300,   0x1.7p-257, 0x1.9p256,  -0x1.9p257, gone,     0.0,       -0.0};
  for (smelt::index cols : {1, 3, 8, 256}) {
    CAPTURE(cols);
    auto x = noise(56, cols, 13);
    for (smelt::index r = 0; r < 56; ++r)
      for (smelt::index c = 0; c < cols; ++c) {
        const double one = odd[r % 14];
        if (r < 14 && c == r % cols) x(r, c) = one;
        if (r >= 14 && r < 28 && !missing(x(r, c))) x(r, c) *= missing(one) ? 1.0 : one;
        if (r >= 28) x(r, c) = one;
        if (r >= 42 && c == 0) x(r, c) = 1.5;  // one thread of the row has an ordinary number, others have none
      }
    const auto there = to_device(gpu, x);
    auto same = [&](const auto& norm) {
      const auto f = fit(on::seq, norm, x);
      CHECK(difference(to_host(gpu, transform(gpu, f, there)), transform(on::seq, f, x)) == "");
      const auto narrowed = transform<float>(gpu, f, there);
      CHECK(difference(to_host(gpu, narrowed), transform<float>(on::seq, f, x)) == "");
    };
    same(normalize(l1));
    same(normalize(l2));
    same(normalize(largest));
  }
}

TEST_CASE("what is made of a row's whole otherwise than by a division") {
  const auto gpu = device_of(4, 2, 64, false);
  for (smelt::index cols : {1, 3, 8, 130}) {
    CAPTURE(cols);
    const auto x = noise(40, cols, 13);
    const auto f = fit(on::seq, centred{} | clip(-20, 20), x);
    CHECK(difference(to_host(gpu, transform(gpu, f, to_device(gpu, x))), transform(on::seq, f, x)) == "");
  }
}
