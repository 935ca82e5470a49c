// SPDX-License-Identifier: BSL-1.0
// expect-error: this is a number of rows, a whole one; a share of them is fraction_of{0.1}
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, standardize() | sample(take{0.1, seed{7}}), x);
  return fitted.rows() > 0 ? 0 : 1;
}
