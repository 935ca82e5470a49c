// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bottom-k: the same sample for any chunks, orders and merges; every row as likely as any other.

#include <smelt/random/bottom_k.hpp>

#include <doctest/doctest.h>

#include <support/deviates.hpp>

#include <algorithm>
#include <vector>

using namespace smelt;

namespace {

using rows = std::vector<smelt::index>;

rows of_all(smelt::index k, smelt::index n, std::uint64_t s) {
  bottom_k made(k, seed{s});
  made.add(0, n);
  return made.rows();
}

}  // namespace

TEST_CASE("the example") {
  // [bottom_k example]
  bottom_k here(3, seed{42}), there(3, seed{42});
  here.add(0, 500);     // a chunk of a file
  there.add(500, 700);  // another, elsewhere
  here.merge(there);
  auto sample_of_1200 = here.rows();
  // [bottom_k example]
  CHECK(sample_of_1200 == of_all(3, 1200, 42));
  CHECK(sample_of_1200.size() == 3);
}

TEST_CASE("any chunks, in any order, seen once or twice, merged in any way") {
  for (const smelt::index k : {0, 1, 7, 200, 1000}) {
    const rows expected = of_all(k, 900, 5);
    CHECK(static_cast<smelt::index>(expected.size()) == (k < 900 ? k : 900));
    for (const smelt::index chunk : {1, 13, 450, 900}) {
      bottom_k forward(k, seed{5});
      bottom_k backward(k, seed{5});
      bottom_k odd(k, seed{5});
      bottom_k even(k, seed{5});
      for (smelt::index at = 0; at < 900; at += chunk) {
        const smelt::index n = at + chunk < 900 ? chunk : 900 - at;
        forward.add(at, n);
        forward.add(at, 1);
        (at / chunk % 2 == 0 ? even : odd).add(at, n);
      }
      for (smelt::index at = 900; at > 0; at -= chunk) {
        const smelt::index first = at > chunk ? at - chunk : 0;
        backward.add(first, at - first);
      }
      odd.merge(even);
      odd.merge(odd);
      CHECK(forward.rows() == expected);
      CHECK(backward.rows() == expected);
      CHECK(odd.rows() == expected);
    }
  }
}

TEST_CASE("the rows with the smallest words, in ascending order") {
  const philox_key key = key_of(seed{5});
  const auto word_of = [&](smelt::index r) {
    return word64(philox(counter_of(static_cast<std::uint64_t>(r), 9), key));
  };
  rows all;
  for (smelt::index r = 0; r < 60; ++r) all.push_back(r);
  std::sort(all.begin(), all.end(), [&](smelt::index a, smelt::index b) { return word_of(a) < word_of(b); });
  all.resize(9);
  std::sort(all.begin(), all.end());
  CHECK(of_all(9, 60, 5) == all);
}

TEST_CASE("every row, and every pair of neighbours, is as likely as any other") {
  std::vector<double> times(40);
  std::vector<double> together(39);
  for (std::uint64_t s = 0; s < 4000; ++s) {
    const rows made = of_all(10, 40, s);
    for (std::size_t i = 0; i < made.size(); ++i) {
      ++times[static_cast<std::size_t>(made[i])];
      if (i > 0 && made[i] == made[i - 1] + 1) ++together[static_cast<std::size_t>(made[i - 1])];
    }
  }
  CHECK(smelt_test::deviates(times) < smelt_test::most_deviates);
  CHECK(smelt_test::deviates(together) < smelt_test::most_deviates);
}

TEST_CASE("what is refused") {
  CHECK_THROWS_WITH_AS(bottom_k(-1, seed{1}), "bottom_k{-1}: the number of rows cannot be negative",
                       value_error);
  bottom_k one(3, seed{1});
  CHECK_THROWS_WITH_AS(one.merge(bottom_k(4, seed{2})),
                       "bottom_k: one keeps 3 rows by seed 1, the other 4 by seed 2", value_error);
  CHECK_THROWS_AS(one.merge(bottom_k(4, seed{1})), value_error);
  CHECK_THROWS_AS(one.merge(bottom_k(3, seed{2})), value_error);
  CHECK(one.size() == 0);
}
