// SPDX-License-Identifier: BSL-1.0
// expect-error: a chain writes float or double
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  table<std::uint8_t> out(8, 2);
  transform(on::seq, fitted, x, out);
}
