// SPDX-License-Identifier: BSL-1.0
// expect-error: tables are packed on the host, by on::seq or on::eigen
#include <smelt/pack.hpp>
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  const auto x = pack(gpu, table<float>(2, 2), exactly{});
  return static_cast<int>(fit(on::seq, standardize(), x).cols());
}
