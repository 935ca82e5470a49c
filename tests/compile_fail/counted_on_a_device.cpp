// SPDX-License-Identifier: BSL-1.0
// expect-error: filled and clipped values are counted on the host
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  const auto x = gpu.make_table<float>(8, 2);
  auto out = gpu.make_table<float>(8, 2);
  const auto fitted = fit(gpu, clean(fill::mean), x);
  return transform(std::nothrow, gpu, fitted, x, out, counted).ok();
}
