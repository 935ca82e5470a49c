// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain was fitted in another fold
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto outer = folds<struct cv, 2>(x, k_fold{});
  const auto inner = folds<struct in, 2>(outer.get<0>().train, k_fold{});
  const auto fitted = fit(on::seq, standardize(), inner.get<0>().train);
  transform(on::seq, fitted, outer.get<0>().held_out);
  transform(on::seq, fitted, outer.get<1>().held_out);
}
