// SPDX-License-Identifier: BSL-1.0
// expect-error: a chain that samples or drops rows has no inverse
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, standardize() | sample(shuffled{seed{1}}), x);
  return inverse(on::seq, fitted, x).rows() == 8;
}
