// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not data smelt can read
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const std::vector<int> ids(8);
  const auto data = labelled("digits.csv", ids);
  const auto parts = split<struct mine>(data, {.train = 0.8, .test = 0.2}, seed{7});
  const auto fitted = fit(on::seq, standardize(), parts.train);
  for (auto& batch : batches(on::seq, fitted, parts.train, {.rows = 4}))
    if (batch.x(0, 0) > batch.y[0]) return 1;
}
