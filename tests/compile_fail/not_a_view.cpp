// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not data smelt can read
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, 42);
  const auto y = transform(on::seq, fitted, 42);
  return y(0, 0) > 0.0;
}
