// SPDX-License-Identifier: BSL-1.0
// expect-error: a role is a complete type with two members
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(
      x, shares{share<role::train>{0.6}, share<struct calibration>{0.4}}, seed{7});
  fit(on::seq, standardize(), parts.get<role::train>());
}
