// SPDX-License-Identifier: BSL-1.0
/// \file
/// Systematic: evenly apart, each row as often as said over all starts, the same for every cut.

#include <smelt/samplers/systematic.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <support/deviates.hpp>

#include <algorithm>
#include <set>
#include <vector>

using namespace smelt;

namespace {

using rows = std::vector<smelt::index>;

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

rows rows_of(const row_map& m) {
  rows made(at(m.count()));
  m.rows(0, m.count(), made.data());
  return made;
}

std::string refused(const systematic& s, smelt::index source) {
  status found;
  const bool good = s.check(source, found);
  CHECK(good == found.ok());
  return found.ok() ? "" : found.what();
}

}  // namespace

TEST_CASE("the example") {
  // [systematic example]
  table<double> tape(1000, 1);
  for (smelt::index r = 0; r < 1000; ++r) tape(r, 0) = static_cast<double>(r);
  auto some = fit_transform(on::seq, as_chain(sample(systematic{8, seed{42}})), tape);  // 8 of 1000
  auto tenth = fit_transform(on::seq, as_chain(sample(systematic::every(10, seed{42}))), tape);
  // [systematic example]
  REQUIRE(some.rows() == 8);
  REQUIRE(tenth.rows() == 100);
  for (smelt::index i = 1; i < 8; ++i) CHECK(some(i, 0) - some(i - 1, 0) == 125);
  for (smelt::index i = 1; i < 100; ++i) CHECK(tenth(i, 0) - tenth(i - 1, 0) == 10);
}

TEST_CASE("n of N: ascending, as far apart as whole numbers allow, for any n") {
  for (const smelt::index source : {1, 2, 7, 100, 1031})
    for (smelt::index n = 0; n <= source; n += 1 + source / 20)
      for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
        const rows made = rows_of(systematic{n, seed{3}}.map(source, epoch));
        REQUIRE(static_cast<smelt::index>(made.size()) == n);
        for (std::size_t i = 0; i < made.size(); ++i) {
          CHECK((0 <= made[i] && made[i] < source));
          if (i == 0) continue;
          const smelt::index apart = made[i] - made[i - 1];
          CHECK((source / n <= apart && apart <= source / n + 1));
        }
      }
  CHECK(systematic{fraction_of{0.25}, seed{1}}.map(10, 0).count() == 2);
  CHECK(systematic{fraction_of{0.25, rounded::up}, seed{1}}.map(10, 0).count() == 3);
}

TEST_CASE("each row comes as often as any other, over the starts") {
  std::vector<double> of_n(26);
  std::vector<double> of_step(26);
  std::vector<double> starts(7);
  for (std::uint64_t epoch = 0; epoch < 20000; ++epoch) {
    for (const smelt::index r : rows_of(systematic{4, seed{8}}.map(26, epoch))) ++of_n[at(r)];
    const rows stepped = rows_of(systematic::every(7, seed{8}).map(26, epoch));
    for (const smelt::index r : stepped) ++of_step[at(r)];
    ++starts[at(stepped.front())];
    if (epoch < 10)
      CHECK(static_cast<std::uint64_t>(stepped.front()) == bounded(seed_of(seed{8}, epoch, 3), 0, 3, 0, 7));
    CHECK(stepped.size() == (stepped.front() < 5 ? 4u : 3u));
  }
  // Rows of one start come together: chi-square is stretched by as many as come, so 4 counts as 1.
  CHECK(smelt_test::deviates(starts) < smelt_test::most_deviates);
  for (const double n : of_n)  // 20000 * 4 / 26, deviation 51
    CHECK(std::abs(n - 20000.0 * 4 / 26) < 51 * smelt_test::most_deviates);
  for (const double n : of_step)
    CHECK(std::abs(n - 20000.0 / 7) < 50 * smelt_test::most_deviates);
}

TEST_CASE("every k-th: the last rows, a step beyond the table, both ends of very many rows") {
  CHECK(rows_of(systematic::every(1, seed{1}).map(3, 0)) == rows{0, 1, 2});
  CHECK(systematic::every(5, seed{1}).map(0, 0).count() == 0);
  std::set<smelt::index> sizes;
  for (std::uint64_t epoch = 0; epoch < 100; ++epoch) {
    const smelt::index n = systematic::every(10, seed{1}).map(4, epoch).count();
    CHECK(n == (bounded(seed_of(seed{1}, epoch, 3), 0, 3, 0, 10) < 4 ? 1 : 0));
    sizes.insert(n);
  }
  CHECK(sizes == std::set<smelt::index>{0, 1});
  const smelt::index far = smelt::index{1} << 40;
  for (const row_map& m :
       {systematic::every(1000, seed{2}).map(far, 5), systematic{far / 1000, seed{2}}.map(far, 5)})
    for (const smelt::index i : {smelt::index{0}, m.count() / 2, m.count() - 1}) {
      CHECK((0 <= m(i) && m(i) < far));
      CHECK(m.find(m(i)) == i);
    }
}

TEST_CASE("a fit sees the chosen rows, in order, through a mask") {
  table<double> x(3000, 1);
  for (smelt::index r = 0; r < 3000; ++r) x(r, 0) = static_cast<double>(r * r % 97);
  const auto sampler = systematic::every(3, seed{5});
  const auto f = fit(on::seq, sample(sampler) | standardize(), x);
  double sum = 0;
  const rows made = rows_of(sampler.map(3000, 0));
  for (const smelt::index r : made) sum += x(r, 0);
  CHECK(f.rows() == 1000);
  CHECK(f.number(1, 0, 0) == doctest::Approx(sum / 1000));
}

TEST_CASE("what cannot be chosen, and in words") {
  CHECK(refused({3, seed{1}}, 3) == "");
  CHECK(refused({4, seed{1}}, 3) == "systematic{4, seed{1}}: there are only 3 rows");
  CHECK(refused({-1, seed{1}}, 3) ==
        "systematic{-1, seed{1}}: the number of rows cannot be negative");
  CHECK(refused(systematic::every(0, seed{1}), 3) ==
        "systematic::every(0, seed{1}): the step must be at least 1");
  CHECK(sample(systematic{3, seed{42}}).text() == "sample(systematic{3, seed{42}})");
}
