// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not one dense matrix
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  const auto x = device_column_set(8).add(column_view<const float, device>(nullptr, 8));
  return static_cast<int>(to_host(gpu, x).cols());
}
