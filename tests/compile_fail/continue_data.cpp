// SPDX-License-Identifier: BSL-1.0
// expect-error: this has not been fitted
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  fit(on::seq, chain, x, continues(x));
}
