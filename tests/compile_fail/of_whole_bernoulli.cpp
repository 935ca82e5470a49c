// SPDX-License-Identifier: BSL-1.0
// expect-error: of_whole{how, total} takes a sampler or a way to split
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const auto fitted =
      fit(on::seq, standardize() | sample(of_whole{bernoulli{0.1, seed{7}}, 100}), x);
  return fitted.rows() > 0 ? 0 : 1;
}
