// SPDX-License-Identifier: BSL-1.0
/// \file
/// The map of on::cuda as it is called: what comes with rows, rows that drop and are counted, what a call asks
/// of the device, infinities, bad calls, in place, the inverse.

#include <policies/cuda/maps.hpp>

using namespace smelt;
using namespace smelt_test;

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
