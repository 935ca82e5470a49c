// SPDX-License-Identifier: BSL-1.0
// expect-error: a companion is one column
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto data = labelled(x, "species");
  const auto parts = split<struct mine>(data, {.train = 0.8, .test = 0.2}, in_order);
  fit(on::seq, standardize(), parts.train);
}
