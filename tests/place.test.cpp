// SPDX-License-Identifier: BSL-1.0
/// \file
/// place: the chain itself on a host; on a device its numbers are there before a pass asks, for as
/// long as someone holds them.

#include <smelt/place.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <support/on_device.hpp>

#include <new>  // std::nothrow
#include <optional>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("on a host it is the chain itself") {
  const auto f = fit(on::seq, standardize(), noise(30, 3));
  CHECK(place(on::seq, f) == f);
  CHECK(place(on::eigen, f).placed() == nullptr);
  const auto placed = place(std::nothrow, on::seq, f);
  REQUIRE(placed);
  CHECK(*placed == f);
}

TEST_CASE("on a device numbers lie there, shared by copies and forms, until the last is gone") {
  const cuda_policy<emulated_runtime> gpu(emulated_runtime({.watch = false, .processors = 2}), 32);
  const auto x = noise(40, 150);
  const auto f = fit(on::seq, clean(fill::mean) | drop::outside(-100, 152) | standardize(), x);
  const std::size_t before = gpu.runtime().live_allocations();
  std::optional placed(place(gpu, f));
  CHECK(*placed == f);
  REQUIRE(placed->placed() != nullptr);
  CHECK(f.placed() == nullptr);
  auto values = std::optional(placed->values_only());
  CHECK(values->placed() == placed->placed());
  CHECK(gpu.runtime().live_allocations() == before + 1);
  placed.reset();
  const auto there = to_device(gpu, x);
  CHECK(difference(to_host(gpu, transform(gpu, *values, there)),
                   transform(on::seq, f.values_only(), x)) == "");
  // A host reads the numbers that it always had.
  CHECK(difference(transform(on::eigen, *values, x), transform(on::seq, f.values_only(), x)) == "");
  const std::size_t with = gpu.runtime().live_allocations();
  values.reset();
  CHECK(gpu.runtime().live_allocations() == with - 1);
}

TEST_CASE("batches of wide rows copy their numbers once") {
  const cuda_policy<emulated_runtime> gpu(emulated_runtime({.watch = false, .processors = 2}), 32);
  const auto x = noise(96, 150);
  const auto f = fit(on::seq, clean(fill::mean) | standardize(), x);
  const auto there = to_device(gpu, x);
  transform(gpu, f, there);
  auto range = batches(gpu, f, there, {.rows = 16});
  gpu.runtime().forget_log();
  int count = 0;
  auto at = range.begin();
  for (; count < 5; ++at) ++count;
  CHECK(gpu.runtime().count(emulated_call::launch) == 6);
  CHECK(gpu.runtime().count(emulated_call::copy) == 0);
}
