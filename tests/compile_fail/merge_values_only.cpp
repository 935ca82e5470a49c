// SPDX-License-Identifier: BSL-1.0
// expect-error: merge takes two fitted chains
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  const auto both = merge(fitted, fitted.values_only());
  transform(on::seq, both, x);
}
