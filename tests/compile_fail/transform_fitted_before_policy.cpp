// SPDX-License-Identifier: BSL-1.0
// expect-error: the first argument is a policy
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  const auto y = transform(fitted, on::seq, x);
  return y(0, 0) > 0;
}
