// SPDX-License-Identifier: BSL-1.0
// expect-error: this is not one dense matrix
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const std::vector<int> ids(8);
  const auto some = select(labelled(x, ids), columns{0});
  fit(on::seq, standardize(), some);
}
