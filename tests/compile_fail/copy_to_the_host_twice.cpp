// SPDX-License-Identifier: BSL-1.0
// expect-error: to_host copies from a device
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  const table<float> x(8, 2);
  return static_cast<int>(to_host(gpu, x).cols());
}
