// SPDX-License-Identifier: BSL-1.0
// A stage, an op, a statistic and a sampler of one's own: the right version of stage_without_solve,
// op_without_numbers, statistic_without_merge and sample_a_number.
#include <smelt/smelt.hpp>

using namespace smelt;

struct twice_op {
  static constexpr int numbers = 1;
  template <class V>
  V apply(V x, const V* n) const {
    return product(x, n[0]);
  }
};
struct twice {
  static constexpr effect does = effect::value;
  using op = twice_op;
  template <class Slot>
  std::array<double, 1> solve(const Slot&) const {
    return {2.0};
  }
};

/// The sum of the magnitudes.
struct weight {
  static constexpr int fields = 1;
  static constexpr bool laned = true;
  static constexpr double identity(int) { return 0.0; }
  template <class V, class Mask>
  static void note(V* f, V x, V, Mask present) {
    f[0] = add(f[0], where(present, magnitude(x), V(0.0)));
  }
  template <class V>
  static void merge(V* f, const V* g) {
    f[0] = add(f[0], g[0]);
  }
  struct value {
    double sum = 0.0;
  };
  static value finish(const double* f, double, smelt::index) { return {f[0]}; }
};
struct by_weight {
  static constexpr effect does = effect::affine;
  using needs = statistics<weight>;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({0.0, divide(1.0, s.template get<weight>().sum), -0.0});
  }
};

struct backwards {
  static constexpr bool reorders_only = true;
  smelt::index count(smelt::index rows) const { return rows; }
  permutation order(smelt::index rows, std::uint64_t) const { return {seed{1}, 0, rows}; }
  std::string text() const { return "backwards"; }
};

int main() {
  const table<float> x(8, 2);
  const auto chain = twice{} | by_weight{} | sample(backwards{});
  const auto fitted = fit(on::seq, chain, x);
  return transform(on::seq, fitted, x).rows() == 8;
}
