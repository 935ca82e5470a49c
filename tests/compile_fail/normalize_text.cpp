// SPDX-License-Identifier: BSL-1.0
// expect-error: normalize(...) takes min_max
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, clean(fill::mean) | normalize("minmax"), x);
  transform(on::seq, fitted, x);
}
