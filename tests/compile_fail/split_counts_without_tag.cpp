// SPDX-License-Identifier: BSL-1.0
// expect-error: a split needs a name of its own
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split(x, counts{.train = 6, .test = 2}, in_order);
  fit(on::seq, standardize(), parts.train);
}
