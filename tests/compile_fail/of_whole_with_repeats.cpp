// SPDX-License-Identifier: BSL-1.0
// expect-error: of_whole{sampler, total} takes a sampler without a list whose rows do not repeat
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, standardize() | sample(of_whole{bootstrap{seed{7}}, 100}), x);
  return fitted.rows() > 0 ? 0 : 1;
}
