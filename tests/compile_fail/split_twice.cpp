// SPDX-License-Identifier: BSL-1.0
// expect-error: a part cannot be split again
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto again = split<struct other>(parts.train, {.train = 0.5, .test = 0.5}, seed{8});
  const auto fitted = fit(on::seq, standardize(), again.train);
  transform(on::seq, fitted, again.test);
}
