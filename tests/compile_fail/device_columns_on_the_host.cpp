// SPDX-License-Identifier: BSL-1.0
// expect-error: this view lies on a device
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto x = device_column_set(8).add(column_view<const float, device>(nullptr, 8));
  return static_cast<int>(fit(on::seq, standardize(), x).cols());
}
