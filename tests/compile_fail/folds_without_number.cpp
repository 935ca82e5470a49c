// SPDX-License-Identifier: BSL-1.0
// expect-error: folds need a name of their own and a number
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fold = folds<struct cv>(x, k_fold{}).get<0>();
  const auto fitted = fit(on::seq, standardize(), fold.train);
  transform(on::seq, fitted, fold.held_out);
}
