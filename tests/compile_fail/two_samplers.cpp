// SPDX-License-Identifier: BSL-1.0
// expect-error: a chain samples once
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = sample(take{4, seed{1}}) | standardize() | sample(shuffled{seed{2}});
  const auto fitted = fit(on::seq, chain, x);
  transform(on::seq, fitted, x);
}
