// SPDX-License-Identifier: BSL-1.0
// expect-error: place takes a policy and a fitted chain
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, clean(fill::mean) | standardize(), x);
  return place(on::seq, fitted, x).cols() == 8;
}
