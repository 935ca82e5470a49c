// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of pieces: tables fitted piece by piece, parts of a split, batches of an epoch.

#include <support/laws.hpp>

#include <numeric>  // std::iota
#include <set>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Cuts of [0, rows): the first piece has `first` rows, each other from `least` to twice as many.
std::vector<smelt::index> cuts_of(smelt::index rows, smelt::index first, smelt::index least,
                                  std::uint64_t seed) {
  std::vector<smelt::index> cuts = {0, first};
  while (rows - cuts.back() >= 2 * least) {
    const std::uint64_t luck = scrambled(seed * 1001 + cuts.size());
    cuts.push_back(cuts.back() + least +
                   static_cast<smelt::index>(luck % static_cast<std::uint64_t>(least)));
  }
  if (cuts.back() < rows) cuts.push_back(rows);
  return cuts;
}

/// Fits the pieces of a view, each going on from the one before, and joins them from the left or
/// from the right.
template <class Chain, class View>
auto fitted_in_pieces(const everywhere& on, const Chain& stages, const View& x,
                      const std::vector<smelt::index>& cuts, bool from_the_right) {
  auto first = on.fit(stages, x.row_range(cuts[0], cuts[1]));
  std::vector<decltype(first)> pieces = {first};
  for (std::size_t i = 2; i < cuts.size(); ++i)
    pieces.push_back(on.fit(stages, x.row_range(cuts[i - 1], cuts[i]), continues(pieces.back())));
  if (from_the_right) {
    while (pieces.size() > 1) {
      auto last = std::move(pieces.back());
      pieces.pop_back();
      pieces.back() = merge(pieces.back(), last);
    }
    return pieces[0];
  }
  for (std::size_t i = 1; i < pieces.size(); ++i) first = merge(first, pieces[i]);
  return first;
}

/// `least`: rows of which a piece needs so many to be fitted at all.
template <class Chain>
void check_pieces(const everywhere& on, const Chain& stages, smelt::index least) {
  for (const law_shape& shape :
       {law_shape{700, 8, 3}, law_shape{1025, 13, 5}, law_shape{3500, 7, 6}}) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto whole = on.fit(stages, x);
    CHECK(whole.repeated_passes() == 0);
    const auto check = [&](smelt::index first, smelt::index rows, bool from_the_right) {
      CAPTURE(first);
      CAPTURE(rows);
      const auto cuts = cuts_of(shape.rows, first, rows, shape.seed);
      CHECK(fitted_in_pieces(on, stages, x.view(), cuts, from_the_right) == whole);
    };
    check(64, least, false);
    check(65, 16 * least, true);
    check(shape.rows - least, least, false);
    check(350, 400, true);
    if (shape.rows > 2048) check(1024, 1024, false);
  }
}

template <class Part>
std::vector<smelt::index> rows_of(const Part& part) {
  std::vector<smelt::index> rows;
  for (smelt::index i = 0; i < part.rows(); ++i) rows.push_back(part.map(i));
  return rows;
}

}  // namespace

TEST_CASE("pieces merged are the whole, by their bits, wherever the table is cut") {
  const everywhere on;
  check_pieces(on, standardize() | normalize(min_max{-1, 1}) | clip(-0.75, 0.875), 1);
  check_pieces(on, fill::mean | standardize(), 24);          // a mean needs a value in each column
  check_pieces(on, drop::any | normalize(l1) | seen{}, 24);  // and rows that stay
}

TEST_CASE("a first piece that cannot choose the whole table's shifts costs last places, no more") {
  const everywhere on;
  // Column 0 has no value before row 1100, then 1e9 and 1e9 + 1; column 1 is noise.
  auto x = noise(2000, 2);
  for (smelt::index r = 0; r < x.rows(); ++r)
    x(r, 0) = r < 1100 ? gone : 1e9 + static_cast<double>(r % 2);
  for (const smelt::index first : {1, 5, 63, 100, 1050, 1200}) {
    CAPTURE(first);
    // The second piece after 5 rows has no value of column 0 in its first 1024 rows either.
    const auto cuts =
        first == 5 ? std::vector<smelt::index>{0, 5, x.rows()} : cuts_of(x.rows(), first, 300, 3);
    const auto f = fitted_in_pieces(on, seen{}, x.view(), cuts, first % 2 == 0);
    for (std::size_t c = 0; c < 2; ++c) {
      CAPTURE(c);
      const auto exact = oracle::measure(sheet_of(x), c, c + 1);
      const auto found = facts_of(f, static_cast<smelt::index>(c));
      CHECK(found.present == exact.count);
      CHECK(std::abs(found.mean - oracle::rounded(exact.mean)) <=
            exact.mean_error + oracle::unit * std::abs(found.mean));
      CHECK(std::abs(found.deviation() - oracle::rounded(exact.deviation(0))) <=
            exact.deviation_error(0) + oracle::unit * found.deviation());
    }
    CHECK(facts_of(f, 0).deviation() == 0.5);
  }
}

TEST_CASE("the parts of a split share no row and leave none out") {
  for (const smelt::index n : {5, 10, 11, 64, 101, 1000, 1797})
    for (const fractions& sizes : {fractions{.train = 0.6, .validation = 0.2, .test = 0.2},
                                   fractions{.train = 0.34, .validation = 0.33, .test = 0.33},
                                   fractions{.train = 0.5, .test = 0.5}})
      for (std::uint64_t key = 0; key < 3; ++key) {
        CAPTURE(n);
        CAPTURE(key);
        const table<double> x(n, 1);
        const auto check = [&](const auto& parts) {
          std::vector<smelt::index> all = rows_of(parts.train);
          for (const auto& more : {rows_of(parts.validation), rows_of(parts.test)})
            all.insert(all.end(), more.begin(), more.end());
          std::sort(all.begin(), all.end());
          std::vector<smelt::index> numbers(static_cast<std::size_t>(n));
          std::iota(numbers.begin(), numbers.end(), smelt::index{0});
          CHECK(all == numbers);
        };
        check(split<struct random_split>(x, sizes, seed{key}));
        check(split<struct ordered_split>(x, sizes, in_order));
      }
}

TEST_CASE("the batches of an epoch are the rows of the part, each once, each with its label") {
  const law_shape shape{700, 5, 9};
  const auto x = mixed(shape);
  std::vector<std::int64_t> ids(static_cast<std::size_t>(shape.rows));
  std::iota(ids.begin(), ids.end(), std::int64_t{0});
  const auto parts =
      split<struct batch_split>(labelled(x, ids), {.train = 0.7, .test = 0.3}, seed{5});
  const auto stages = fill::mean | standardize() | sample(shuffled{seed{8}});

  const auto check = [&](const auto& policy) {
    const auto f = fit(policy, stages, parts.train);
    const auto plain = transform(policy, f.values_only(), parts.train);
    // The row of each id, by itself.
    std::vector<std::vector<double>> expected(static_cast<std::size_t>(shape.rows));
    for (smelt::index r = 0; r < plain.rows(); ++r)
      for (smelt::index c = 0; c < shape.cols; ++c)
        expected[static_cast<std::size_t>(plain.y[static_cast<std::size_t>(r)])].push_back(
            plain.x(r, c));
    const auto drawn = transform(policy, f, parts.train);
    std::set<std::vector<std::int64_t>> orders;
    for (std::uint64_t epoch = 0; epoch < 4; ++epoch)
      for (const smelt::index size : {1, 32, 489, 490, 1000}) {
        CAPTURE(epoch);
        CAPTURE(size);
        std::vector<std::int64_t> met;
        smelt::index wrong = 0;
        for (const auto& batch : batches(policy, f, parts.train, {.rows = size, .epoch = epoch}))
          for (smelt::index r = 0; r < batch.rows(); ++r) {
            const auto at = static_cast<smelt::index>(met.size());
            met.push_back(batch.y[r]);
            for (smelt::index c = 0; c < shape.cols; ++c) {
              wrong += !same_bits(
                  batch.x(r, c),
                  expected[static_cast<std::size_t>(batch.y[r])][static_cast<std::size_t>(c)]);
              if (epoch == 0) wrong += !same_bits(batch.x(r, c), drawn.x(at, c));
            }
          }
        CHECK(wrong == 0);
        orders.insert(met);
        std::sort(met.begin(), met.end());
        auto rows = rows_of(parts.train);
        std::sort(rows.begin(), rows.end());
        CHECK(met == std::vector<std::int64_t>(rows.begin(), rows.end()));
      }
    CHECK(orders.size() == 4);  // one order an epoch, whatever the size of a batch
  };
  check(on::seq);
  check(on::eigen);
}
