// SPDX-License-Identifier: BSL-1.0
// expect-error: a split is split<struct my_split>(data, sizes, order)
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.5, .test = 0.5}, k_fold{});
  fit(on::seq, standardize(), parts.train);
}
