// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a plan promises about reads, counted element by element: how often a fit reads which rows,
/// and that a transform reads what comes out once. The view is not dense, so a policy has no other
/// way to an element.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/counting_view.hpp>
#include <support/tables.hpp>

#include <algorithm>  // std::sort
#include <vector>

using namespace smelt;
using smelt_test::counting_view;
using smelt_test::gone;

namespace {

constexpr smelt::index many = 5000;

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

/// Loads by row: the same for each column.
struct by_row {
  std::vector<int> loads;
  explicit by_row(smelt::index rows, int each = 0) : loads(at(rows), each) {}
  int operator()(smelt::index r, smelt::index) const { return loads[at(r)]; }
  /// `passes` reads of the given rows, and of the first 64 of them one more a pass.
  static by_row of_fit(smelt::index rows, const std::vector<smelt::index>& read, int passes) {
    by_row made(rows);
    for (std::size_t i = 0; i < read.size(); ++i)
      made.loads[at(read[i])] = i < 64 ? 2 * passes : passes;
    return made;
  }
};
std::vector<smelt::index> first(smelt::index n) {
  std::vector<smelt::index> rows;
  for (smelt::index i = 0; i < n; ++i) rows.push_back(i);
  return rows;
}

}  // namespace

TEST_CASE("a fit reads every element once a pass, and the first 64 rows once more for the shift") {
  const auto source = smelt_test::noise<float>(many, 5, 50);
  const counting_view<float> view(source);
  workers pool{2};
  auto fits = [&](const auto& chain, const auto& policy) {
    constexpr int passes = plan_of<decltype(chain)>.fit_passes;
    view.clear();
    CHECK(fit(policy, chain, view).repeated_passes() == 0);
    CHECK(view.otherwise_than(by_row::of_fit(many, first(many), passes)) == 0);
    return passes;
  };
  const auto one = clean(fill::mean) | clip(-2, 3) | standardize() | normalize(min_max{});
  CHECK(fits(one, on::seq) == 1);
  CHECK(fits(one, on::eigen.alone()) == 1);
  CHECK(fits(one, on::eigen.on(pool)) == 1);
  const auto two = clean(drop::any) | standardize() | clip(-1, 1) | standardize();
  CHECK(fits(two, on::seq) == 2);
  CHECK(fits(two, on::eigen.on(pool)) == 2);
  const auto columns_leave = drop::columns(columns{1}) | drop::constant_columns | standardize();
  CHECK(fits(columns_leave, on::seq) == 1);
  CHECK(fits(clip(0, 1) | normalize(l2), on::seq) == 0);
}

TEST_CASE("the shift is looked for as far as row 1024, and a bad one costs a reported read") {
  auto source = smelt_test::noise(3000, 2);
  SUBCASE("the first value of a column is in row 100: rows up to it are looked at") {
    for (smelt::index r = 0; r < 100; ++r) source(r, 1) = gone;
    const counting_view<double> view(source);
    CHECK(fit(on::seq, standardize(), view).repeated_passes() == 0);
    CHECK(view.otherwise_than([](smelt::index r, smelt::index) { return r <= 100 ? 2 : 1; }) == 0);
  }
  SUBCASE("in row 1500: the first 1024 are looked at, the shift is 0, the column is folded again") {
    for (smelt::index r = 0; r < 1500; ++r) source(r, 1) = gone;
    const counting_view<double> view(source);
    CHECK(fit(on::seq, standardize(), view).repeated_passes() == 1);
    CHECK(view.otherwise_than([](smelt::index r, smelt::index) { return r < 1024 ? 3 : 2; }) == 0);
  }
}

TEST_CASE("a transform reads what comes out once, and nothing else") {
  const auto source = smelt_test::noise(many, 3, 50);
  const counting_view<double> view(source);
  const by_row once(many, 1);
  workers pool{2};
  auto reads = [&](const auto& f, const by_row& expected) {
    auto on_policy = [&](const auto& policy) {
      view.clear();
      const auto made = transform(policy, f, view);
      CHECK(view.otherwise_than(expected) == 0);
      return made.rows();
    };
    const smelt::index rows = on_policy(on::seq);
    CHECK(on_policy(on::eigen.on(pool)) == rows);
    return rows;
  };

  SUBCASE("values") {
    const auto f =
        fit(on::seq, clean(fill::mean) | standardize() | clip(-1, 1) | normalize(l2), view);
    CHECK(reads(f, once) == many);
  }
  SUBCASE("rows that drop are looked at once, columns that leave come with their rows") {
    const auto f =
        fit(on::seq, drop::any | drop::columns(columns{0}) | standardize() | drop::outside(-2, 2),
            view);
    const smelt::index kept = reads(f, once);
    CHECK(kept > many / 2);
    CHECK(kept < many);
    CHECK(reads(f.values_only(), once) == many);
  }
  SUBCASE("a shuffle") {
    const auto f = fit(on::seq, standardize() | sample(shuffled{seed{3}}), view);
    CHECK(reads(f, once) == many);
    CHECK(reads(f.without_sampling(), once) == many);
  }
  SUBCASE("a sample: only the chosen rows") {
    const take some{700, seed{3}};
    const auto f = fit(on::seq, standardize() | sample(some), view);
    by_row chosen(many);
    for (smelt::index i = 0; i < 700; ++i) chosen.loads[at(some.order(many, 0)(i))] = 1;
    CHECK(reads(f, chosen) == 700);
    CHECK(reads(f.values_only(), once) == many);
  }
}

TEST_CASE("fit_transform reads what fit and transform read") {
  const auto source = smelt_test::noise(many, 3);
  const counting_view<double> view(source);
  const auto made = fit_transform(on::eigen, standardize(), view);
  CHECK(made.rows() == many);
  CHECK(view.otherwise_than([](smelt::index r, smelt::index) { return r < 64 ? 3 : 2; }) == 0);
}

TEST_CASE("a sample before what learns: a fit reads the chosen rows only") {
  const auto source = smelt_test::noise(many, 3);
  const counting_view<double> view(source);
  auto fits = [&](smelt::index rows, bool as_drawn) {
    const take some{rows, seed{4}};
    std::vector<smelt::index> chosen;
    for (smelt::index i = 0; i < rows; ++i) chosen.push_back(some.order(many, 0)(i));
    if (!as_drawn) std::sort(chosen.begin(), chosen.end());
    // A shift comes from the first leaf of 1024 rows: of a mask, from the chosen ones in it.
    by_row expected = by_row::of_fit(many, chosen, 2);
    const auto chain = sample(some) | standardize() | clip(-1, 1) | standardize();
    for (int policy = 0; policy < 2; ++policy) {
      view.clear();
      const auto rows_seen =
          policy == 0 ? fit(on::seq, chain, view).rows() : fit(on::eigen, chain, view).rows();
      CHECK(rows_seen == rows);
      CHECK(view.otherwise_than(expected) == 0);
    }
  };
  SUBCASE("few: in the order of the draw") { fits(200, true); }
  SUBCASE("many: in the order of the source") { fits(3000, false); }
}

TEST_CASE("a part: a fit never reads a row of another part") {
  const auto source = smelt_test::noise(many, 3);
  const counting_view<double> view(source);
  const auto parts =
      split<struct counted_split>(view, {.train = 0.7, .validation = 0.1, .test = 0.2}, seed{5});
  std::vector<smelt::index> train;
  for (smelt::index i = 0; i < parts.train.rows(); ++i) train.push_back(parts.train.map(i));
  std::sort(train.begin(), train.end());
  const by_row fitted_rows = by_row::of_fit(many, train, 1);

  const auto chain = clean(fill::mean) | standardize() | sample(shuffled{seed{6}});
  const auto f = fit(on::seq, chain, parts.train);
  CHECK(view.otherwise_than(fitted_rows) == 0);
  view.clear();
  CHECK(fit(on::eigen, chain, parts.train) == f);
  CHECK(view.otherwise_than(fitted_rows) == 0);

  by_row tested(many);
  for (smelt::index i = 0; i < parts.test.rows(); ++i) tested.loads[at(parts.test.map(i))] = 1;
  view.clear();
  CHECK(transform(on::seq, f.values_only(), parts.test).rows() == many / 5);
  CHECK(view.otherwise_than(tested) == 0);
  view.clear();
  CHECK(transform(on::eigen, f, parts.test).rows() == many / 5);
  CHECK(view.otherwise_than(tested) == 0);
}

TEST_CASE("an epoch of batches reads every row once, and only as it is asked for") {
  const auto source = smelt_test::noise(many, 3);
  const counting_view<double> view(source);
  const auto f = fit(on::seq, standardize() | sample(shuffled{seed{8}}), view);
  const auto order = shuffled{seed{8}}.order(many, 2);
  view.clear();
  auto epoch = batches(on::eigen, f, view, {.rows = 64, .epoch = 2});
  by_row so_far(many);
  CHECK(view.otherwise_than(so_far) == 0);
  smelt::index seen = 0;
  for (const auto& batch : epoch) {
    for (smelt::index i = 0; i < batch.rows(); ++i) so_far.loads[at(order(seen + i))] = 1;
    seen += batch.rows();
    if (batch.number < 3) CHECK(view.otherwise_than(so_far) == 0);
  }
  CHECK(seen == many);
  CHECK(view.otherwise_than(by_row(many, 1)) == 0);
}
