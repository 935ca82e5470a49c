// SPDX-License-Identifier: BSL-1.0
// expect-error: no policy can run this op
#include <smelt/smelt.hpp>

using namespace smelt;

struct twice_op {
  double apply(double v) const { return 2 * v; }
};
struct twice {
  static constexpr effect does = effect::value;
  using op = twice_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
};

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, clean(fill::mean) | twice{}, x);
  transform(on::seq, fitted, x);
}
