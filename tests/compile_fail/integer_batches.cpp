// SPDX-License-Identifier: BSL-1.0
// expect-error: a chain writes float or double
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  for (auto& batch : batches<int>(on::seq, fitted, x, {.rows = 4}))
    if (batch.x(0, 0) > 0) return 1;
}
