// SPDX-License-Identifier: BSL-1.0
// expect-error: batches takes a policy, a fitted chain and data
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  for (auto& batch : batches(on::seq, fitted, {.rows = 4}))
    if (batch.x(0, 0) > 0) return 1;
}
