// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of rows: stages that break them.

#include <smelt/check/rows.hpp>

#include <support/checked.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Judges a row by when it is asked for.
struct every_third_call_op {
  static constexpr int numbers = 0;
  template <class V>
  V term(V, const V*) const {
    return V(0.0);
  }
  template <class V>
  V combine(V a, V b) const {
    return add(a, b);
  }
  bool keeps(double) const {
    static int calls = 0;
    return calls++ % 3 != 0;
  }
};
struct every_third_call {
  static constexpr effect does = effect::drop;
  using op = every_third_call_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const { return "every_third_call"; }
};

/// A sum that halves what it merges.
struct halving_sum {
  static constexpr int fields = 1;
  static constexpr bool laned = true;
  static constexpr double identity(int) { return 0.0; }
  template <class V, class Mask>
  static void note(V* f, V x, V, Mask present) {
    f[0] = add(f[0], where(present, x, V(0.0)));
  }
  template <class V>
  static void merge(V* f, const V* g) {
    f[0] = add(f[0], product(g[0], V(0.5)));
  }
  struct value {
    double sum = 0.0;
  };
  static value finish(const double* f, double, smelt::index) { return {f[0]}; }
};
struct by_halving_sum {
  static constexpr effect does = effect::affine;
  using needs = statistics<halving_sum>;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({s.template get<halving_sum>().sum, 1.0, 0.0});
  }
  std::string text() const { return "by_halving_sum"; }
};

/// Has another number in every fit.
struct counts_learning {
  static constexpr effect does = effect::affine;
  using needs = statistics<moments>;
  template <class Slot>
  affine solve(const Slot& s) const {
    static double fits = 0.0;
    fits += 1.0;
    return s.frame.then({fits, 1.0, 0.0});
  }
  std::string text() const { return "counts_learning"; }
};

/// Says that it only reorders, and draws one row too few.
struct sampler_beyond {
  static constexpr bool reorders_only = true;
  smelt::index count(smelt::index source) const { return source - 1; }
  permutation order(smelt::index source, std::uint64_t epoch) const {
    return {seed{1}, epoch, source};
  }
  std::string text() const { return "sampler_beyond"; }
};

}  // namespace

TEST_CASE("a drop that depends on when it is asked") {
  const auto text = complaint(every_third_call{});
  CHECK(says(text, "Rows in another order come out in that order. Not so for rows in disorder: "));
  CHECK(says(text, "Ranges of rows and batches have the bits of the whole. Not so for "));
}

TEST_CASE("a statistic that halves what it merges") {
  const auto text = complaint(by_halving_sum{});
  CHECK(says(text,
             "Rows in another order give the same numbers, but for rounding. Not so for rows in "
             "disorder: stage 0, number 0, column 0: "));
}

TEST_CASE("a sampler that says it only reorders, and loses a row") {
  const auto text = complaint(sample(sampler_beyond{}));
  CHECK(says(text,
             "A sampler draws rows that are there, each once if it only reorders. Not so for "
             "epoch 0: 2050 rows are drawn of 2051"));
}

TEST_CASE("a stage whose pieces do not make the whole") {
  CHECK(
      says(complaint(counts_learning{}),
           "Pieces, continued and merged, have the bits of the whole. Not so for a cut before row "
           "1024, on::seq: continued: stage 0, number 0, column 0: "));
}
