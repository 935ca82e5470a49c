// SPDX-License-Identifier: BSL-1.0
// expect-error: folds are folds<struct my_folds, 5>(data, how)
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  folds<struct cv, 4>(x).each([](const auto& train, const auto& held_out) {
    const auto fitted = fit(on::seq, standardize(), train);
    transform(on::seq, fitted, held_out);
  });
}
