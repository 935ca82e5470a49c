// SPDX-License-Identifier: BSL-1.0
// expect-error: this view lies on a device
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const matrix_view<const float, row_major, device> x(nullptr, 8, 2);
  const auto fitted = fit(on::seq, standardize(), x);
  transform(on::seq, fitted, table<float>(8, 2));
}
