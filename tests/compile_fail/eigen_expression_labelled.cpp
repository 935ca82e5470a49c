// SPDX-License-Identifier: BSL-1.0
// expect-error: this is an Eigen expression without memory of its own
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const Eigen::MatrixXf a = Eigen::MatrixXf::Ones(8, 2);
  const Eigen::VectorXi y = Eigen::VectorXi::Zero(8);
  const auto data = labelled(a + a, y);
  const auto fitted = fit(on::eigen, standardize(), data);
  transform(on::eigen, fitted, data);
}
