// SPDX-License-Identifier: BSL-1.0
/// \file
/// A policy of one's own: what it must be, and that a chain on it gives the bits of on::seq.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

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

static_assert(policy<detail::seq_policy> && policy<detail::eigen_policy> && policy<from_both_ends>);
static_assert(!policy<int> && !policy<table<float>> && !policy<workers>);

}  // namespace

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
