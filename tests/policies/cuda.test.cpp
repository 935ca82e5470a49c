// SPDX-License-Identifier: BSL-1.0
/// \file
/// The policy of on::cuda on the emulated device, watched: races, deadlocks and wrong addresses
/// would be reported. What comes out has the bits of on::seq.

#include <doctest/doctest.h>

#include <policies/cuda/test_device.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the program that everyone reads first, on a device") {
  const auto digits = noise(300, 9, 0);
  const std::vector<std::int64_t> ids = [] {
    std::vector<std::int64_t> made;
    for (int i = 0; i < 300; ++i) made.push_back(1000 + i);
    return made;
  }();
  const auto gpu = device_of(5, 3, 64);
  const auto there = to_device(gpu, digits);
  const auto number = to_device(gpu, ids);
  const auto host_data = labelled(digits.columns(0, 8), ids);
  const auto data = labelled(there.columns(0, 8), number.column(0));
  const auto host_parts =
      split<struct digits_split>(host_data, {.train = 0.8, .test = 0.2}, seed{7});
  const auto parts = split<struct digits_split>(data, {.train = 0.8, .test = 0.2}, seed{7});
  const auto chain =
      clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) | sample(shuffled{seed{42}});
  const auto fitted = fit(gpu, chain, parts.train);
  const auto expected = fit(on::seq, chain, host_parts.train);
  CHECK(fitted == expected);

  auto range = batches(on::seq, expected, host_parts.train, {.rows = 32, .last = last::pad});
  auto here = range.begin();
  for (auto& batch : batches(gpu, fitted, parts.train, {.rows = 32, .last = last::pad})) {
    REQUIRE(here != std::default_sentinel);
    CHECK(difference(to_host(gpu, batch.x), here->x) == "");
    std::vector<std::int64_t> labels(static_cast<std::size_t>(batch.rows()));
    gpu.runtime().copy(labels.data(), batch.y.data(), labels.size() * 8);
    gpu.runtime().wait();
    for (smelt::index i = 0; i < batch.rows(); ++i)
      CHECK(labels[static_cast<std::size_t>(i)] == here->y[i]);
    CHECK(batch.valid == here->valid);
    ++here;
  }
  CHECK(here == std::default_sentinel);

  const auto test = transform(gpu, fitted.values_only(), parts.test);
  const auto host_test = transform(on::seq, expected.values_only(), host_parts.test);
  CHECK(difference(to_host(gpu, test.x), host_test.x) == "");
  CHECK(gpu.fetch(test.y()) == host_test.y());
  CHECK(describe(fitted) == describe(expected));
}
