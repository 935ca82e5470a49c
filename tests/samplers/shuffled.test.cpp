// SPDX-License-Identifier: BSL-1.0
/// \file
/// Shuffled: every row once, another order for each epoch and seed, the same for everyone.

#include <smelt/samplers/shuffled.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <set>
#include <vector>

using namespace smelt;

namespace {

std::vector<smelt::index> order_of(const shuffled& s, smelt::index rows, std::uint64_t epoch) {
  std::vector<smelt::index> made;
  const auto order = s.order(rows, epoch);
  for (smelt::index i = 0; i < s.count(rows); ++i) made.push_back(order(i));
  return made;
}

}  // namespace

TEST_CASE("the example") {
  // [shuffled example]
  auto sampler = shuffled{seed{42}};
  auto order = sampler.order(1000, 3);  // 1000 rows, epoch 3
  smelt::index first = order(0);        // the source row that comes out first
  // [shuffled example]
  CHECK((0 <= first && first < 1000));
  CHECK(order.inverse(first) == 0);
}

TEST_CASE("every row once, for any number of rows") {
  for (smelt::index rows : {0, 1, 2, 3, 7, 8, 9, 100, 1024, 4097}) {
    CAPTURE(rows);
    const auto order = order_of({seed{7}}, rows, 0);
    const std::set<smelt::index> seen(order.begin(), order.end());
    CHECK(static_cast<smelt::index>(order.size()) == rows);
    CHECK(static_cast<smelt::index>(seen.size()) == rows);
    if (rows > 0) CHECK((*seen.begin() == 0 && *seen.rbegin() == rows - 1));
  }
}

TEST_CASE("an order is a function of seed, epoch and number of rows") {
  const auto one = order_of({seed{7}}, 500, 0);
  CHECK(one == order_of({seed{7}}, 500, 0));
  CHECK(one != order_of({seed{8}}, 500, 0));
  CHECK(one != order_of({seed{7}}, 500, 1));
  CHECK(order_of({seed{7}}, 500, 1) != order_of({seed{7}}, 500, 2));
  CHECK(order_of({seed{0}}, 500, 0) != order_of({seed{0}}, 500, std::uint64_t{1} << 40));
}

TEST_CASE("an order mixes: few rows stay, few neighbours stay neighbours") {
  int stay = 0;
  int neighbours = 0;
  for (std::uint64_t epoch = 0; epoch < 20; ++epoch) {
    const auto order = order_of({seed{1}}, 1000, epoch);
    for (std::size_t i = 0; i < order.size(); ++i) stay += order[i] == static_cast<smelt::index>(i);
    for (std::size_t i = 1; i < order.size(); ++i) neighbours += order[i] == order[i - 1] + 1;
  }
  // Both are about Poisson with mean 20.
  CHECK((2 < stay && stay < 50));
  CHECK((2 < neighbours && neighbours < 50));
}

TEST_CASE("what the planner is told, and its text") {
  static_assert(shuffled::reorders_only);
  static_assert(sampler<shuffled>);
  CHECK(shuffled{seed{42}}.text() == "shuffled{seed{42}}");
  CHECK(sample(shuffled{seed{42}}).text() == "sample(shuffled{seed{42}})");
}
