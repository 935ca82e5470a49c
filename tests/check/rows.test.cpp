// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of rows: stages that break them.

#include <smelt/check/rows.hpp>

#include <support/checked.hpp>
#include <support/recorded.hpp>

#include <array>
#include <string>
#include <vector>

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

/// Draws a row behind the last.
struct sampler_behind {
  static constexpr bool reorders_only = false;
  smelt::index count(smelt::index source) const { return source + 1; }
  permutation order(smelt::index source, std::uint64_t epoch) const {
    return {seed{1}, epoch, source + 1};
  }
  std::string text() const { return "sampler_behind"; }
};

/// Drops half of the rows of the first table, or of every other one.
template <bool First>
struct half_of_some_op {
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
    const int call = calls++;
    return (call < stage_example{}.rows) != First || call % 2 == 0;
  }
};
template <bool First>
struct half_of_some {
  static constexpr effect does = effect::drop;
  using op = half_of_some_op<First>;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const { return "half_of_some"; }
};

/// Has numbers that grow a little with every fit.
struct grows_a_little {
  static constexpr effect does = effect::affine;
  using needs = statistics<moments>;
  template <class Slot>
  affine solve(const Slot& s) const {
    static double fits = 0.0;
    fits += 1.0;
    return s.frame.then({0.0, 1.0, 0.0009765625 * fits});
  }
  std::string text() const { return "grows_a_little"; }
};

using list = std::vector<std::string>;
template <class Chain, class... Policies>
list looked_at(const Chain& stages, const stage_example& example, const Policies&... policies) {
  return recorded(
      [](const auto& exam) {
        smelt::detail::examine_rows(exam);
        smelt::detail::examine_sampler(exam);
        smelt::detail::examine_pieces(exam);
      },
      stages, example, policies...);
}

}  // namespace

TEST_CASE("all that is looked at of rows") {
  const auto values = looked_at(as_chain(standardize()), {.cols = 4}, on::eigen);
  CHECK(cases_of(smelt::detail::law_order, values) == list{"rows in disorder"});
  CHECK(cases_of(smelt::detail::law_fit_order, values) == list{"rows in disorder"});
  CHECK(cases_of(smelt::detail::law_ranges, values) ==
        list{"ranges of 1 rows, on::seq", "ranges of 1 rows, policy 1", "ranges of 7 rows, on::seq",
             "ranges of 7 rows, policy 1", "ranges of 1000 rows, on::seq",
             "ranges of 1000 rows, policy 1", "batches of 32 rows, on::seq",
             "batches of 32 rows, policy 1"});
  CHECK(cases_of(smelt::detail::law_pieces, values) ==
        list{"a cut before row 1024, on::seq", "a cut before row 1031, on::seq",
             "a cut before row 2050, on::seq", "a cut before row 1024, policy 1",
             "a cut before row 1031, policy 1", "a cut before row 2050, policy 1"});
  CHECK(values.size() == 16);
  const auto drops = looked_at(drop::any | standardize(), {});
  CHECK(cases_of(smelt::detail::law_order, drops) == list{"rows in disorder"});
  CHECK(cases_of(smelt::detail::law_fit_order, drops) == list{"rows in disorder"});
  CHECK(cases_of(smelt::detail::law_ranges, drops) ==
        list{"ranges of 1 rows, on::seq", "ranges of 7 rows, on::seq",
             "ranges of 1000 rows, on::seq", "batches of 32 rows, on::seq"});
  CHECK(cases_of(smelt::detail::law_places, drops) == list{"on::seq"});
  const auto draws = looked_at(as_chain(sample(shuffled{seed{3}})), {});
  CHECK(cases_of(smelt::detail::law_sampler, draws) == list{"epoch 0", "epoch 1", "epoch 2"});
  CHECK(cases_of(smelt::detail::law_ranges, draws) == list{"batches of 32 rows, on::seq"});
}

TEST_CASE("rows that are more or fewer, numbers that are a little off") {
  const stage_example ones{.cols = 1, .low = 1.0, .high = 1.0};
  const auto more = looked_at(fill::constant(1) | half_of_some<true>{}, ones);
  CHECK(cases_of(smelt::detail::law_order, more) ==
        list{"rows in disorder: 2051 rows are to stay, 1026 come out"});
  const std::string said = "more rows come out of ";
  CHECK(cases_of(smelt::detail::law_ranges, more) ==
        list{"ranges of 1 rows, on::seq: " + said + "ranges",
             "ranges of 7 rows, on::seq: " + said + "ranges",
             "ranges of 1000 rows, on::seq: " + said + "ranges",
             "batches of 32 rows, on::seq: " + said + "batches"});
  const auto fewer = looked_at(fill::constant(1) | half_of_some<false>{}, ones);
  const std::string lost = "fewer rows come out of ";
  CHECK(cases_of(smelt::detail::law_ranges, fewer) ==
        list{"ranges of 1 rows, on::seq: " + lost + "ranges",
             "ranges of 7 rows, on::seq: " + lost + "ranges",
             "ranges of 1000 rows, on::seq: " + lost + "ranges",
             "batches of 32 rows, on::seq: " + lost + "batches"});
  const auto off = looked_at(as_chain(grows_a_little{}), {.cols = 1});
  CHECK(cases_of(smelt::detail::law_fit_order, off) ==
        list{"rows in disorder: stage 0, number 2, column 0: 0.0009765625 against 0.001953125"});
  const auto behind = looked_at(as_chain(sample(sampler_behind{})), {});
  CHECK(cases_of(smelt::detail::law_sampler, behind)[0] ==
        "epoch 0: row 2051 of 2051 is drawn");
}

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
