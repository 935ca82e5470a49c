// SPDX-License-Identifier: BSL-1.0
// expect-error: this is an Eigen expression without memory of its own
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const Eigen::MatrixXf a = Eigen::MatrixXf::Ones(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::eigen, chain, 2 * a);
  const auto y = transform(on::eigen, fitted.values_only(), a);
  return as_eigen(y).rows() == 8;
}
