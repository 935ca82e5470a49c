// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain was fitted on a whole table
// The same before cross-validation: one chain for all folds.
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, clean(fill::mean) | standardize(), x);
  const auto fold = folds<struct cv, 4>(x, k_fold{seed{7}}).get<0>();
  const auto judged = transform(on::seq, fitted, fold.held_out);
  return judged(0, 0) > 0;
}
