// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not a chain
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto y = fit_transform(on::seq, "standardize", x);
  return y(0, 0) > 0;
}
