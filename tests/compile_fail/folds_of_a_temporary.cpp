// SPDX-License-Identifier: BSL-1.0
// expect-error: this table is a temporary
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fold = folds<struct cv, 4>(table<float>(x), k_fold{}).get<0>();
  fit(on::seq, standardize(), fold.train);
}
