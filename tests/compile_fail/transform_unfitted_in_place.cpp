// SPDX-License-Identifier: BSL-1.0
// expect-error: this has not been fitted
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  table<float> x(8, 2);
  transform(on::seq, standardize(), in_place(x));
}
