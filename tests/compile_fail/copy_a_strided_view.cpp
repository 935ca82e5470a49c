// SPDX-License-Identifier: BSL-1.0
// expect-error: a strided view is not copied
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  const float values[16] = {};
  const matrix_view<const float, strided> x(values, 4, 2, 4, 2);
  return static_cast<int>(to_device(gpu, x).cols());
}
