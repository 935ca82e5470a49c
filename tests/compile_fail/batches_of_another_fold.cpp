// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain was fitted in another fold
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto made = folds<struct cv, 4>(x, k_fold{seed{7}});
  const auto fitted = fit(on::seq, standardize(), made.get<2>().train);
  for (auto& batch : batches(on::seq, fitted, made.get<0>().held_out, {.rows = 2}))
    if (batch.x(0, 0) > 0) return 1;
}
