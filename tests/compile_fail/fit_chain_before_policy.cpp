// SPDX-License-Identifier: BSL-1.0
// expect-error: the first argument is a policy
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(chain, on::seq, x);
  transform(on::seq, fitted, x);
}
