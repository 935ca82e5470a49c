// SPDX-License-Identifier: BSL-1.0
// expect-error: these are all parts of a split
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto fitted = fit(on::seq, standardize(), parts);
  transform(on::seq, fitted, parts.test);
}
