// SPDX-License-Identifier: BSL-1.0
// expect-error: some rows of this part were fitted, and others are held out
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto fold = folds<struct cv, 3>(parts.train, k_fold{}).get<0>();
  const auto fitted = fit(on::seq, standardize(), fold.train);
  transform(on::seq, fitted, parts.test);
  transform(on::seq, fitted, parts.train);
}
