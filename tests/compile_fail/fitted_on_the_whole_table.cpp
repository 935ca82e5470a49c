// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain was fitted on a whole table
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.8, .test = 0.2}, seed{7});
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  const auto y = transform(on::seq, fitted, parts.test);
  return y(0, 0) > 0;
}
