// SPDX-License-Identifier: BSL-1.0
// expect-error: this view lies on a device
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const matrix_view<const float, row_major, device> there(nullptr, 8, 2);
  return as_eigen(there).rows() == 8;
}
