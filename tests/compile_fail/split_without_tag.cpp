// SPDX-License-Identifier: BSL-1.0
// expect-error: a split needs a name of its own
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto fitted = fit(on::seq, standardize(), parts.train);
  transform(on::seq, fitted, parts.test);
}
