// SPDX-License-Identifier: BSL-1.0
// expect-error: sample(...) takes a sampler
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = standardize() | sample(42);
  const auto fitted = fit(on::seq, chain, x);
  for (auto& batch : batches(on::seq, fitted, x, {.rows = 4}))
    if (batch.x(0, 0) > 0) return 1;
}
