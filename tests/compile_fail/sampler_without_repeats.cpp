// SPDX-License-Identifier: BSL-1.0
// expect-error: a sampler with a map says whether its rows may come twice
#include <smelt/smelt.hpp>

using namespace smelt;

/// Every row twice.
struct doubled {
  static constexpr bool reorders_only = false;
  row_map map(smelt::index rows, std::uint64_t epoch) const {
    return bootstrap{2 * rows, seed{1}}.map(rows, epoch);
  }
};

int main() {
  const table<float> x(8, 2);
  const auto fitted = fit(on::seq, sample(doubled{}) | standardize(), x);
  return fitted.rows() > 0 ? 0 : 1;
}
