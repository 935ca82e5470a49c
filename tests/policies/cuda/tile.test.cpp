// SPDX-License-Identifier: BSL-1.0
/// \file
/// Rows in tiles, in panels and where no shared memory holds one: layouts, strides, columns that leave, rows that
/// drop.

#include <policies/cuda/maps.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("layouts, strides, columns that leave, chosen rows: through tiles") {
  const auto gpu = device_of(3, 3, 64);
  const auto x = noise(210, 11, 9);
  const auto there = to_device(gpu, x);
  table<double, column_major> turned(210, 11);
  for (smelt::index c = 0; c < 11; ++c)
    for (smelt::index r = 0; r < 210; ++r) turned(r, c) = x(r, c);
  const auto turned_there = to_device(gpu, turned);
  const auto f = fit(on::seq, values, x);
  const auto expected = transform(on::seq, f, x);
  CHECK(difference(to_host(gpu, transform(gpu, f, turned_there)), expected) == "");
  auto column_wise = gpu.make_table<double, column_major>(210, 11);
  transform(gpu, f, there, column_wise);
  CHECK(difference(to_host(gpu, column_wise), expected) == "");
  auto wide = gpu.make_table<double>(210, 14);
  transform(gpu, f, there, wide.view().columns(2, 13));
  CHECK(difference(to_host(gpu, std::as_const(wide).view().columns(2, 13)), expected) == "");
  // Each second row from the last on.
  const matrix_view<const double, strided> backwards(x.data() + 209 * 11, 105, 11, -22, 1);
  const matrix_view<const double, strided, device> backwards_there(there.data() + 209 * 11, 105, 11,
                                                                   -22, 1);
  CHECK(difference(to_host(gpu, transform(gpu, f, backwards_there)),
                   transform(on::seq, f, backwards)) == "");
  const auto leaving = drop::columns({0, 4}) | fill::constant(1) | drop::constant_columns;
  const auto g = fit(on::seq, leaving, x);
  CHECK(difference(to_host(gpu, transform(gpu, g, there)), transform(on::seq, g, x)) == "");
  for (const auto& sampled : {take{50, seed{4}}, take{210, seed{5}}}) {
    const auto h = fit(on::seq, standardize() | sample(sampled), x);
    CHECK(difference(to_host(gpu, transform(gpu, h, there)), transform(on::seq, h, x)) == "");
  }
}

TEST_CASE("rows that more than one rule drops; tiles that their rows fill, nearly fill and begin") {
  const auto gpu = device_of(28, 3, 64);
  const auto four = device_of<4>(28, 3, 4);  // tiles of four rows, or rows held
  for (smelt::index rows : {1, 3, 4, 5, 7, 8, 9, 11}) {
    CAPTURE(rows);
    const auto thirds = each(3, 1, rows, rows);
    const auto halves = each(2, 0, rows, rows);
    const auto rules = drop::any | drop::where(thirds) | normalize(l2);
    const auto masks = drop::where(thirds) | drop::where(halves) | fill::constant(1);
    for (smelt::index cols : {3, 19}) {
      CAPTURE(cols);
      auto x = noise(rows, cols);
      for (smelt::index r = 0; r < rows; r += 2) x(r, r % cols) = gone;
      same_drops(gpu, rules, x);
      same_drops(gpu, masks, x);
      same_drops(four, rules, x);
      same_drops(four, masks, x);
    }
  }
  // Threads that make no group, and no rule that all threads of a block meet at.
  const auto halves = each(2, 0, 9, 9);
  same_drops(device_of(28, 2, 96), drop::where(halves) | fill::constant(1), noise(9, 200, 7));
  // More rows in a tile than the block has threads.
  const auto large = device_of(28, 2, 32, false, 227 << 10);
  const auto x = noise(1100, 3, 5);
  same_drops(large, drop::any | standardize(), x);
  const auto f = fit(on::seq, fill::constant(1) | normalize(l2) | sample(shuffled{seed{6}}), x);
  CHECK(difference(to_host(large, transform(large, f, to_device(large, x))),
                   transform(on::seq, f, x)) == "");
}

TEST_CASE("tiles that the last rows fill, nearly fill and begin") {
  const auto gpu = device_of(15, 3, 64);
  const auto f = fit(on::seq, drop::columns({1}) | standardize(), noise(200, 4));
  const auto g = fit(on::seq, drop::any | standardize(), noise(200, 4));
  for (smelt::index rows : {1, 63, 64, 65, 127, 128, 129}) {
    CAPTURE(rows);
    const auto x = noise(rows, 4, 9);
    const auto there = to_device(gpu, x);
    CHECK(difference(to_host(gpu, transform(gpu, f, there)), transform(on::seq, f, x)) == "");
    CHECK(difference(to_host(gpu, transform(gpu, g, there)), transform(on::seq, g, x)) == "");
  }
}

TEST_CASE("rows that no shared memory holds") {
  const auto gpu = device_of(16, 2, 64, false);
  auto x = noise(20, 16000);
  for (smelt::index r : {0, 3, 11, 12}) x(r, 700 * r) = gone;
  const auto there = to_device(gpu, x);
  const auto f = fit(on::seq, drop::any | normalize(l2) | standardize(), noise(3, 16000, 0));
  const auto g = fit(on::seq, fill::constant(1) | normalize(l2), x);
  CHECK(difference(to_host(gpu, transform(gpu, f, there)), transform(on::seq, f, x)) == "");
  CHECK(difference(to_host(gpu, transform(gpu, g, there)), transform(on::seq, g, x)) == "");
}

TEST_CASE("masks and samples; infinities where rows drop and columns may") {
  const auto gpu = device_of(17, 2, 128);
  auto x = noise(400, 3, 9);
  std::vector<unsigned char> mask(400);
  for (std::size_t i = 0; i < 400; ++i) mask[i] = i % 3 == 1;
  const auto drawn =
      fit(on::seq, drop::where(mask) | standardize() | sample(take{150, seed{4}}), x);
  CHECK(difference(to_host(gpu, transform(gpu, drawn, to_device(gpu, x))),
                   transform(on::seq, drawn, x)) == "");
  // The second half of the warps of a block has no row that stays.
  for (std::size_t i = 0; i < 400; ++i) mask[i] = i % 128 >= 40;
  const auto f =
      fit(on::seq, drop::where(mask) | at(columns{1}, infinity::missing) | fill::constant(1), x);
  x(5, 1) = endless;
  x(6, 0) = -endless;
  x(130, 2) = endless;
  const auto there = to_device(gpu, x);
  table<double> y(400, 3);
  auto out = gpu.make_table<double>(400, 3);
  const auto here = thrown_by([&] { transform(on::seq, f, x, y); });
  CHECK(here.find("transform: 2 infinite value(s), the first in row 6, column 0") == 0);
  const auto stay = transform(gpu, f, there, out);
  CHECK(thrown_by([&] { check(gpu); }) == here);
  CHECK(difference(to_host(gpu, out.view().row_range(0, stay)), y.row_range(0, stay)) == "");
  const auto g = fit(on::seq, at(columns{1}, infinity::missing) | fill::constant(1), noise(9, 3));
  const auto runs = thrown_by([&] { transform(on::seq, g, x, y); });
  transform(gpu, g, there, out);
  CHECK(thrown_by([&] { check(gpu); }) == runs);
  CHECK(difference(to_host(gpu, out), y) == "");
}

TEST_CASE("rows wider than the threads of a block hold: tiles of many rows, and many tiles") {
  // 32 threads hold 128 columns.
  const smelt::index cols = 131;
  for (int shared : {24 << 10, 227 << 10})
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      CAPTURE(shared);
      CAPTURE(seed);
      const smelt::index rows = seed == 1 ? 149 : 153;
      const auto gpu = device_of(seed, 3, 32, false, shared);
      auto x = noise(rows, cols, 0);
      for (smelt::index r = 0; r < rows; ++r)
        if (r % 4 == 1) x(r, r * 7 % cols) = gone;
      const auto mask = each(9, 2, rows, rows);
      const auto there = to_device(gpu, x);
      const auto same = [&](const auto& chain) { same_drops(gpu, chain, x); };
      same(drop::any | standardize());
      same(drop::where(mask) | drop::at_least(1) | normalize(l2));
      same(drop::columns({0, 5, 130}) | fill::constant(1) | normalize(l1));
      const auto drawn = fit(on::seq, normalize(largest) | sample(take{90, smelt::seed{seed}}), x);
      CHECK(difference(to_host(gpu, transform(gpu, drawn, there)), transform(on::seq, drawn, x)) ==
            "");
      // Columns that come back missing: the source of an inverse is read in tiles too.
      const auto f = fit(on::seq, drop::columns({0, 7, 130}) | standardize(), noise(rows, cols, 0));
      const auto y = transform(on::seq, f, noise(rows, cols, 0));
      CHECK(difference(to_host(gpu, inverse(gpu, f, to_device(gpu, y))), inverse(on::seq, f, y)) ==
            "");
      // Infinities: told, and written as missing whatever the chain makes of them.
      auto wild = noise(rows, cols, 0);
      const auto g = fit(on::seq, fill::constant(5) | normalize(l2), wild);
      wild(140, 3) = endless;
      wild(97, 129) = -endless;
      table<double> expected(rows, cols);
      auto out = gpu.make_table<double>(rows, cols);
      const auto said = thrown_by([&] { transform(on::seq, g, wild, expected); });
      CHECK(said.find("transform: 2 infinite value(s), the first in row 97, column 129") == 0);
      transform(gpu, g, to_device(gpu, wild), out);
      CHECK(thrown_by([&] { check(gpu); }) == said);
      CHECK(difference(to_host(gpu, out), expected) == "");
    }
}

TEST_CASE("rows of values too wide for the registers of a block go in panels") {
  const auto kept = drop::columns({0, 14, 16}) | standardize();
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 50; ++i) ids.push_back(500 + i);
  const auto number_of = [&](const auto& gpu) { return to_device(gpu, ids); };
  const auto check_on = [&](const auto& gpu, smelt::index cols) {
    CAPTURE(cols);
    // Rows with gaps between them, that begin at multiples of 16 bytes or do not.
    const auto wide = noise<float>(50, (cols + 11) / 8 * 8, 9);
    const auto wide_there = to_device(gpu, wide);
    for (smelt::index first : {0, 1, 4}) {
      CAPTURE(first);
      const auto x = wide.columns(first, first + cols);
      const auto there = wide_there.columns(first, first + cols);
      const auto f = fit(on::seq, values, x);
      CHECK(difference(to_host(gpu, transform(gpu, f, there)), transform(on::seq, f, x)) == "");
      // Into columns, and halves the width of what is read.
      auto turned = gpu.template make_table<double, column_major>(50, cols);
      CHECK(transform(gpu, f, there, turned.view()) == 50);
      table<double, column_major> turned_here(50, cols);
      transform(on::seq, f, x, turned_here.view());
      CHECK(difference(to_host(gpu, turned), turned_here) == "");
      const auto g = fit(on::seq, kept, x);
      CHECK(difference(to_host(gpu, transform(gpu, g, there)), transform(on::seq, g, x)) == "");
    }
    // Drawn rows, what goes with them, and columns that leave.
    const auto x = wide.columns(0, cols);
    const auto there = wide_there.columns(0, cols);
    const auto number = number_of(gpu);
    for (const bool leave : {false, true}) {
      const auto same = [&](const auto& f) {
        const auto made = transform(gpu, f, labelled(there, number.column(0)));
        const auto expected = transform(on::seq, f, labelled(x, ids));
        CHECK(difference(to_host(gpu, made.x), expected.x) == "");
        CHECK(gpu.fetch(made.y) == expected.y);
      };
      if (leave)
        same(fit(on::seq, kept | sample(take{40, seed{5}}), x));
      else
        same(fit(on::seq, values | sample(bootstrap{seed{6}}), x));
    }
  };
  // Sixteen columns in a panel, and of more threads than make groups of a power of two.
  for (smelt::index cols : {17, 31, 32, 33}) {
    check_on(device_of<4>(32, 2, 4, false), cols);
    check_on(device_of<4>(32, 3, 12, false), 2 * cols);
  }
  check_on(device_of(33, 2, 32), 129);
  check_on(device_of(33, 2, 128), 1030);
  // An infinity is told with its place in the row, not in the panel.
  const auto gpu = device_of<4>(34, 2, 4, false);
  auto x = noise<float>(4, 40);
  auto y = x;
  auto out = to_device(gpu, y);
  const auto theirs = [](const auto& of) { return of.columns(2, 39).row_range(1, 4); };
  const auto f = fit(on::seq, values, theirs(std::as_const(x)));
  const auto into = [](auto& of) {
    const auto all = of.view();
    return matrix_view<float, row_major, typename std::remove_reference_t<decltype(of)>::space>(
        all.data() + all.row_stride() + 2, 3, 37, all.row_stride(), 1);
  };
  for (smelt::index c = 2; c < 39; ++c) {
    CAPTURE(c);
    const smelt::index r = 1 + c % 3;
    const float was = x(r, c);
    x(r, c) = static_cast<float>(endless);
    const auto there = to_device(gpu, x);
    const auto here = thrown_by([&] { transform(on::seq, f, theirs(std::as_const(x)), into(y)); });
    transform(gpu, f, theirs(there), into(out));
    CHECK(thrown_by([&] { check(gpu); }) == here);
    CHECK(difference(to_host(gpu, out), y) == "");
    x(r, c) = was;
  }
}
