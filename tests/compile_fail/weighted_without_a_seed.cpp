// SPDX-License-Identifier: BSL-1.0
// expect-error: what is drawn at random has a seed of its own, the last argument: seed{42}.
#include <smelt/smelt.hpp>

#include <vector>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const std::vector<double> w(8, 1.0);
  const auto fitted = fit(on::seq, standardize() | sample(weighted{w, 10}), x);
  return fitted.rows() > 0 ? 0 : 1;
}
