// SPDX-License-Identifier: BSL-1.0
/// \file
/// Weighted: each row as often as its weight says, from columns of any numbers, part or whole.

#include <smelt/samplers/weighted.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <support/deviates.hpp>
#include <support/on_both.hpp>

#include <cstdint>
#include <vector>

using namespace smelt;

namespace {

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

std::string refused(const weighted& w, smelt::index rows) {
  status found;
  const bool good = w.check(rows, found);
  CHECK(good == found.ok());
  return found.ok() ? "" : found.what();
}

}  // namespace

TEST_CASE("the example") {
  // [weighted example]
  table<double> urn(4, 1);
  for (smelt::index r = 0; r < 4; ++r) urn(r, 0) = static_cast<double>(r);
  std::vector<double> weights{1, 0, 7, 2};
  auto drawn = fit_transform(on::seq, as_chain(sample(weighted{weights, 1000, seed{42}})), urn);
  // [weighted example]
  REQUIRE(drawn.rows() == 1000);
  const auto rows = weighted{weights, 1000, seed{42}}.map(4, 0);
  std::vector<double> times(4);
  for (smelt::index i = 0; i < 1000; ++i) {
    CHECK(drawn(i, 0) == static_cast<double>(rows(i)));
    ++times[at(rows(i))];
  }
  CHECK(times[1] == 0);
  CHECK(smelt_test::deviates({times[0], times[2], times[3]}, {100, 700, 200}) <
        smelt_test::most_deviates);
}

TEST_CASE("each row as often as its weight says, over rows and epochs") {
  std::vector<std::int64_t> weights;
  std::vector<double> expected;
  double sum = 0;
  for (int i = 0; i < 40; ++i) {
    weights.push_back(1 + i * i % 17);
    sum += static_cast<double>(weights.back());
  }
  for (const auto w : weights) expected.push_back(40000 * static_cast<double>(w) / sum);
  std::vector<double> in_rows(40);
  std::vector<double> in_epochs(40);
  const weighted sampler{weights, 40000, seed{9}};
  const auto rows = sampler.map(40, 3);
  for (smelt::index i = 0; i < 40000; ++i) ++in_rows[at(rows(i))];
  for (std::uint64_t epoch = 0; epoch < 40000; ++epoch) ++in_epochs[at(sampler.map(40, epoch)(5))];
  CHECK(smelt_test::deviates(in_rows, expected) < smelt_test::most_deviates);
  CHECK(smelt_test::deviates(in_epochs, expected) < smelt_test::most_deviates);
}

TEST_CASE("equal weights: rows as bounded draws them by the epoch's seed") {
  const auto rows = weighted{std::vector<int>{3, 3, 3, 3, 3}, 50, seed{9}}.map(5, 7);
  for (std::uint64_t i = 0; i < 50; ++i)
    CHECK(rows(static_cast<smelt::index>(i)) ==
          static_cast<smelt::index>(bounded(seed_of(seed{9}, 7, 4), i, 4, 0, 5)));
}

TEST_CASE("weights beyond 2^53, and the weights of a part") {
  // A row whose weight is 1 of 2^61: never in a thousand draws; doubles would call it 0 too.
  const std::vector<std::int64_t> huge{std::int64_t{1} << 61, 1, std::int64_t{1} << 60};
  const auto rows = weighted{huge, 1000, seed{4}}.map(3, 0);
  for (smelt::index i = 0; i < 1000; ++i) CHECK(rows(i) != 1);
  std::vector<float> weights(100, 0.0f);
  const row_map part(permutation(seed{2}, 0, 100), 10, 30);
  weights[at(part(7))] = 0.5f;
  const auto only = weighted{weights, part, 50, seed{4}}.map(30, 0);
  for (smelt::index i = 0; i < 50; ++i) CHECK(only(i) == 7);
}

TEST_CASE("the map lives as long as it is held, and batches hold it") {
  auto rows = weighted{std::vector<int>{1, 2, 3}, 20, seed{4}}.map(3, 0);
  const auto again = weighted{std::vector<int>{1, 2, 3}, 20, seed{4}}.map(3, 0);
  for (smelt::index i = 0; i < 20; ++i) CHECK(rows(i) == again(i));
  table<double> x(3, 1);
  for (smelt::index r = 0; r < 3; ++r) x(r, 0) = static_cast<double>(r);
  const auto f = fit(on::seq, as_chain(sample(weighted{std::vector<int>{1, 2, 3}, 20, seed{4}})), x);
  smelt::index i = 0;
  for (const auto& batch : batches(on::seq, f, x, {.rows = 7}))
    for (smelt::index r = 0; r < batch.rows(); ++r, ++i)
      CHECK(batch.x(r, 0) == static_cast<double>(again(i)));
  CHECK(i == 20);
}

TEST_CASE("the same bits on every policy, of a part too: the table reaches a device") {
  table<double> x(2000, 3);
  std::vector<float> weights(2000);
  for (smelt::index r = 0; r < 2000; ++r) {
    for (smelt::index c = 0; c < 3; ++c) x(r, c) = static_cast<double>((r * 7 + c * 31) % 113);
    weights[at(r)] = static_cast<float>(r % 5);
  }
  const auto f = smelt_test::fitted_on_both(sample(weighted{weights, 1500, seed{3}}) | standardize(), x);
  const auto y = smelt_test::transformed_on_both(f, x);
  CHECK(y.rows() == 1500);
  CHECK(f.rows() == 1500);
  const auto parts = split<struct some>(x, {.train = 0.75, .test = 0.25}, seed{1});
  const auto g = smelt_test::fitted_on_both(
      sample(weighted{weights, parts.train.map, 300, seed{3}}) | standardize(), parts.train);
  CHECK(g.rows() == 300);
}

TEST_CASE("what cannot be drawn, and in words") {
  const std::vector<int> weights{1, 2, 3};
  CHECK(refused({weights, 5, seed{1}}, 3) == "");
  CHECK(refused({weights, 5, seed{1}}, 4) ==
        "weighted{3 weights, 5, seed{1}}: there are 4 rows to choose from");
  CHECK(refused({weights, -5, seed{1}}, 3) ==
        "weighted{3 weights, -5, seed{1}}: the number of rows cannot be negative");
  CHECK_THROWS_AS((weighted{std::vector<int>{0, 0}, 5, seed{1}}), value_error);
  CHECK(sample(weighted{weights, 5, seed{42}}).text() ==
        "sample(weighted{3 weights, 5, seed{42}})");
  CHECK(weighted{}.text() == "weighted{0 weights, 0, seed{0}}");
  CHECK(weighted{}.given_bytes().empty());
  CHECK(sample(weighted{weights, 5, seed{42}}).given_bytes() !=
        sample(weighted{std::vector<int>{1, 2, 4}, 5, seed{42}}).given_bytes());
}
