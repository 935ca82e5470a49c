// SPDX-License-Identifier: BSL-1.0
// expect-error: this table is a temporary
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  for (auto& batch : batches(on::seq, fitted, read_csv<float>("digits.csv"), {.rows = 32}))
    if (batch.x(0, 0) > 0) return 1;
}
