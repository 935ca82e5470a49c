// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bootstrap: uniform with replacement, a function of seed, epoch and row, and folded as drawn.

#include <smelt/samplers/bootstrap.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <support/allocation_hook.hpp>
#include <support/deviates.hpp>
#include <support/on_both.hpp>

#include <vector>

using namespace smelt;
using smelt_test::deviates;
using smelt_test::most_deviates;

namespace {

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

std::string refused(const bootstrap& b, smelt::index rows) {
  status found;
  const bool good = b.check(rows, found);
  CHECK(good == found.ok());
  return found.ok() ? "" : found.what();
}

}  // namespace

TEST_CASE("the example") {
  // [bootstrap example]
  table<double> urn(1000, 1);
  for (smelt::index r = 0; r < 1000; ++r) urn(r, 0) = static_cast<double>(r);
  auto again = fit_transform(on::seq, as_chain(sample(bootstrap{seed{42}})), urn);  // 1000 rows
  // [bootstrap example]
  REQUIRE(again.rows() == 1000);
  const row_map drawn = bootstrap{seed{42}}.map(1000, 0);
  std::vector<double> times(1000);
  for (smelt::index r = 0; r < 1000; ++r) {
    CHECK(again(r, 0) == static_cast<double>(drawn(r)));
    ++times[at(drawn(r))];
  }
  smelt::index missed = 0;
  for (const double n : times) missed += n == 0;
  CHECK((320 < missed && missed < 420));  // 368 are expected, with a deviation of 10
}

TEST_CASE("every row is as likely as any other, in each place and in pairs of places") {
  std::vector<double> rows(60);
  std::vector<double> pairs(60);
  std::vector<double> epochs(60);
  for (std::uint64_t epoch = 0; epoch < 400; ++epoch) {
    const row_map drawn = bootstrap{seed{11}}.map(60, epoch);
    const row_map next = bootstrap{seed{11}}.map(60, epoch + 1);
    for (smelt::index i = 0; i < 60; ++i) {
      ++rows[at(drawn(i))];
      ++pairs[at((drawn(i) + 59 * drawn((i + 1) % 60)) % 60)];
      ++epochs[at((drawn(i) + 59 * next(i)) % 60)];
    }
  }
  CHECK(deviates(rows) < most_deviates);
  CHECK(deviates(pairs) < most_deviates);
  CHECK(deviates(epochs) < most_deviates);
}

TEST_CASE("as many as asked for, fewer the first of more, another draw for each epoch and seed") {
  const row_map all = bootstrap{seed{3}}.map(500, 2);
  const row_map some = bootstrap{100, seed{3}}.map(500, 2);
  const row_map more = bootstrap{2000, seed{3}}.map(500, 2);
  const row_map share = bootstrap{fraction_of{0.1}, seed{3}}.map(500, 2);
  CHECK((all.count() == 500 && some.count() == 100 && more.count() == 2000 && share.count() == 50));
  smelt::index same_epoch = 0;
  smelt::index same_seed = 0;
  for (smelt::index i = 0; i < 100; ++i) {
    CHECK(some(i) == all(i));
    CHECK(some(i) == more(i));
    same_epoch += some(i) == bootstrap{seed{3}}.map(500, 3)(i);
    same_seed += some(i) == bootstrap{seed{4}}.map(500, 2)(i);
  }
  CHECK((same_epoch < 5 && same_seed < 5));
  const row_map fifth = bootstrap{seed{3}}.map(500, 5);
  for (std::uint64_t i = 0; i < 100; ++i)
    CHECK(fifth(static_cast<smelt::index>(i)) ==
          static_cast<smelt::index>(bounded(seed_of(seed{3}, 5, 2), i, 2, 0, 500)));
  CHECK_FALSE(all.findable());
}

TEST_CASE("a fit of the drawn rows is a fit of a table of them, in that order") {
  const smelt::index n = 2500;
  table<double> x(n, 2);
  for (smelt::index r = 0; r < n; ++r) {
    x(r, 0) = static_cast<double>(r * 37 % 101);
    x(r, 1) = r % 11 == 0 ? missing_value<double> : static_cast<double>(r) * 0.25;
  }
  const bootstrap sampler{seed{5}};
  const row_map drawn = sampler.map(n, 0);
  table<double> y(n, 2);
  for (smelt::index r = 0; r < n; ++r)
    for (smelt::index c = 0; c < 2; ++c) y(r, c) = x(drawn(r), c);
  const auto first = smelt_test::fitted_on_both(sample(sampler) | standardize(), x);
  smelt_test::transformed_on_both(first, x);
  const auto plain = fit(on::seq, as_chain(standardize()), y);
  const auto twice = fit(on::seq, standardize() | sample(sampler) | standardize(), x);
  const auto once = fit(on::seq, as_chain(standardize()), x);
  const auto again = fit(on::seq, as_chain(standardize()), transform(on::seq, once, y));
  for (smelt::index c = 0; c < 2; ++c)
    for (int k = 0; k < 3; ++k) {
      CHECK(first.number(1, k, c) == plain.number(0, k, c));
      CHECK(twice.number(0, k, c) == once.number(0, k, c));
      CHECK(twice.number(2, k, c) == again.number(0, k, c));
    }
}

TEST_CASE("nothing is allocated for any number of rows") {
  const bootstrap sampler{seed{5}};
  smelt_test::allocations::start();
  const row_map drawn = sampler.map(smelt::index{1} << 40, 7);
  smelt::index some[64];
  drawn.rows((smelt::index{1} << 40) - 64, 64, some);
  const auto made = smelt_test::allocations::count.load();
  CHECK(made == 0);
  for (const smelt::index r : some) CHECK((0 <= r && r < smelt::index{1} << 40));
}

TEST_CASE("what cannot be drawn, and in words") {
  CHECK(refused(bootstrap{seed{1}}, 0) == "");
  CHECK(refused(bootstrap{5, seed{1}}, 3) == "");
  CHECK(refused(bootstrap{5, seed{1}}, 1) == "");
  CHECK(refused(bootstrap{5, seed{1}}, 0) == "bootstrap{5, seed{1}}: there are no rows to draw from");
  CHECK(refused(bootstrap{1, seed{1}}, 0) == "bootstrap{1, seed{1}}: there are no rows to draw from");
  CHECK(refused(bootstrap{-5, seed{1}}, 3) ==
        "bootstrap{-5, seed{1}}: the number of rows cannot be negative");
  CHECK(sample(bootstrap{seed{42}}).text() == "sample(bootstrap{seed{42}})");
  CHECK(bootstrap{fraction_of{0.5}, seed{2}}.text() == "bootstrap{fraction_of{0.5}, seed{2}}");
}
