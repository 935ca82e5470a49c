// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain was fitted in another split
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto others = split<struct other>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto fold = folds<struct cv, 3>(parts.train, k_fold{}).get<0>();
  const auto fitted = fit(on::seq, standardize(), fold.train);
  transform(on::seq, fitted, others.test);
}
