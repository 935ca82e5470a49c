// SPDX-License-Identifier: BSL-1.0
// expect-error: a test or validation part cannot be fitted
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, parts.test);
  const auto y = transform(on::seq, fitted, x);
  return y(0, 0) > 0;
}
