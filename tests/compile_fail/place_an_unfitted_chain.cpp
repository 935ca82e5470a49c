// SPDX-License-Identifier: BSL-1.0
// expect-error: this has not been fitted
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto chain = clean(fill::mean) | standardize();
  return place(on::seq, chain).cols() == 8;
}
