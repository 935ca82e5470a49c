// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of repetition: stages that keep state, lose something in a copy, or differ by policy.

#include <smelt/check/repeats.hpp>

#include <support/checked.hpp>
#include <support/recorded.hpp>

#include <atomic>
#include <string>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Adds how often it was fitted. (`Which`: each test has a count of its own.)
template <int Which>
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
template <int Which>
struct counts_calls_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    static std::atomic<int> calls{0};
    return add(x, V(static_cast<double>(calls++)));
  }
};
template <int Which>
struct counts_calls {
  static constexpr effect does = effect::value;
  using op = counts_calls_op<Which>;
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

/// What is looked at of repetition: all cases, of zeros alone.
template <class Stage, class... Policies>
std::vector<std::string> repeats_of(const Stage& stage, const Policies&... policies) {
  return recorded([](const auto& exam) { smelt::detail::examine_repeats(exam); }, as_chain(stage),
                  stage_example{.cols = 5, .low = 0.0, .high = 0.0}, policies...);
}
using list = std::vector<std::string>;

}  // namespace

TEST_CASE("every repetition is looked at") {
  const auto cases = repeats_of(clip(-1, 1), on::eigen);
  CHECK(cases_of(smelt::detail::law_works, cases) == list{"on::seq"});
  CHECK(cases_of(smelt::detail::law_repeats, cases) ==
        list{"a second fit", "a second transform", "a fit after one of other data"});
  CHECK(cases_of(smelt::detail::law_copies, cases) ==
        list{"a copied stage", "a moved stage", "a copied fitted chain", "a moved fitted chain"});
  CHECK(cases_of(smelt::detail::law_policies, cases) == list{"on::seq", "policy 1"});
  CHECK(cases_of(smelt::detail::law_threads, cases) ==
        list{"thread 0 of 4, on::seq", "thread 1 of 4, on::seq", "thread 2 of 4, on::seq",
             "thread 3 of 4, on::seq", "thread 0 of 4, policy 1", "thread 1 of 4, policy 1",
             "thread 2 of 4, policy 1", "thread 3 of 4, policy 1"});
}

TEST_CASE("what is found is shown against what was met first") {
  const auto fits = repeats_of(counts_fits<2>{});
  const std::string other = ": stage 0, number 0, column 0: 1 against ";
  CHECK(cases_of(smelt::detail::law_repeats, fits) ==
        list{"a second fit" + other + "6", "a second transform",
             "a fit after one of other data" + other + "16"});
  CHECK(cases_of(smelt::detail::law_copies, fits) ==
        list{"a copied stage" + other + "21", "a moved stage" + other + "26",
             "a copied fitted chain", "a moved fitted chain"});
  CHECK(cases_of(smelt::detail::law_policies, fits) == list{"on::seq" + other + "31"});
  const auto calls = repeats_of(counts_calls<2>{});
  const std::string further = ": row 0, column 0: 0 against ";
  CHECK(cases_of(smelt::detail::law_repeats, calls) ==
        list{"a second fit" + further + "10255", "a second transform" + further + "20510",
             "a fit after one of other data" + further + "41015"});
  CHECK(cases_of(smelt::detail::law_copies, calls) ==
        list{"a copied stage" + further + "51270", "a moved stage" + further + "61525",
             "a copied fitted chain", "a moved fitted chain" + further + "71780"});
  const auto threads = cases_of(smelt::detail::law_threads, calls);
  REQUIRE(threads.size() == 4);
  CHECK(threads[3].find("thread 3 of 4, on::seq" + further) == 0);
  CHECK(cases_of(smelt::detail::law_policies, repeats_of(by_width{}, on::eigen)) ==
        list{"on::seq", "policy 1" + further + "1"});
}

TEST_CASE("a stage that counts its fits") {
  const auto text = complaint(counts_fits<1>{});
  CHECK(says(text, std::string(same_again) + "a second fit: stage 0, number 0, column 0: "));
}

TEST_CASE("a stage that counts its calls, from several threads too") {
  const auto text = complaint(counts_calls<1>{});
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
