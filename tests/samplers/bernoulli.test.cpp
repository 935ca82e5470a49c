// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bernoulli: each row on its own, the same for any cut of the table, masked in fits, closed up in
/// transforms, other rows in other epochs.

#include <smelt/samplers/bernoulli.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <support/deviates.hpp>
#include <support/on_both.hpp>

#include <vector>

using namespace smelt;

namespace {

using rows = std::vector<smelt::index>;

bernoulli_op op_of(double p, std::uint64_t epoch, smelt::index first = 0) {
  bernoulli_op made = sample(bernoulli{p, seed{7}}).make_op();
  made.choose(first, epoch, true);
  return made;
}

rows kept(double p, smelt::index n, std::uint64_t epoch) {
  const bernoulli_op op = op_of(p, epoch);
  rows made;
  for (smelt::index r = 0; r < n; ++r)
    if (op.keeps_row(r, -1)) made.push_back(r);
  return made;
}

table<double> numbered(smelt::index n) {
  table<double> x(n, 1);
  for (smelt::index r = 0; r < n; ++r) x(r, 0) = static_cast<double>(r);
  return x;
}

template <class View>
rows rows_of(const View& x) {
  rows made;
  for (smelt::index r = 0; r < x.rows(); ++r) made.push_back(static_cast<smelt::index>(x(r, 0)));
  return made;
}

}  // namespace

TEST_CASE("the example") {
  // [bernoulli example]
  table<double> x = numbered(1000);
  auto tenth = fit_transform(on::seq, as_chain(sample(bernoulli{0.1, seed{7}})), x);  // about 100 rows
  // [bernoulli example]
  CHECK((60 < tenth.rows() && tenth.rows() < 140));
  CHECK(rows_of(tenth) == kept(0.1, 1000, 0));
}

TEST_CASE("how many stay, which, and pairs of neighbours and of epochs") {
  std::vector<double> sizes(11);
  std::vector<double> of_row(50);
  std::vector<double> pairs(4);
  for (std::uint64_t epoch = 0; epoch < 6000; ++epoch) {
    const bernoulli_op op = op_of(0.3, epoch);
    const bernoulli_op next = op_of(0.3, epoch + 6000);
    std::size_t size = 0;
    for (smelt::index r = 0; r < 50; ++r) {
      if (r < 10) size += op.keeps_row(r, r);
      of_row[static_cast<std::size_t>(r)] += op.keeps_row(r, r);
    }
    ++sizes[size];
    ++pairs[static_cast<std::size_t>(op.keeps_row(17, 0) + 2 * op.keeps_row(18, 0))];
    ++pairs[static_cast<std::size_t>(op.keeps_row(30, 0) + 2 * next.keeps_row(30, 0))];
  }
  // Binomial numbers of 10 rows, the rare ones together.
  std::vector<double> counts(8);
  std::vector<double> expected(8);
  double p = 6000;
  for (int i = 0; i < 10; ++i) p *= 0.7;
  for (std::size_t k = 0; k <= 10; ++k) {
    counts[k < 7 ? k : 7] += sizes[k];
    expected[k < 7 ? k : 7] += p;
    p *= 0.3 / 0.7 * static_cast<double>(10 - k) / static_cast<double>(k + 1);
  }
  CHECK(smelt_test::deviates(counts, expected) < smelt_test::most_deviates);
  CHECK(smelt_test::deviates(of_row) < smelt_test::most_deviates);
  CHECK(smelt_test::deviates(pairs, {12000 * 0.49, 12000 * 0.21, 12000 * 0.21, 12000 * 0.09}) <
        smelt_test::most_deviates);
}

TEST_CASE("probabilities 0 and 1, and those that are none") {
  CHECK(kept(0.0, 1000, 0).empty());
  CHECK(kept(1.0, 1000, 0).size() == 1000);
  CHECK(kept(0.5, 1000, 0).size() > 400);
  CHECK_THROWS_WITH_AS(sample(bernoulli{1.5, seed{1}}),
                       "bernoulli{1.5}: a probability is between 0 and 1", value_error);
  CHECK_THROWS_AS(sample(bernoulli{-0.5, seed{1}}), value_error);
  CHECK_THROWS_AS(sample(bernoulli{missing_value<double>, seed{1}}), value_error);
  CHECK(sample(bernoulli{0.1, seed{42}}).text() == "sample(bernoulli{0.1, seed{42}})");
}

TEST_CASE("a row stays while its word is below the limit; an op that nobody told is of epoch 0") {
  bernoulli_op op = sample(bernoulli{0.3, seed{7}}).make_op();
  CHECK(op.limit == static_cast<std::uint64_t>(0.3 * 0x1p64));
  for (smelt::index r = 0; r < 50; ++r) CHECK(op.keeps_row(r, -1) == op_of(0.3, 0).keeps_row(r, -1));
  op.choose(5, 3, true);
  op.limit = word64(philox(counter_of(12, 8), key_of(seed_of(seed{7}, 3, 8))));
  CHECK_FALSE(op.keeps_row(7, -1));
  ++op.limit;
  CHECK(op.keeps_row(7, -1));
}

TEST_CASE("a fit sees the rows that stay; a piece of a table keeps what the table keeps of it") {
  const table<double> x = numbered(3000);
  const auto chain = sample(bernoulli{0.2, seed{7}}) | standardize();
  const rows all = kept(0.2, 3000, 0);
  double sum = 0;
  for (const smelt::index r : all) sum += static_cast<double>(r);
  const auto f = smelt_test::fitted_on_both(chain, x);
  CHECK(f.number(1, 0, 0) == doctest::Approx(sum / static_cast<double>(all.size())));
  const auto plain = fit(on::seq, as_chain(sample(bernoulli{0.2, seed{7}})), x);
  CHECK(rows_of(smelt_test::transformed_on_both(plain, x)) == all);
  for (smelt::index parts = 1; parts <= 7; ++parts) {
    rows together;
    for (smelt::index k = 0; k < parts; ++k) {
      const auto piece = x.row_range(k * 3000 / parts, (k + 1) * 3000 / parts);
      const auto some = transform(on::seq, plain, piece);
      for (const smelt::index r : rows_of(some)) together.push_back(r);
    }
    CHECK(together == all);
  }
  const auto first = fit(on::seq, chain, x.row_range(0, 1031));
  CHECK(fit(on::seq, chain, x.row_range(1031, 3000), continues(first)) == f);
}

TEST_CASE("batches are full, other rows in other epochs; values_only() keeps every row") {
  const table<double> x = numbered(1000);
  const auto f = fit(on::seq, as_chain(sample(bernoulli{0.25, seed{7}})), x);
  for (std::uint64_t epoch : {0u, 1u, 5u}) {
    rows seen;
    const rows expected = kept(0.25, 1000, epoch);
    for (const auto& batch : batches(on::seq, f, x, {.rows = 32, .epoch = epoch})) {
      CHECK((batch.rows() == 32 || seen.size() + static_cast<std::size_t>(batch.rows()) == expected.size()));
      for (const smelt::index r : rows_of(batch.x)) seen.push_back(r);
    }
    CHECK(seen == expected);
  }
  const auto all = transform(on::seq, f.values_only(), x);
  CHECK(all.rows() == 1000);
  for (const unsigned char mark : all.dropped) CHECK(mark == 0);
  CHECK(transform(on::seq, f.without_sampling(), x).rows() == 1000);
}
