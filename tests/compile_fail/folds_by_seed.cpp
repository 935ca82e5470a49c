// SPDX-License-Identifier: BSL-1.0
// expect-error: folds are folds<struct my_folds, 5>(data, how)
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fold = folds<struct cv, 4>(x, seed{7}).get<0>();
  const auto fitted = fit(on::seq, standardize(), fold.train);
  transform(on::seq, fitted, fold.held_out);
}
