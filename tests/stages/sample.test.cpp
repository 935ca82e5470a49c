// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sample: the rows that come out, which of them a fit sees, and how to go without.

#include <smelt/stages/sample.hpp>

#include <support/on_both.hpp>

#include <algorithm>
#include <numeric>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Row r holds r and 10 r.
table<double> numbered(smelt::index n) {
  table<double> made(n, 2);
  for (smelt::index r = 0; r < n; ++r) made(r, 0) = static_cast<double>(r), made(r, 1) = 10.0 * made(r, 0);
  return made;
}
template <class Table>
std::vector<smelt::index> order_of(const Table& y) {
  std::vector<smelt::index> order;
  for (smelt::index r = 0; r < y.rows(); ++r) order.push_back(static_cast<smelt::index>(y(r, 0)));
  return order;
}
bool is_permutation(std::vector<smelt::index> order) {
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i)
    if (order[i] != static_cast<smelt::index>(i)) return false;
  return true;
}

/// A sampler of one's own that keeps a list, and has no word on how it folds: its rows are folded as
/// drawn, since a mask would read the list when it is gone.
struct of_a_list {
  static constexpr bool reorders_only = false;
  kept_row_map map(smelt::index rows, std::uint64_t) const { return {row_map(rows, 0, 0), nullptr}; }
};
static_assert(sample_t<of_a_list>::folds_as_drawn && !sample_t<take>::folds_as_drawn);

}  // namespace

TEST_CASE("the example") {
  // [sample example]
  table<double> deck(52, 1);
  for (smelt::index card = 0; card < 52; ++card) deck(card, 0) = static_cast<double>(card);
  auto mixed = fit_transform(on::seq, as_chain(sample(shuffled{seed{42}})), deck);  // 52 rows
  auto hand = fit_transform(on::seq, as_chain(sample(take{5, seed{42}})), deck);    // 5 of them
  // [sample example]
  CHECK(mixed.rows() == 52);
  CHECK(hand.rows() == 5);
  CHECK(is_permutation(order_of(mixed)));
}

TEST_CASE("whole rows in the sampler's order of epoch 0") {
  const auto x = numbered(1031);
  const auto y = both(sample(shuffled{seed{3}}), x);
  const auto order = shuffled{seed{3}}.order(1031, 0);
  REQUIRE(y.rows() == 1031);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < 1031; ++r)
    wrong += y(r, 0) != static_cast<double>(order(r)) || y(r, 1) != 10.0 * y(r, 0);
  CHECK(wrong == 0);
}

TEST_CASE("a sampler acts on source rows, wherever it stands") {
  const auto x = noise(257, 3, 6);
  const auto after = both(fill::mean | standardize() | sample(shuffled{seed{5}}), x);
  const auto before = both(sample(shuffled{seed{5}}) | fill::mean | standardize(), x);
  CHECK(difference(after, before) == "");
}

TEST_CASE("a pure permutation does not change a fit; rows left out before a statistic do") {
  const auto x = noise(257, 3, 6);
  const auto plain = fit(on::seq, standardize(), x);
  const auto mixed = fitted_on_both(sample(shuffled{seed{5}}) | standardize(), x);
  const auto later = fitted_on_both(standardize() | sample(take{100, seed{5}}), x);
  const auto some = fitted_on_both(sample(take{100, seed{5}}) | standardize(), x);
  CHECK(mixed.rows() == 257);
  CHECK(later.rows() == 257);
  CHECK(some.rows() == 100);
  for (smelt::index c = 0; c < 3; ++c) {
    CHECK(mixed.number(1, 0, c) == plain.number(0, 0, c));
    CHECK(later.number(0, 0, c) == plain.number(0, 0, c));
    CHECK(some.number(1, 0, c) != plain.number(0, 0, c));
  }
}

TEST_CASE("the rows of the fit are those of the transform: a mask for many, a list for few") {
  // Whole numbers: sums are exact, so that the order of the rows does not show.
  const auto x = noise<std::int32_t>(640, 3);
  for (smelt::index n : {smelt::index{320}, smelt::index{40}, smelt::index{39}, smelt::index{1}}) {
    CAPTURE(n);
    const auto chain = sample(take{n, seed{9}}) | standardize(scale::no);
    const auto f = fitted_on_both(chain, x);
    CHECK(f.rows() == n);
    const auto drawn = both(sample(take{n, seed{9}}), x);
    const auto g = fit(on::seq, standardize(scale::no), drawn);
    for (smelt::index c = 0; c < 3; ++c) CHECK(f.number(1, 0, c) == g.number(0, 0, c));
  }
}

TEST_CASE("labels follow; drops act on what was drawn") {
  const auto x = noise(90, 2, 5);
  std::vector<std::int64_t> id(90);
  std::iota(id.begin(), id.end(), (std::int64_t{1} << 60) + 1);  // no double holds these
  const auto data = labelled(x, id);
  const auto f = fitted_on_both(drop::any | sample(shuffled{seed{1}}), data);
  const auto y = transform(on::seq, f, data);
  const auto z = transform(on::eigen, f, data);
  CHECK(difference(y.x, z.x) == "");
  CHECK(y.y == z.y);
  const auto order = shuffled{seed{1}}.order(90, 0);
  smelt::index at = 0;
  smelt::index wrong = 0;
  for (smelt::index i = 0; i < 90; ++i) {
    const smelt::index r = order(i);
    if (missing(x(r, 0)) || missing(x(r, 1))) continue;
    wrong += y.y[static_cast<std::size_t>(at)] != id[static_cast<std::size_t>(r)] ||
             !same_bits(y.x(at, 0), x(r, 0));
    ++at;
  }
  CHECK(at == y.rows());
  CHECK(wrong == 0);
}

TEST_CASE("without_sampling keeps drops, values_only keeps rows") {
  const auto x = rows({{1, 2}, {gone, 3}, {5, 6}, {7, 8}});
  const auto f = fit(on::seq, drop::any | sample(take{2, seed{4}}), x);
  CHECK(transformed_on_both(f, x).rows() <= 2);
  CHECK(difference(transformed_on_both(f.without_sampling(), x), {{1, 2}, {5, 6}, {7, 8}}) == "");
  const auto marked = transformed_on_both(f.values_only(), x);
  CHECK(difference(marked, x) == "");
  CHECK(marked.dropped == std::vector<unsigned char>{0, 1, 0, 0});
}

TEST_CASE("in words") {
  CHECK(sample(shuffled{seed{1}}).text() == "sample(" + shuffled{seed{1}}.text() + ")");
}

namespace {
/// Rows with replacement that call themselves rows that come once.
struct mistaken {
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = false;
  row_map map(smelt::index rows, std::uint64_t epoch) const {
    return bootstrap{seed{1}}.map(rows, epoch);
  }
};
}  // namespace

TEST_CASE("rows that repeat and are said not to are refused: a mask would miss them all") {
  const table<double> x = noise(40, 2);
  CHECK_THROWS_WITH_AS(fit(on::seq, sample(mistaken{}) | standardize(), x),
                       "fit: a sampler draws rows that come twice, or from a list, and says "
                       "folds_as_drawn = false",
                       value_error);
  CHECK(fit(on::seq, standardize() | sample(mistaken{}), x).rows() == 40);
}
