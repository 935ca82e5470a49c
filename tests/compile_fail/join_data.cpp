// SPDX-License-Identifier: BSL-1.0
// expect-error: only stages can be joined
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto y = x | clean(fill::mean) | standardize();
  return y(0, 0) > 0;
}
