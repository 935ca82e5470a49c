// SPDX-License-Identifier: BSL-1.0
// expect-error: files are read on the host
#include <smelt/smelt.hpp>

#include <support/no_device.hpp>

using namespace smelt;

int main() {
  const smelt_test::no_device gpu{smelt_test::no_runtime{}};
  const auto x = read_csv<float>(gpu, "digits.csv");
  return static_cast<int>(fit(on::seq, standardize(), x).cols());
}
