// SPDX-License-Identifier: BSL-1.0
// expect-error: save takes a fitted chain and a path
#include <smelt/save.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, standardize(), x);
  save(fitted);
}
