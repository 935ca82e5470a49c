// SPDX-License-Identifier: BSL-1.0
// expect-error: the function of by(...) decides alone
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts =
      split<struct mine>(x, {.train = 0.5, .test = 0.5}, by([](smelt::index row) { return row % 2; }));
  fit(on::seq, standardize(), parts.train);
}
