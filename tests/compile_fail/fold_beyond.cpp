// SPDX-License-Identifier: BSL-1.0
// expect-error: there is no fold of this number
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fold = folds<struct cv, 4>(x, k_fold{}).get<4>();
  fit(on::seq, standardize(), fold.train);
}
