// SPDX-License-Identifier: BSL-1.0
// expect-error: a test or validation part cannot be fitted
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto fitted = fit(on::seq, standardize(), parts.validation);
  for (auto& batch : batches(on::seq, fitted.without_sampling(), parts.train, {.rows = 4}))
    if (batch.x(0, 0) > 0) return 1;
}
