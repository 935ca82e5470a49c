// SPDX-License-Identifier: BSL-1.0
// expect-error: this chain was fitted on a whole table
#include <smelt/load.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.5, .test = 0.5}, seed{7});
  transform(on::seq, load(standardize(), "chain.smelt"), parts.test);
}
