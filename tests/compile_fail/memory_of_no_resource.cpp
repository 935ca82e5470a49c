// SPDX-License-Identifier: BSL-1.0
// expect-error: takes a resource by its name
#include <smelt/smelt.hpp>

#include <vector>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  std::vector<char> arena(1000);
  fit(on::seq.memory(arena), standardize(), x);
}
