// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not data smelt can read
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  const auto y = transform(on::seq, fitted, "digits.csv");
  return y.rows() == 8;
}
