// SPDX-License-Identifier: BSL-1.0
// expect-error: load takes the chain that was fitted and a path
#include <smelt/load.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  transform(on::seq, load(standardize(), "chain.smelt", 3), x);
}
