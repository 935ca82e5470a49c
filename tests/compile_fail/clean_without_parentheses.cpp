// SPDX-License-Identifier: BSL-1.0
// expect-error: only stages can be joined
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean | standardize();
  fit(on::seq, chain, x);
}
