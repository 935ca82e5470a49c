// SPDX-License-Identifier: BSL-1.0
// expect-error: labels and keys are one column of numbers or words
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const std::vector<std::pair<int, int>> pairs(8);
  const auto parts = split<struct mine>(x, {.train = 0.5, .test = 0.5}, stratified_by(pairs, seed{7}));
  fit(on::seq, standardize(), parts.train);
}
