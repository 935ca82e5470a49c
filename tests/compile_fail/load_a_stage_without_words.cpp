// SPDX-License-Identifier: BSL-1.0
// expect-error: a stage of this chain has no text()
#include <smelt/load.hpp>
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
  transform(on::seq, load(standardize() | twice{}, "chain.smelt"), x);
}
