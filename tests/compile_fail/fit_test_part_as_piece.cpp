// SPDX-License-Identifier: BSL-1.0
// expect-error: a test or validation part cannot be fitted
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto first = fit(on::seq, standardize(), x);
  const auto both = merge(first, fit(on::seq, standardize(), parts.test, continues(first)));
  transform(on::seq, both, x);
}
