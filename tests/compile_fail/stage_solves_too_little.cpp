// SPDX-License-Identifier: BSL-1.0
// expect-error: solve(slot) returns what its effect says
#include <smelt/smelt.hpp>

using namespace smelt;

struct shift {
  static constexpr effect does = effect::affine;
  template <class Slot>
  double solve(const Slot&) const {
    return 1.0;
  }
};

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, shift{}, x);
  transform(on::seq, fitted, x);
}
