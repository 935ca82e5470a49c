// SPDX-License-Identifier: BSL-1.0
// expect-error: element needs a chain of functions of one value
#include <smelt/smelt.hpp>
#include <smelt/element.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, normalize(l2), x);
  return element(fitted)(1.0, 0) > 0;
}
