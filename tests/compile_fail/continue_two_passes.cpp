// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain needs more than one read to fit
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = standardize() | clip(-3, 3) | standardize();
  const auto first = fit(on::seq, chain, x);
  const auto second = fit(on::seq, chain, x, continues(first));
  transform(on::seq, merge(first, second), x);
}
