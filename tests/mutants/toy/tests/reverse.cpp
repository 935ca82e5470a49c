// SPDX-License-Identifier: BSL-1.0
/// \file
/// The test of the kernel that the mutants' own test plants mutants in.

#include <doctest/doctest.h>

#include <support/emulated_device.hpp>
#include <toy/reverse.hpp>

#include <vector>

TEST_CASE("a row is turned around") {
  smelt_test::emulated_runtime device({.seed = 3});
  for (int n : {1, 31, 32, 33, 100}) {
    std::vector<unsigned> row;
    for (int i = 0; i < n; ++i) row.push_back(static_cast<unsigned>(7 * i + 1));
    const std::size_t bytes = row.size() * sizeof(unsigned);
    auto* in = static_cast<unsigned*>(device.allocate(bytes));
    auto* out = static_cast<unsigned*>(device.allocate(bytes));
    device.copy(in, row.data(), bytes);
    device.launch<toy::reverse_body>(1, 32, bytes, toy::reverse_arguments{in, out, n});
    std::vector<unsigned> back(row.size());
    device.copy(back.data(), out, bytes);
    device.wait();
    CHECK(back == std::vector<unsigned>(row.rbegin(), row.rend()));
    device.release(in);
    device.release(out);
  }
}
