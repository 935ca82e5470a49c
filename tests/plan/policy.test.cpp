// SPDX-License-Identifier: BSL-1.0
/// \file
/// A policy of one's own: what it must be, and that a chain on it gives the bits of on::seq.

#include <smelt/plan/policy.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace smelt;

namespace {

/// Plain loops that claim three workers, take tasks from both ends, and write down their numbers.
struct from_both_ends : detail::seq_policy {
  std::vector<smelt::index>* taken;

  explicit from_both_ends(std::vector<smelt::index>& into) : taken(&into) {}
  static constexpr int concurrency(smelt::index) { return 3; }
  template <class F>
  void for_each(smelt::index tasks, const F& f) const {
    for (smelt::index i = 0; i < tasks; ++i) {
      const smelt::index task = i % 2 == 0 ? i / 2 : tasks - 1 - i / 2;
      taken->push_back(task);
      f(task, static_cast<int>(i % 3));
    }
  }
};

/// Writes down what it shows of its verbs, and when that is over.
struct shown_policy : detail::seq_policy {
  struct runtime_type {
    struct shown_range {
      static inline std::vector<std::string> all;
      explicit shown_range(const std::string& words) { all.push_back(words); }
      ~shown_range() { all.push_back("over"); }
    };
  };
};

/// What is to be reached, and what it is called.
struct asked {
  const void* at;
  std::string what;
  friend bool operator==(const asked&, const asked&) = default;
};
/// Returns before its passes are done, as far as types tell, and writes down what it is to reach.
struct reaching : detail::seq_policy {
  mutable std::vector<asked> all;
  void settle() const {}
  void expect_reach(const void* at, const char* what) const { all.push_back({at, what}); }
  std::vector<asked> taken() const { return std::exchange(all, {}); }
};

static_assert(policy<detail::seq_policy> && policy<detail::eigen_policy> && policy<from_both_ends>);
static_assert(!policy<int> && !policy<table<float>> && !policy<workers>);

}  // namespace

TEST_CASE("a policy that returns early is asked whether it reaches what it is given, where there is any") {
  const reaching mine;
  const auto x = smelt_test::noise<float>(1, 1);
  const std::vector<int> y = {7};
  const auto of = [&](const void* at, const char* what) { return asked{at, what}; };
  detail::check_reach(mine, x.view(), "input");
  detail::check_reach(mine, column_view<const int>(y.data(), 1), "companion");
  CHECK(mine.taken() == std::vector<asked>{of(x.data(), "input"), of(y.data(), "companion")});
  detail::check_reach(mine, x.view().row_range(0, 0), "input");
  detail::check_reach(mine, x.view().columns(1, 1), "input");
  detail::check_reach(mine, column_view<const int>(y.data(), 0), "companion");
  CHECK(mine.taken().empty());
  const std::uint8_t bits[] = {1};
  const auto set = column_set(1).add(y).add(y, "", bits);
  detail::check_reach(mine, set, "input");
  CHECK(mine.taken() == std::vector<asked>{of(y.data(), "input"), of(y.data(), "input"),
                                           of(bits, "input")});
  detail::check_reach_of(mine, detail::open(labelled(x, y)));
  CHECK(mine.taken() == std::vector<asked>{of(x.data(), "input"), of(y.data(), "companion")});
}

TEST_CASE("a policy that shows its verbs to a profiler names them after the chain") {
  const auto x = smelt_test::noise<float>(20, 2);
  auto y = table<float>(20, 2);
  const shown_policy mine;
  const auto f = fit(mine, clean(fill::mean) | standardize(), x);
  transform(mine, f, x);
  transform(mine, f, x, y);
  for (const auto& batch : batches(mine, f, x, {.rows = 20})) static_cast<void>(batch);
  const std::string chain = "fill::mean | standardize()";
  const std::vector<std::string> expected{
      "smelt fit " + chain,       "over", "smelt transform " + chain, "over",
      "smelt transform " + chain, "over", "smelt batches " + chain,   "over",
      "smelt batches " + chain,   "over"};  // the second finds no rows left
  CHECK(shown_policy::runtime_type::shown_range::all == expected);
}

TEST_CASE("a chain on a policy of one's own") {
  const auto x = smelt_test::noise<float>(60000, 3, 30);
  const auto chain = clean(drop::any) | standardize() | clip(-1, 1) | standardize();
  std::vector<smelt::index> taken;
  const from_both_ends mine(taken);
  const auto f = fit(mine, chain, x);
  CHECK(f == fit(on::seq, chain, x));
  // Two folds of 59 leaves in runs of four: at most eight tasks a worker, all of them taken.
  CHECK(taken.size() == 2 * 15);
  CHECK(smelt_test::difference(transform(mine, f, x), transform(on::seq, f, x)) == "");
}
