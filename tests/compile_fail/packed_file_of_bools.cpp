// SPDX-License-Identifier: BSL-1.0
// expect-error: packed files hold float, double and std::int32_t
#include <smelt/read/packed.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto x = map_packed<bool>("table.packed");
  return static_cast<int>(fit(on::seq, standardize(), x).cols());
}
