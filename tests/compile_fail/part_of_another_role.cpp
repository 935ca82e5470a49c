// SPDX-License-Identifier: BSL-1.0
// expect-error: this split has no part, or more than one, of that role
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto parts = split<struct mine>(
      x, shares{share<role::train>{0.6}, share<role::test>{0.4}}, seed{7});
  const auto fitted = fit(on::seq, standardize(), parts.get<role::train>());
  transform(on::seq, fitted, parts.get<role::validation>());
}
