// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain was fitted on a whole table
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fold = folds<struct cv, 4>(x, k_fold{seed{7}}).get<2>();
  const auto fitted = fit(on::seq, standardize(), x);
  transform(on::seq, fitted, fold.held_out);
}
