// SPDX-License-Identifier: BSL-1.0
// expect-error: a part that may not be fitted is not folded either
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.5, .test = 0.5}, seed{7});
  const auto fold = folds<struct cv, 2>(parts.test, k_fold{}).get<0>();
  const auto fitted = fit(on::seq, standardize(), fold.train);
  transform(on::seq, fitted, fold.held_out);
}
