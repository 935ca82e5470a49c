// SPDX-License-Identifier: BSL-1.0
// expect-error: this table is a temporary
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto data = labelled(read_csv<float>("digits.csv"), std::vector<int>(8));
  fit(on::seq, standardize(), data);
}
