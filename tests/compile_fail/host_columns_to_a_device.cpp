// SPDX-License-Identifier: BSL-1.0
// expect-error: on::cuda reads device
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  const std::vector<float> heights(8);
  const auto x = column_set(8).add(heights);
  return static_cast<int>(fit(gpu, standardize(), x).cols());
}
