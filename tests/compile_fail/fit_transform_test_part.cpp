// SPDX-License-Identifier: BSL-1.0
// expect-error: a test or validation part cannot be fitted
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto y = fit_transform(on::seq, standardize(), parts.test);
  return y(0, 0) > 0;
}
