// SPDX-License-Identifier: BSL-1.0
// expect-error: a stage of this chain has no text()
#include <smelt/save.hpp>
#include <smelt/smelt.hpp>

using namespace smelt;

struct twice {
  static constexpr effect does = effect::affine;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({0, 2, 0});
  }
};

int main() {
  const table<float> x(8, 2);
  save(fit(on::seq, standardize() | at(columns{1}, twice{}), x), "chain.smelt");
}
