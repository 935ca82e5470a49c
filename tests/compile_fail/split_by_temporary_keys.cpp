// SPDX-License-Identifier: BSL-1.0
// expect-error: this table is a temporary
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(x, {.train = 0.5, .test = 0.5}, grouped_by(std::vector<int>(8)));
  fit(on::seq, standardize(), parts.train);
}
