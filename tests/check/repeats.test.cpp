// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of repetition: stages that keep state, lose something in a copy, or differ by policy.

#include <smelt/check/repeats.hpp>

#include <support/checked.hpp>

#include <atomic>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Adds how often it was fitted.
struct counts_fits {
  static constexpr effect does = effect::affine;
  template <class Slot>
  affine solve(const Slot& s) const {
    static double fits = 0.0;
    fits += 1.0;
    return s.frame.then({fits, 1.0, 0.0});
  }
};

/// Adds how often it was called.
struct counts_calls_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    static std::atomic<int> calls{0};
    return add(x, V(static_cast<double>(calls++)));
  }
};
struct counts_calls {
  static constexpr effect does = effect::value;
  using op = counts_calls_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
};

/// Whose copy is another stage.
struct grows_by_copies {
  static constexpr effect does = effect::affine;
  double shift = 0.0;
  grows_by_copies() = default;
  grows_by_copies(const grows_by_copies& other) : shift(other.shift + 1.0) {}
  grows_by_copies& operator=(const grows_by_copies&) = default;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({shift, 1.0, 0.0});
  }
};

/// Computes another thing in packets.
struct by_width_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    if constexpr (std::is_same_v<V, double>)
      return x;
    else
      return add(x, V(1.0));
  }
};
struct by_width {
  static constexpr effect does = effect::monotone;
  using op = by_width_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
};

constexpr const char* same_again =
    "The same data give the same numbers and results, whatever was done before. Not so for ";

}  // namespace

TEST_CASE("a stage that counts its fits") {
  const auto text = complaint(counts_fits{});
  CHECK(says(text, std::string(same_again) + "a second fit: stage 0, number 0, column 0: "));
}

TEST_CASE("a stage that counts its calls, from several threads too") {
  const auto text = complaint(counts_calls{});
  CHECK(says(text, std::string(same_again) + "a second fit: row 0, column 0: "));
  CHECK(says(text,
             "Several threads may transform with one const fitted chain at once. Not so for "
             "thread 0 of 4, on::seq: row 0, column 0: "));
}

TEST_CASE("a stage whose copy is another") {
  const auto text = complaint(grows_by_copies{});
  CHECK(says(text,
             "Copies and moved stages and fitted chains are as good as the first. Not so for a "
             "copied stage: stage 0, number 0, column 0: "));
}

TEST_CASE("a stage that is another in packets") {
  CHECK(check_stage(by_width{}).ok());
  const auto text = complaint(by_width{}, on::eigen);
  CHECK(says(text,
             "Every policy gives the bits of on::seq, or refuses in the same words. Not so for "
             "policy 1: row 0, column 0: "));
}
