// SPDX-License-Identifier: BSL-1.0
// expect-error: the first argument is a policy
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, standardize(), x);
  const auto y = transform(std::nothrow, fitted, x);
  return y.rows() == 8;
}
