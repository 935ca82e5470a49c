// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not a chain
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, x, chain);
  const auto y = transform(on::seq, fitted, x);
  return y(0, 0) > 0;
}
