// SPDX-License-Identifier: BSL-1.0
// expect-error: what is drawn at random has a seed of its own, the last argument: seed{42}.
#include <smelt/smelt.hpp>

#include <vector>

using namespace smelt;

int main() {
  const table<float> x(8, 2);
  const std::vector<double> w(8, 1.0);
  const auto parts = split<struct mine>(x, {.train = 0.5, .test = 0.5}, stratified_by(w, 42));
  return parts.train.rows() > 0 ? 0 : 1;
}
