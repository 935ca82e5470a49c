// SPDX-License-Identifier: BSL-1.0
// expect-error: takes the owner of the threads
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  fit(on::eigen.on(workers{2}), standardize(), x);
}
