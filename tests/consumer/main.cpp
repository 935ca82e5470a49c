// SPDX-License-Identifier: BSL-1.0
// A user's program: with smelt::smelt it runs on plain loops, with smelt::eigen on Eigen.
#include <smelt/smelt.hpp>

#ifdef WITH_EIGEN
#include <smelt/eigen.hpp>
constexpr auto where_it_runs = smelt::on::eigen;
#else
constexpr auto where_it_runs = smelt::on::seq;
#endif

#include <iostream>

int main(int, char** argv) {
  using namespace smelt;
  auto digits = read_csv<float>(argv[1]);
  auto pixels = digits.columns(0, 64);
  auto fitted = fit(where_it_runs, clean(fill::mean) | standardize(), pixels);
  auto scaled = transform(where_it_runs, fitted, pixels);
  std::cout << scaled.rows() << " rows\n" << describe(fitted);
  return scaled.rows() == 1797 ? 0 : 1;
}
