// SPDX-License-Identifier: BSL-1.0
// expect-error: solve(slot) returns what its effect says
#include <smelt/smelt.hpp>

using namespace smelt;

struct twice_op {
  static constexpr int numbers = 0;
  double apply(double v, const double*) const { return 2 * v; }
};

struct twice {
  static constexpr effect does = effect::value;
  using op = twice_op;
};

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, clean(fill::mean) | twice{}, x);
  transform(on::seq, fitted, x);
}
