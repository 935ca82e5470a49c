// SPDX-License-Identifier: BSL-1.0
// expect-error: by_hash gives each key a part of its own
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const std::vector<int> ids(8);
  const auto parts = split<struct mine>(x, counts{.train = 4, .test = 4}, by_hash(ids));
  fit(on::seq, standardize(), parts.train);
}
