// SPDX-License-Identifier: BSL-1.0
// expect-error: to_device copies from the host
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  const auto x = device_column_set(8).add(column_view<const float, device>(nullptr, 8));
  return static_cast<int>(to_device(gpu, x).cols());
}
