// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain was fitted in another split
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto others = split<struct other>(x, {.train = 0.5, .test = 0.5}, seed{8});
  const auto fitted = fit(on::seq, standardize(), parts.train);
  for (auto& batch : batches(on::seq, fitted, others.test, {.rows = 4}))
    if (batch.x(0, 0) > 0) return 1;
}
