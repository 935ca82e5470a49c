// SPDX-License-Identifier: BSL-1.0
// expect-error: standardize(...) takes ddof{1}
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, standardize(l2), x);
  transform(on::seq, fitted, x);
}
