// SPDX-License-Identifier: BSL-1.0
// expect-error: cannot be written over their source
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  table<float> x(8, 2);
  const auto fitted = fit(on::seq, clean(drop::any) | standardize(), x);
  transform(on::seq, fitted.without_sampling(), in_place(x));
}
