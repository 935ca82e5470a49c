// SPDX-License-Identifier: BSL-1.0
/// \file
/// Elements one after another, in rows without gaps and in columns: the bits of on::seq for any width, length,
/// alignment and type.

#include <policies/cuda/maps.hpp>

using namespace smelt;
using namespace smelt_test;

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
