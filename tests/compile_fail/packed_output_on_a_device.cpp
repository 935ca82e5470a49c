// SPDX-License-Identifier: BSL-1.0
// expect-error: these packed rows are memory of the host, for on::seq and on::eigen. On a device say packed_output
#include <smelt/codecs/packed_output.hpp>
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  const auto x = gpu.make_table<float>(8, 2);
  const auto fitted = fit(gpu, standardize(), x);
  packed_output<float> out(packing<float>({{}, {}}, 8, {}), 8);
  return transform(gpu, fitted, x, out) == 8;
}
