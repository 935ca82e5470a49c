// SPDX-License-Identifier: BSL-1.0
// What smelt reads: the right version of not_a_view, eigen_expression, label_is_a_number and the
// programs with temporaries.
#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

int main() {
  const auto chain = clean(fill::mean) | standardize();
  const Eigen::MatrixXf a = Eigen::MatrixXf::Ones(8, 2);
  const Eigen::MatrixXf twice = (2 * a).eval();
  const std::vector<float> column(8);
  const float plain[8] = {};
  const auto fitted = fit(on::seq, chain, twice);
  fit(on::seq, chain, a.topRows(4));
  fit(on::seq, chain, column);
  fit(on::seq, chain, plain);
  fit(on::seq, chain, std::span<const float>(column));
  fit(on::seq, chain, table<float>(8, 2));  // a temporary lives as long as the call
  transform(on::seq, fitted, table<float>(8, 2));

  const table<float> x(8, 3, {"a", "b", "c"});
  const std::vector<std::int64_t> ids(8);
  const Eigen::VectorXi classes = Eigen::VectorXi::Zero(8);
  const auto data = labelled(x.columns(0, 2), x.column("c"), ids, classes);
  for (auto& batch : batches(on::seq, fitted, data, {.rows = 4}))
    if (batch.y[0] > batch.x(0, 0) && batch.companion<1>()[0] > 0) return 1;
  fit(on::seq, chain, select(x, columns{"b", "a"}));
  table<int> own(8, 2);
  return as_eigen(x).rows() == 8 && as_eigen(own).sum() == 0;
}
