// SPDX-License-Identifier: BSL-1.0
// expect-error: at(...) takes columns{0, 8}
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = at(columns{0, 1}, 3);
  fit(on::seq, chain, x);
}
