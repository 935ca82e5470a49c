// SPDX-License-Identifier: BSL-1.0
// expect-error: this view lies on a device
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  const matrix_view<const float, row_major, device> there(nullptr, 8, 2);
  const auto back = inverse(on::seq, fitted, there);
  return back.rows() == 8;
}
