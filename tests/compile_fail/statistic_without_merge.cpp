// SPDX-License-Identifier: BSL-1.0
// expect-error: a stage needs statistics, and this is none
#include <smelt/smelt.hpp>

using namespace smelt;

struct last_seen {
  static constexpr int fields = 1;
  static constexpr bool laned = false;
  using value = double;
  static double finish(const double* f, double, smelt::index) { return f[0]; }
};
struct centred_on_last {
  static constexpr effect does = effect::affine;
  using needs = statistics<last_seen>;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.run;
  }
};

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, centred_on_last{}, x);
  transform(on::seq, fitted, x);
}
