// SPDX-License-Identifier: BSL-1.0
// expect-error: clean(...) wants at least one rule
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, clean() | standardize(), x);
  transform(on::seq, fitted, x);
}
