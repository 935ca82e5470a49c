// SPDX-License-Identifier: BSL-1.0
/// \file
/// Weighted take: distinct rows, in the order and with the probabilities of draws one after another.

#include <smelt/samplers/weighted_take.hpp>

#include <doctest/doctest.h>

#include <support/deviates.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

using namespace smelt;

namespace {

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

std::string refused(const weighted_take& w, smelt::index rows) {
  status found;
  const bool good = w.check(rows, found);
  CHECK(good == found.ok());
  return found.ok() ? "" : found.what();
}

}  // namespace

TEST_CASE("pairs, in their order, as often as two draws after another give them") {
  const std::vector<double> weights{1, 2, 3, 0, 4};
  std::vector<double> counts;
  std::vector<double> expected;
  std::vector<double> times(25);
  const weighted_take sampler{weights, 2, seed{9}};
  for (std::uint64_t epoch = 0; epoch < 20000; ++epoch) {
    const auto rows = sampler.map(5, epoch);
    REQUIRE(rows.count() == 2);
    ++times[at(rows(0) * 5 + rows(1))];
  }
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t b = 0; b < 5; ++b) {
      const double p = a == b ? 0.0 : weights[a] / 10 * weights[b] / (10 - weights[a]);
      if (p == 0.0) {
        CHECK(times[a * 5 + b] == 0);
        continue;
      }
      counts.push_back(times[a * 5 + b]);
      expected.push_back(20000 * p);
    }
  CHECK(counts.size() == 12);
  CHECK(smelt_test::deviates(counts, expected) < smelt_test::most_deviates);
}

TEST_CASE("distinct rows, fewer the first of more, all that have a weight at most") {
  std::vector<float> weights(300);
  for (std::size_t i = 0; i < 300; ++i) weights[i] = i % 3 == 0 ? 0.0f : static_cast<float>(i);
  const auto all = weighted_take{weights, 200, seed{3}}.map(300, 1);
  const auto some = weighted_take{weights, 20, seed{3}}.map(300, 1);
  std::set<smelt::index> seen;
  for (smelt::index i = 0; i < 200; ++i) {
    CHECK(all(i) % 3 != 0);
    seen.insert(all(i));
    if (i < 20) CHECK(all(i) == some(i));
  }
  CHECK(seen.size() == 200);
  CHECK(weighted_take{weights, 0, seed{3}}.map(300, 1).count() == 0);
  const row_map part(permutation(seed{2}, 0, 300), 10, 90);
  std::vector<double> own(90);
  for (smelt::index i = 0; i < 90; ++i) own[at(i)] = static_cast<double>(weights[at(part(i))]);
  const auto of_part = weighted_take{weights, part, 9, seed{3}}.map(90, 0);
  const auto of_own = weighted_take{own, 9, seed{3}}.map(90, 0);
  for (smelt::index i = 0; i < 9; ++i) CHECK(of_part(i) == of_own(i));
}

TEST_CASE("rows come in the order of their arrivals, by the epoch's seed") {
  std::vector<smelt::index> order(20);
  std::vector<double> arrives(20);
  const philox_key key = key_of(seed_of(seed{9}, 6, 5));
  for (std::size_t r = 0; r < 20; ++r) {
    order[r] = static_cast<smelt::index>(r);
    arrives[r] = detail::exponential(philox(counter_of(r, 5), key));
  }
  std::sort(order.begin(), order.end(),
            [&](smelt::index a, smelt::index b) { return arrives[at(a)] < arrives[at(b)]; });
  const auto rows = weighted_take{std::vector<int>(20, 1), 20, seed{9}}.map(20, 6);
  for (smelt::index i = 0; i < 20; ++i) CHECK(rows(i) == order[at(i)]);
}

TEST_CASE("weights a power of two times larger draw the same rows, near 0 and near infinity too") {
  const std::vector<double> weights{1, 2, 3, 0, 4};
  for (int power : {-1074, 1020}) {
    std::vector<double> other;
    for (double w : weights) other.push_back(std::ldexp(w, power));
    for (std::uint64_t epoch = 0; epoch < 100; ++epoch) {
      const auto rows = weighted_take{weights, 4, seed{9}}.map(5, epoch);
      const auto again = weighted_take{other, 4, seed{9}}.map(5, epoch);
      for (smelt::index i = 0; i < 4; ++i) CHECK(again(i) == rows(i));
    }
  }
}

TEST_CASE("what cannot be drawn, and in words") {
  const std::vector<double> weights{1, 0, 3};
  CHECK(refused({weights, 2, seed{1}}, 3) == "");
  CHECK(refused({weights, 3, seed{1}}, 3) ==
        "weighted_take{3 weights, 3, seed{1}}: only 2 rows have a weight above 0");
  CHECK(refused({weights, 2, seed{1}}, 4) ==
        "weighted_take{3 weights, 2, seed{1}}: there are 4 rows to choose from");
  CHECK(refused({weights, -2, seed{1}}, 3) ==
        "weighted_take{3 weights, -2, seed{1}}: the number of rows cannot be negative");
  CHECK_THROWS_WITH_AS((weighted_take{std::vector<double>{1, -1}, 1, seed{1}}),
                       "the weight of row 1 is -1: it must be finite and not negative", value_error);
  CHECK(weighted_take{weights, fraction_of{0.5}, seed{1}}.text() ==
        "weighted_take{3 weights, fraction_of{0.5}, seed{1}}");
  CHECK(weighted_take{weights, 1, seed{1}}.given_bytes().size() == 3 * sizeof(double));
  CHECK(weighted_take{}.given_bytes().empty());
}
