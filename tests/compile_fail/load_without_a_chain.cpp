// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not a chain
#include <smelt/load.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  transform(on::seq, load("chain.smelt", standardize()), x);
}
