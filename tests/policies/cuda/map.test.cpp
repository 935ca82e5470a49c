// SPDX-License-Identifier: BSL-1.0
/// \file
/// The map of on::cuda: the bits of on::seq for any width, alignment, type, layout, row order,
/// grid, block, warp and schedule; rows that drop, look back; what a call asks of the device.

#include <smelt/policies/cuda/map.hpp>

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

const auto values = clean(fill::mean) | standardize() | clip(-1.5, 2) | normalize(min_max{-1, 1});

/// A run of `rows` x `cols` elements that begins `in` elements behind an aligned address and goes
/// to one `out` elements behind one, in place of a sentinel that must survive on both sides.
template <class T, class Result, class Policy, class Chain>
void same_run(const Policy& gpu, const Chain& chain, smelt::index rows, smelt::index cols,
              smelt::index in, smelt::index out) {
  const smelt::index size = rows * cols;
  table<T> from(1, size + in + 1);
  for (smelt::index i = 0; i < from.cols(); ++i)
    from(0, i) = std::is_floating_point_v<T>
                     ? static_cast<T>(noise_at<double>(i, 3, i < in + cols ? 0 : 9))
                     : static_cast<T>(i % 101);
  const auto there = to_device(gpu, from);
  table<Result> around(1, size + out + 1);
  for (smelt::index i = 0; i < around.cols(); ++i) around(0, i) = Result(-77);
  auto result = to_device(gpu, around);
  const matrix_view<const T> x(from.data() + in, rows, cols);
  const matrix_view<const T, row_major, device> dx(there.data() + in, rows, cols);
  const matrix_view<Result, row_major, device> dy(result.data() + out, rows, cols);
  const auto f = fit(on::seq, chain, x);
  CHECK(transform(gpu, f, dx, dy) == rows);
  const auto back = to_host(gpu, result);
  const auto expected = transform<Result>(on::seq, f, x);
  smelt::index wrong = 0;
  for (smelt::index i = 0; i < out; ++i) wrong += back(0, i) != Result(-77);
  for (smelt::index i = 0; i < size; ++i) wrong += !same_bits(back(0, out + i), expected.data()[i]);
  wrong += back(0, out + size) != Result(-77);
  CHECK(wrong == 0);
}
template <class T, class Result>
void same_run(const device_policy& gpu, smelt::index rows, smelt::index cols, smelt::index in,
              smelt::index out) {
  same_run<T, Result>(gpu, values, rows, cols, in, out);
}

/// Three columns that all begin `in` elements behind an aligned address, and go to columns that
/// begin `out` elements behind one, among a sentinel that must survive.
void same_columns(const device_policy& gpu, smelt::index rows, smelt::index in, smelt::index out) {
  constexpr smelt::index line = 16;
  const auto from = noise<float, column_major>((in + rows + line) / line * line, 3);
  const auto there = to_device(gpu, from);
  table<float, column_major> around((out + rows + line) / line * line, 3);
  std::fill_n(around.data(), around.rows() * 3, -77.0f);
  auto result = to_device(gpu, around);
  const auto f = fit(on::seq, values, from);
  const auto expected = transform(on::seq, f, from.row_range(in, in + rows));
  CHECK(transform(gpu, f, there.row_range(in, in + rows),
                  result.view().row_range(out, out + rows)) == rows);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < 3; ++c) around(out + r, c) = expected(r, c);
  CHECK(difference(to_host(gpu, result), around) == "");
}

/// An infinity, wherever it is, is told where on::seq tells it, and written as on::seq writes it; in
/// each of the columns 0, step, 2 step, ...
template <class Layout, class Policy, class Chain>
void same_places(const Policy& gpu, const Chain& chain, smelt::index rows, smelt::index cols,
                 smelt::index step = 1) {
  // The first row is none of theirs: the others begin anywhere.
  auto x = noise<float, Layout>(rows + 1, cols);
  auto y = x;
  auto out = to_device(gpu, y);
  const auto theirs = [&](const auto& of) { return of.row_range(1, rows + 1); };
  const auto f = fit(on::seq, chain, theirs(std::as_const(x)));
  for (smelt::index r = 1; r <= rows; ++r)
    for (smelt::index c = 0; c < cols; c += step) {
      CAPTURE(r);
      CAPTURE(c);
      const float was = x(r, c);
      x(r, c) = static_cast<float>(endless);
      const auto there = to_device(gpu, x);
      const auto here =
          thrown_by([&] { transform(on::seq, f, theirs(std::as_const(x)), theirs(y.view())); });
      transform(gpu, f, theirs(there), theirs(out.view()));
      CHECK(thrown_by([&] { check(gpu); }) == here);
      CHECK(difference(to_host(gpu, out), y) == "");
      x(r, c) = was;
    }
}

/// Rows that drop, the same only marked, and what comes with either.
template <class Policy, class Chain>
void same_drops(const Policy& gpu, const Chain& chain, const table<double>& x) {
  const smelt::index rows = x.rows();
  std::vector<std::int64_t> ids;
  for (smelt::index r = 0; r < rows; ++r) ids.push_back(500 + r);
  const auto there = to_device(gpu, x);
  const auto number = to_device(gpu, ids);
  const auto f = fit(on::seq, chain, x);
  const auto here = transform(on::seq, f, labelled(x, ids));
  const auto made = transform(gpu, f, labelled(there, number.column(0)));
  CHECK(difference(to_host(gpu, made.x), here.x) == "");
  CHECK(gpu.fetch(made.y) == here.y);
  const auto marked = transform(gpu, f.values_only(), labelled(there, number.column(0)));
  const auto host_marked = transform(on::seq, f.values_only(), labelled(x, ids));
  CHECK(difference(to_host(gpu, marked.x), host_marked.x) == "");
  CHECK(gpu.fetch(marked.y) == host_marked.y);
  CHECK(marked.dropped == host_marked.dropped);
  pass_status status;
  auto out = gpu.template make_table<double>(rows, f.cols_out());
  const auto stay =
      smelt::detail::run_map<true>(gpu, f, there.view(), {row_map(rows), row_map(rows)}, out.view(),
                                   nullptr, followers<>{}, status);
  CHECK(stay == here.x.rows());
  CHECK(status.dropped == rows - stay);
}

/// A mask of `rows` rows with the marks first, first + step, ... below `end`.
std::vector<unsigned char> each(smelt::index step, smelt::index first, smelt::index end,
                                smelt::index rows) {
  std::vector<unsigned char> made(static_cast<std::size_t>(rows));
  for (smelt::index r = first; r < end; r += step) made[static_cast<std::size_t>(r)] = 1;
  return made;
}

}  // namespace

TEST_CASE("runs of elements: any width, both addresses anywhere") {
  const auto gpu = device_of(1, 2, 32, false);
  for (smelt::index cols : {1, 2, 3, 4, 5, 7, 8, 13, 64, 65, 100})
    for (smelt::index in : {0, 1, 3})
      for (smelt::index out : {0, 1, 2}) {
        CAPTURE(cols);
        CAPTURE(in);
        CAPTURE(out);
        same_run<float, float>(gpu, 1 + 400 / cols, cols, in, out);
        same_run<double, double>(gpu, 1 + 300 / cols, cols, in, out);
      }
  for (smelt::index cols : {1, 3, 16, 28}) {
    CAPTURE(cols);
    same_run<std::uint8_t, float>(gpu, 700, cols, 1, 0);
    same_run<std::int32_t, double>(gpu, 300, cols, 0, 1);
    same_run<float, double>(gpu, 300, cols, 2, 2);
    same_run<double, float>(gpu, 300, cols, 0, 0);
  }
}

TEST_CASE("runs of one row, and of more rows than a grid takes at once") {
  const auto gpu = device_of(2, 3, 32, false);
  for (smelt::index cols : {1, 3, 7, 8})
    for (smelt::index rows : {1, 2, 9, 3000, 5001}) {
      CAPTURE(cols);
      CAPTURE(rows);
      same_run<float, float>(gpu, rows, cols, 0, 0);
    }
  same_run<float, float>(gpu, 10, 997, 1, 0);  // no vectors, and more elements than threads
  // No multiple of the grid is whole rows: each thread goes through many columns, or where it would hold
  // their numbers, the rows are cut into panels.
  const auto few = fill::mean | standardize();
  for (smelt::index rows : {20, 41}) {
    CAPTURE(rows);
    same_run<float, float>(gpu, few, rows, 997, 0, 0);
    same_run<double, double>(gpu, few, rows, 499, 1, 1);
    same_run<float, float>(gpu, rows, 997, 0, 0);
    same_run<double, double>(gpu, rows, 499, 1, 1);
  }
}

TEST_CASE("few elements: less than lies before a vector's place, than a vector, than two") {
  const auto gpu = device_of(25, 2, 32);
  const auto held = fill::constant(0.5) | normalize(l2);
  // A vector has sixteen of the bytes, the block fewer threads.
  const auto eight = device_of<4>(25, 2, 8);
  for (smelt::index in : {0, 1, 2, 3})
    for (smelt::index out : {0, 1, 2, 3})
      for (smelt::index rows : {1, 2, 3, 5}) {
        CAPTURE(in);
        CAPTURE(out);
        CAPTURE(rows);
        same_columns(gpu, rows, in, out);
        for (smelt::index cols : {1, 2, 3}) {
          CAPTURE(cols);
          same_run<float, float>(gpu, rows, cols, in, out);
          same_run<float, float>(gpu, held, rows, cols, in, out);
          same_run<std::uint8_t, float>(eight, held, 7 * rows, cols, 5 * in, out);
        }
      }
}

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

TEST_CASE("parts that have the order of their rows: pieces of columns") {
  const auto gpu = device_of(27, 2, 32, false);
  auto x = noise<float, column_major>(700, 3, 9);
  x(40, 2) = static_cast<float>(endless);
  x(690, 1) = static_cast<float>(endless);
  const auto there = to_device(gpu, x);
  const counts sizes{.train = 50, .test = 650};
  const auto parts = split<struct ordered_split>(x, sizes, in_order);
  const auto moved = split<struct ordered_split>(there, sizes, in_order);
  const auto f = fit(on::seq, values, x.row_range(50, 600), whole_population);
  table<float, column_major> y(650, 3);
  auto out = gpu.make_table<float, column_major>(650, 3);
  const auto here = thrown_by([&] { transform(on::seq, f, parts.test, y); });
  CHECK(here.find("transform: 1 infinite value(s), the first in row 690, column 1") == 0);
  transform(gpu, f, moved.test, out);
  CHECK(thrown_by([&] { check(gpu); }) == here);
  CHECK(difference(to_host(gpu, out), y) == "");
}

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

TEST_CASE("pieces of columns: any length, both addresses anywhere, columns that leave") {
  const auto gpu = device_of(21, 3, 32, false);
  for (smelt::index rows : {1, 3, 4, 511, 1023, 1024, 1025, 2500})
    for (smelt::index in : {0, 1, 3}) {
      CAPTURE(rows);
      CAPTURE(in);
      // Columns a stride of rows + 3 apart, so that each begins elsewhere.
      table<float, column_major> wide(rows + 3, 5);
      for (smelt::index c = 0; c < 5; ++c)
        for (smelt::index r = 0; r < rows + 3; ++r)
          wide(r, c) = static_cast<float>(noise_at<double>(r, c, r < 4 ? 0 : 9));
      const auto there = to_device(gpu, wide);
      const smelt::index first = std::min<smelt::index>(in, 3);
      const auto x = std::as_const(wide).view().row_range(first, first + rows);
      const auto dx = std::as_const(there).view().row_range(first, first + rows);
      const auto f = fit(on::seq, values, x);
      auto out = gpu.make_table<float, column_major>(rows + 1, 5);
      auto doubles = gpu.make_table<double, column_major>(rows, 5);
      transform(gpu, f, dx, out.view().row_range(1, rows + 1));
      transform(gpu, f, dx, doubles);
      CHECK(difference(to_host(gpu, std::as_const(out).view().row_range(1, rows + 1)),
                       transform(on::seq, f, x)) == "");
      CHECK(difference(to_host(gpu, doubles), transform<double>(on::seq, f, x)) == "");
      const auto g = fit(on::seq, drop::columns({1, 4}) | values, x);
      auto fewer = gpu.make_table<float, column_major>(rows, 3);
      transform(gpu, g, dx, fewer);
      CHECK(difference(to_host(gpu, fewer), transform(on::seq, g, x)) == "");
    }
  table<float, column_major> wild(700, 3);
  for (smelt::index c = 0; c < 3; ++c)
    for (smelt::index r = 0; r < 700; ++r) wild(r, c) = static_cast<float>(r * c);
  const auto f = fit(on::seq, values, wild);
  wild(650, 1) = std::numeric_limits<float>::infinity();
  wild(600, 2) = -std::numeric_limits<float>::infinity();
  const auto there = to_device(gpu, wild);
  auto out = gpu.make_table<float, column_major>(700, 3);
  transform(gpu, f, there, out);
  CHECK(thrown_by([&] {
          check(gpu);
        }).find("transform: 2 infinite value(s), the first in row 600, column 2") == 0);
  transform(gpu, f, std::as_const(there).view().row_range(601, 700),
            out.view().row_range(601, 700));
  CHECK(thrown_by([&] {
          check(gpu);
        }).find("transform: 1 infinite value(s), the first in row 650, column 1") == 0);
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

TEST_CASE("what comes with rows goes where they go; rows that drop are counted") {
  const auto x = noise(300, 3, 5);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(500 + i);
  const auto f = fit(on::seq, drop::any | standardize(), x);
  const auto expected = transform(on::seq, f, labelled(x, ids));
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    const auto gpu = device_of(seed, 3, 64);
    const auto there = to_device(gpu, x);
    const auto number = to_device(gpu, ids);
    const auto made = transform(gpu, f, labelled(there, number.column(0)));
    CHECK(difference(to_host(gpu, made.x), expected.x) == "");
    CHECK(gpu.fetch(made.y) == expected.y);
    auto out = gpu.make_table<double>(300, 3);
    pass_status status;
    const auto stay =
        smelt::detail::run_map<true>(gpu, f, there.view(), {row_map(300), row_map(300)}, out.view(),
                                     nullptr, followers<>{}, status);
    CHECK(stay == expected.x.rows());
    CHECK(status.dropped == 300 - stay);
    const auto all = transform(gpu, f.values_only(), labelled(there, number.column(0)));
    const auto all_expected = transform(on::seq, f.values_only(), labelled(x, ids));
    CHECK(gpu.fetch(all.y) == all_expected.y);
    CHECK(all.dropped == all_expected.dropped);
  }
  // Four rows in a tile.
  const auto gpu = device_of(4, 3, 64);
  auto wide = noise(30, 1000, 0);
  for (smelt::index r : {0, 5, 17, 18, 29}) wide(r, 30 * r) = gone;
  ids.resize(30);
  const auto g = fit(on::seq, drop::any | standardize(), wide);
  const auto wide_there = to_device(gpu, wide);
  const auto number = to_device(gpu, ids);
  const auto made = transform(gpu, g, labelled(wide_there, number.column(0)));
  CHECK(gpu.fetch(made.y) == transform(on::seq, g, labelled(wide, ids)).y);
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

TEST_CASE("an infinity far into a run is told with its place") {
  const auto gpu = device_of(26, 2, 32, false);
  auto rows = noise<float>(1500, 5);
  auto columns = noise<float, column_major>(2500, 2);
  const auto f = fit(on::seq, values, rows);
  const auto g = fit(on::seq, values, columns);
  auto same = [&](auto& x, const auto& fitted, smelt::index r, smelt::index c) {
    CAPTURE(r);
    CAPTURE(c);
    const float was = x(r, c);
    x(r, c) = static_cast<float>(endless);
    const auto here = thrown_by([&] { transform(on::seq, fitted, x); });
    const auto there = to_device(gpu, x);
    CHECK(thrown_by([&] { transform(gpu, fitted, there); }) == here);
    x(r, c) = was;
  };
  for (smelt::index r : {0, 300, 1023, 1024, 1499})
    for (smelt::index c : {0, 1}) {
      same(rows, f, r, c);
      same(columns, g, r, c);
    }
  same(columns, g, 2047, 0);
  same(columns, g, 2048, 1);
  same(columns, g, 2499, 1);
}

TEST_CASE("rows that drop are closed up in their order, on any schedule") {
  const auto x = noise(700, 3, 5);
  const auto chain = drop::any | standardize() | drop::outside(-1.5, 1.5);
  const auto f = fit(on::seq, chain, x);
  const auto expected = transform(on::seq, f, x);
  const std::vector<unsigned char> mask = [&] {
    std::vector<unsigned char> made(700);
    for (std::size_t i = 0; i < 700; ++i) made[i] = i % 3 == 1;
    return made;
  }();
  const auto masked = fit(on::seq, drop::where(mask) | drop::any, x);
  const auto kept = transform(on::seq, masked, x);
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    const auto gpu = device_of(seed, 1 + static_cast<int>(seed % 7), seed % 2 == 0 ? 32 : 64);
    const auto there = to_device(gpu, x);
    CHECK(difference(to_host(gpu, transform(gpu, f, there)), expected) == "");
    CHECK(difference(to_host(gpu, transform(gpu, masked, there)), kept) == "");
    const auto marked = transform(gpu, f.values_only(), there);
    const auto host_marked = transform(on::seq, f.values_only(), x);
    CHECK(difference(to_host(gpu, marked), host_marked) == "");
    CHECK(marked.dropped == host_marked.dropped);
  }
  const auto narrow = device_of<4>(9, 5, 16);
  CHECK(difference(to_host(narrow, transform(narrow, f, to_device(narrow, x))), expected) == "");
  // All rows, and none.
  const auto gpu = device_of(10, 3, 64);
  const auto full = noise(300, 2, 0);
  const auto none = fit(on::seq, drop::any, full);
  CHECK(transform(gpu, none, to_device(gpu, full)).rows() == 300);
  const auto empty = fit(on::seq, drop::outside(50, 60), full);
  CHECK(transform(gpu, empty, to_device(gpu, full)).rows() == 0);
}

TEST_CASE(
    "a transform into memory given is one launch: no memory is asked for, nothing waited for") {
  const auto gpu = device_of(11, 2, 64, false);
  const auto x = noise(500, 6);
  const auto there = to_device(gpu, x);
  const auto f = fit(on::seq, values, x);
  auto out = gpu.make_table<double>(500, 6);
  transform(gpu, f, there, out);
  check(gpu);
  gpu.runtime().forget_log();
  transform(gpu, f, there, out);
  REQUIRE(gpu.runtime().log().size() == 1);
  CHECK(gpu.runtime().log()[0].what == device_call::launch);
  CHECK(difference(to_host(gpu, out), transform(on::seq, f, x)) == "");
  // Rows that drop: the words that tiles hand on are cleared before the launch, and the count is
  // read.
  const auto g = fit(on::seq, drop::any, x);
  transform(gpu, g, there, out);
  gpu.runtime().forget_log();
  transform(gpu, g, there, out);
  CHECK(gpu.runtime().count(device_call::launch) == 1);
  CHECK(gpu.runtime().count(device_call::allocate) == 0);
}

TEST_CASE("numbers that were placed are copied no more: wide chains, masks, columns kept") {
  const auto gpu = device_of(15, 2, 64, false);
  const auto x = noise(120, 200, 40);
  const auto there = to_device(gpu, x);
  std::vector<unsigned char> mask(120);
  for (std::size_t i = 0; i < 120; ++i) mask[i] = i % 4 == 1;
  const auto same = [&](const auto& fitted, smelt::index cols_out) {
    const auto f = place(gpu, fitted);
    CHECK(f == fitted);
    auto out = gpu.make_table<double>(120, cols_out);
    const smelt::index warm = transform(gpu, f, there, out);
    check(gpu);
    gpu.runtime().forget_log();
    const auto rows = transform(gpu, f, there, out);
    CHECK(gpu.runtime().count(device_call::launch) == 1);
    CHECK(gpu.runtime().count(device_call::copy) == 0);
    CHECK(gpu.runtime().count(device_call::allocate) == 0);
    CHECK(gpu.runtime().count(device_call::wait) == 0);
    CHECK(smelt::index{rows} == warm);
    const auto expected = transform(on::seq, fitted, x);
    out.shrink(warm);
    CHECK(difference(to_host(gpu, out), expected) == "");
    CHECK(difference(to_host(gpu, transform(gpu, fitted, there)), expected) == "");
  };
  same(fit(on::seq, values, x), 200);
  same(fit(on::seq, values | normalize(l2), x), 200);
  same(fit(on::seq, drop::where(mask) | drop::at_least(8) | values, x), 200);
  const auto leaving = fit(on::seq, drop::columns({0, 7, 199}) | values, x);
  same(leaving, 197);
  CHECK(place(on::seq, leaving) == leaving);
}

TEST_CASE("how many rows a transform has written stays on the device until it is asked for") {
  const auto gpu = device_of(16, 3, 64, false);
  const auto x = noise(400, 3, 5);
  const auto there = to_device(gpu, x);
  const auto f = fit(on::seq, drop::any | standardize(), x);
  const smelt::index expected = transform(on::seq, f, x).rows();
  auto out = gpu.make_table<double>(400, 3);
  const auto first = transform(gpu, f, there, out);
  gpu.runtime().forget_log();
  const auto second = transform(gpu, f, std::as_const(there).view().row_range(0, 100), out);
  CHECK(gpu.runtime().count(device_call::wait) == 0);
  CHECK(gpu.runtime().count(device_call::copy) == 0);
  CHECK(first.get() == expected);
  const auto part = std::as_const(x).view().row_range(0, 100);
  CHECK(second.get() == transform(on::seq, f, part).rows());
  CHECK(second.data() != first.data());
  CHECK(transform(gpu, f, std::as_const(there).view().row_range(0, 0), out).get() == 0);
  for (int i = 0; i < 61; ++i) transform(gpu, f, there, out);
  CHECK(first.get() == expected);
  transform(gpu, f, there, out);
  CHECK(thrown_by([&] { first.get(); }) ==
        "the number of rows that a transform wrote is kept for 64 more of them, and 64 have come "
        "since");
}

#if !SMELT_NVCC  // on a GPU: tests/cuda/graph.cu
TEST_CASE(
    "a transform into memory given can be captured into a graph, once the policy has been used") {
  const auto gpu = device_of(15, 2, 64, false);
  const auto x = noise(500, 6);
  const auto there = to_device(gpu, x);
  auto out = gpu.make_table<double>(500, 6);
  transform(gpu, fit(on::seq, values, x), there, out);
  check(gpu);
  const auto captured = [&](const auto& chain) {
    const auto f = place(gpu, fit(on::seq, chain, x));
    transform(gpu, f, there, out);  // makes what the policy keeps for such a pass
    gpu.runtime().settings().capturing = true;
    const auto written = transform(gpu, f, there, out);
    gpu.runtime().settings().capturing = false;
    const smelt::index rows = written;
    CHECK(difference(to_host(gpu, std::as_const(out).view().row_range(0, rows)),
                     transform(on::seq, f, x)) == "");
  };
  captured(values);
  captured(values | normalize(l2));
  captured(values | sample(shuffled{seed{5}}));
  captured(drop::any | values);
  std::vector<unsigned char> mask(500);
  for (std::size_t i = 0; i < 500; ++i) mask[i] = i % 7 == 1;
  captured(values | drop::where(mask));
}
#endif

TEST_CASE("infinities are reported by check, their elements missing; the owning form throws") {
  const auto gpu = device_of(12, 3, 64);
  auto x = noise(900, 5, 0);
  const auto f = fit(on::seq, values, x);
  const auto g = fit(on::seq, values | normalize(l2), x);
  x(600, 2) = endless;
  x(600, 1) = -endless;
  x(899, 4) = endless;
  const auto there = to_device(gpu, x);
  auto same = [&](const auto& fitted) {
    table<double> y(900, 5);
    auto out = gpu.make_table<double>(900, 5);
    const auto here = thrown_by([&] { transform(on::seq, fitted, x, y); });
    CHECK(here.find("transform: 3 infinite value(s), the first in row 600, column 1") == 0);
    transform(gpu, fitted, there, out);
    CHECK(thrown_by([&] { check(gpu); }) == here);
    CHECK(difference(to_host(gpu, out), y) == "");
    CHECK(thrown_by([&] { check(gpu); }) == "");
    CHECK(thrown_by([&] { transform(gpu, fitted, there); }) == here);
  };
  same(f);
  same(g);
}

TEST_CASE("bad calls: sizes, overlaps, memory") {
  const auto gpu = device_of(13, 2, 64, false);
  const auto x = noise(50, 4);
  const auto there = to_device(gpu, x);
  const auto f = fit(on::seq, values, x);
  auto small = gpu.make_table<double>(49, 4);
  CHECK(thrown_by([&] { transform(gpu, f, there, small); }) ==
        "up to 50 rows come out, the output has 49");
  auto both = gpu.make_table<double>(60, 4);
  CHECK(thrown_by([&] {
          transform(gpu, f, both.view().row_range(0, 50), both.view().row_range(1, 51));
        }).find("the output overlaps the input") == 0);
  CHECK(thrown_by([&] { small.shrink(50); }) == "cannot shrink 49 rows to 50");
  auto column = gpu.make_column<double>(3);
  CHECK(thrown_by([&] { column.resize(4); }) == "cannot shrink 3 elements to 4");
  const auto none = gpu.make_table<double>(0, 4);
  CHECK(transform(gpu, f, none).rows() == 0);
  CHECK(thrown_by([&] { fit(gpu, values, none); }) ==
        thrown_by([&] { fit(on::seq, values, table<double>(0, 4)); }));
  const auto empty = gpu.make_table<double>(5, 0);
  CHECK(thrown_by([&] { fit(gpu, values, empty); }) ==
        "fit: the data have 0 columns, at least 1 is needed");
  const device_policy tiny(test_stream<32>({.memory = 1000}));
  CHECK(thrown_by([&] { to_device(tiny, x); }).find("out of memory") != std::string::npos);
  // Columns of one table of 2^40 rows: only its address is there.
  auto few = gpu.make_table<double>(1, 8);
  const matrix_view<double, row_major, device> endless_view(few.data(), smelt::index{1} << 40, 8, 8,
                                                            1);
  const auto dropping = fit(on::seq, drop::any, x);
  CHECK(
      thrown_by([&] {
        transform(gpu, dropping, endless_view.columns(0, 4), endless_view.columns(4, 8));
      }) ==
      "on::cuda: 1099511627776 rows of 4 columns are more than one map takes; give them in parts");
}

TEST_CASE("in place") {
  const auto gpu = device_of(14, 3, 64);
  for (smelt::index cols : {3, 8}) {
    const auto x = noise(333, cols, 13);
    const auto f = fit(on::seq, values, x);
    const auto g = fit(on::seq, values | normalize(largest), x);
    auto there = to_device(gpu, x);
    transform(gpu, f, in_place(there));
    CHECK(difference(to_host(gpu, there), transform(on::seq, f, x)) == "");
    auto again = to_device(gpu, x);
    transform(gpu, g, in_place(again));
    CHECK(difference(to_host(gpu, again), transform(on::seq, g, x)) == "");
  }
}

TEST_CASE(
    "inverse: a run of vectors; columns that left come back in tiles; infinities come through") {
  const auto gpu = device_of(15, 2, 64);
  const auto x = noise(205, 7, 11);
  const auto f = fit(on::seq, values, x);
  auto y = transform(on::seq, f, x);
  y(3, 4) = endless;
  y(204, 6) = -endless;
  const auto expected = inverse(on::seq, f, y);
  CHECK(expected(3, 4) == endless);
  auto there = to_device(gpu, y);
  CHECK(difference(to_host(gpu, inverse(gpu, f, there)), expected) == "");
  CHECK(difference(to_host(gpu, inverse<float>(gpu, f, there)), inverse<float>(on::seq, f, y)) ==
        "");
  // Into memory that is given: one launch.
  auto out = gpu.make_table<double>(205, 7);
  gpu.runtime().forget_log();
  CHECK(inverse(gpu, f, there, out) == 205);
  REQUIRE(gpu.runtime().log().size() == 1);
  CHECK(gpu.runtime().log()[0].what == device_call::launch);
  CHECK(difference(to_host(gpu, out), expected) == "");
  inverse(gpu, f, in_place(there));
  CHECK(difference(to_host(gpu, there), expected) == "");
  check(gpu);  // no infinity was refused

  const auto leaving = drop::columns({0, 4}) | at(columns{1}, infinity::keep) | standardize();
  const auto g = fit(on::seq, leaving, x);
  auto left = transform(on::seq, g, x);
  left(7, 0) = endless;
  left(8, 1) = endless;
  const auto left_there = to_device(gpu, left);
  const auto whole = inverse(on::seq, g, left);
  CHECK(missing(whole(0, 4)));
  CHECK(difference(to_host(gpu, inverse(gpu, g, left_there)), whole) == "");
  check(gpu);
}
