// SPDX-License-Identifier: BSL-1.0
// expect-error: this output cannot be written
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  return transform(on::seq, fitted, x, 3) == 8;
}
