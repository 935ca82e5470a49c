// SPDX-License-Identifier: BSL-1.0
// expect-error: fit takes a policy, a chain and data
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x, seed{7});
  transform(on::seq, fitted, x);
}
