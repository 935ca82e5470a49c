// SPDX-License-Identifier: BSL-1.0
/// \file
/// Take: distinct rows, uniform, drawn anew each epoch.

#include <smelt/samplers/take.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <set>
#include <vector>

using namespace smelt;

namespace {

std::vector<smelt::index> drawn(const take& t, smelt::index rows, std::uint64_t epoch) {
  std::vector<smelt::index> made;
  const auto order = t.order(rows, epoch);
  for (smelt::index i = 0; i < t.count(rows); ++i) made.push_back(order(i));
  return made;
}

}  // namespace

TEST_CASE("the example") {
  // [take example]
  table<double> urn(1000, 1);
  for (smelt::index r = 0; r < 1000; ++r) urn(r, 0) = static_cast<double>(r);
  auto ten = fit_transform(on::seq, as_chain(sample(take{10, seed{42}})), urn);  // 10 of 1000 rows
  // [take example]
  CHECK(ten.rows() == 10);
  const auto rows = drawn({10, seed{42}}, 1000, 0);
  for (smelt::index r = 0; r < 10; ++r)
    CHECK(ten(r, 0) == static_cast<double>(rows[static_cast<std::size_t>(r)]));
}

TEST_CASE("without replacement: distinct rows of the source") {
  for (smelt::index n : {0, 1, 5, 99, 100}) {
    const auto rows = drawn({n, seed{3}}, 100, 0);
    const std::set<smelt::index> seen(rows.begin(), rows.end());
    CHECK(static_cast<smelt::index>(seen.size()) == n);
    if (n > 0) CHECK((*seen.begin() >= 0 && *seen.rbegin() < 100));
  }
}

TEST_CASE("fewer rows are the first of more; epochs draw anew") {
  const auto ten = drawn({10, seed{3}}, 100, 4);
  auto twenty = drawn({20, seed{3}}, 100, 4);
  twenty.resize(10);
  CHECK(ten == twenty);
  CHECK(ten != drawn({10, seed{3}}, 100, 5));
  CHECK(ten != drawn({10, seed{4}}, 100, 4));
}

TEST_CASE("every row is as likely as any other") {
  std::vector<int> times(50);
  for (std::uint64_t epoch = 0; epoch < 2000; ++epoch)
    for (smelt::index r : drawn({5, seed{11}}, 50, epoch)) ++times[static_cast<std::size_t>(r)];
  double chi_square = 0.0;  // 49 degrees of freedom: above 86 once in a thousand seeds
  for (int n : times) chi_square += (n - 200.0) * (n - 200.0) / 200.0;
  CHECK(chi_square < 86.0);
  CHECK(chi_square > 20.0);
}

TEST_CASE("more rows than there are, or fewer than none") {
  CHECK_THROWS_WITH_AS(take({11, seed{1}}).count(10),
                       "take{11}: there are only 10 rows to take without replacement", value_error);
  CHECK_THROWS_WITH_AS(take({-1, seed{1}}).count(10),
                       "take{-1}: the number of rows cannot be negative", value_error);
  status found;
  CHECK(take({10, seed{1}}).check(10, found));
  CHECK_FALSE(take({-1, seed{1}}).check(10, found));
  table<double> ten(10, 1);
  for (smelt::index r = 0; r < 10; ++r) ten(r, 0) = 1.0;
  const auto f = fit(on::seq, standardize() | sample(take{11, seed{1}}), ten);
  CHECK_THROWS_AS(transform(on::seq, f, ten), value_error);
}

TEST_CASE("a share of the rows") {
  const take tenth{fraction_of{0.1}, seed{3}};
  CHECK(tenth.count(1009) == 100);
  CHECK(take{fraction_of{0.1, rounded::up}, seed{3}}.count(1009) == 101);
  CHECK(tenth.order(1009, 0)(5) == take{100, seed{3}}.order(1009, 0)(5));
  CHECK(tenth.text() == "take{fraction_of{0.1}, seed{3}}");
  CHECK_THROWS_WITH_AS(take({fraction_of{1.5}, seed{1}}).count(10),
                       "take{fraction_of{1.5}}: 1.5 is not a share between 0 and 1", value_error);
}

TEST_CASE("what the planner is told, and its text") {
  static_assert(!take::reorders_only);
  CHECK(take{10, seed{42}}.text() == "take{10, seed{42}}");
}
