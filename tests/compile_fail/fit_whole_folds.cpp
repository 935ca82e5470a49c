// SPDX-License-Identifier: BSL-1.0
// expect-error: these are all parts of a split
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto made = folds<struct cv, 4>(x, k_fold{seed{7}});
  const auto fitted = fit(on::seq, standardize(), made);
  transform(on::seq, fitted, x);
}
