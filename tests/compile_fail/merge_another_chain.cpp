// SPDX-License-Identifier: BSL-1.0
// expect-error: this piece continues another chain
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  const auto second = fit(on::seq, standardize(), x);
  transform(on::seq, merge(fitted, second), x);
}
