// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain has a stage that cannot be undone
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, standardize() | normalize(l2), x);
  return inverse(on::seq, fitted, x).rows() == 8;
}
