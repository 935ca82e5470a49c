// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fit without data: learned numbers are taken, given ones solved again in the order of the fit,
/// and all that hangs on them is as the fit left it.

#include <smelt/plan/recall.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/forty_chains.hpp>
#include <support/own_stages.hpp>
#include <support/tables.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Chain and titles of a fit, filled from its learned numbers alone.
template <class Chain>
learned_numbers<Chain> again(const learned_numbers<Chain>& fitted, const Chain& stages,
                             status& found) {
  learned_numbers<Chain> into;
  into.stages = stages;
  into.cols = fitted.cols;
  into.titles = fitted.titles;
  detail::recaller<Chain> recall(into, found);
  if (!found) return into;
  learned_numbers<Chain> known = into;
  for (std::size_t i = 0; i < Chain::size; ++i) {
    // Of what is given nothing is taken: it may as well be wrong.
    for (int k = 0; k < learned_numbers<Chain>::compiled::offsets[i + 1] -
                            learned_numbers<Chain>::compiled::offsets[i];
         ++k)
      for (smelt::index c = 0; c < into.cols; ++c)
        known.at(i, k)[c] =
            learned_numbers<Chain>::compiled::plan.facts[i].learned ? fitted.at(i, k)[c] : 7e77;
    known.fired[i] = fitted.fired[i];
  }
  recall.recall(known);
  return into;
}
template <class Chain, class Table>
void check(const Chain& stages, const Table& x) {
  const auto chained = as_chain(stages);
  const auto f = fit(on::seq, chained, x);
  status found;
  const auto into = again(f.learned(), chained, found);
  CHECK_MESSAGE(found.ok(), found.what());
  CHECK(into == f.learned());
  CHECK(into.kept == f.kept_columns());
  CHECK(into.fired == f.learned().fired);
}

}  // namespace

TEST_CASE("every kind of stage, before and after fitted numbers") {
  table<double> x = noise(60, 9, 7);
  for (smelt::index r = 0; r < 60; ++r) {
    x(r, 2) = 4;
    x(r, 5) = gone;
  }
  const auto lost = drop::missing_columns;
  check(lost | fill::mean | standardize() | normalize(min_max{-1, 1}), x);
  check(drop::constant_columns | clip(-2, 3) | fill::constant(0.5) | standardize(), x);
  check(lost | fill::mean | fill::each({1, 2, 3, 4, 5, 6, 7, 8, 9}) | standardize(), x);
  check(lost | standardize() | clip(-1, 1) | normalize(max_abs) | clip(0, 9) | standardize(over::table), x);
  check(sentinel(0.25) | infinity::missing | lost | fill::mean | normalize(l2) | standardize(), x);
  check(at(columns{0, 3}, infinity::keep | clip(-1, 1)) | at(columns{1}, standardize()) | lost, x);
  check(drop::columns(columns{1, 5}) | drop::outside(-9, 12) | standardize() | drop::any, x);
  check(lost | standardize() | drop::constant_columns | sample(take{7, seed{3}}) | normalize(max_abs), x);
  check(cube{0.5} | lost | fill::mean | cube{2} | by_third{}, x);
  check(clip(0, 1), x);
  check(sample(shuffled{seed{1}}), x);
}

TEST_CASE("forty generated chains") {
  const auto x = noise(150, 5, 9, 3);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (check(chain_of<static_cast<int>(I)>(), x), ...);
  }(std::make_index_sequence<12>{});
}

TEST_CASE("columns and numbers that do not fit are refused before anything is solved") {
  const auto x = noise(9, 3);
  const auto chained = fill::each({1, 2, 3}) | at(columns{2}, clip(0, 1));
  auto learned = fit(on::seq, chained, x).learned();
  learned.cols = 2;
  status found;
  again(learned, chained, found);
  CHECK(std::string(found.what()) == "fill::each was given 3 numbers for 2 columns");
  learned.stages.stages = (fill::each({1, 2}) | at(columns{2}, clip(0, 1))).stages;
  found = {};
  again(learned, learned.stages, found);
  CHECK(std::string(found.what()) == "columns{...}: there is no column 2, the data have 2 columns");
}

TEST_CASE("a chain whose every column leaves is refused") {
  const auto x = rows({{1, 2}, {3, 4}});
  const auto chained = as_chain(drop::constant_columns);
  auto learned = fit(on::seq, chained, x).learned();
  learned.at(0, 0)[0] = learned.at(0, 0)[1] = 0.0;
  status found;
  again(learned, chained, found);
  CHECK(std::string(found.what()) == "the chain drops every column: nothing is left");
}

TEST_CASE("a mask's length is not measured: there are no rows") {
  const std::vector<unsigned char> mask(9);
  check(drop::where(mask) | standardize(), noise(9, 2));
}
