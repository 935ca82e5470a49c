// SPDX-License-Identifier: BSL-1.0
// expect-error: a chain writes float or double
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  table<int> x(8, 2);
  const auto fitted = fit(on::seq, standardize(), x);
  transform(on::seq, fitted, in_place(x));
}
