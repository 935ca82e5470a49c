// SPDX-License-Identifier: BSL-1.0
// expect-error: cannot be written over their source
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto fitted = fit(on::seq, standardize(), parts.train);
  transform(on::seq, fitted, in_place(parts.test));
}
