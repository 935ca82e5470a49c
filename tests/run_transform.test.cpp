// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every form of transform does: results with companions and marks, given memory and what it
/// must be, and what is counted.

#include <smelt/run_transform.hpp>

#include <doctest/doctest.h>

#include <smelt/fit.hpp>
#include <smelt/policies/seq.hpp>
#include <smelt/samplers.hpp>
#include <smelt/split.hpp>
#include <smelt/stages.hpp>
#include <support/later_policy.hpp>
#include <support/tables.hpp>

#include <algorithm>  // std::clamp
#include <string>
#include <vector>

using namespace smelt;
using smelt_test::difference;
using smelt_test::endless;
using smelt_test::gone;
using smelt_test::noise;

namespace {

template <bool Counted = false, class Fitted, class Data>
auto made_new(const Fitted& f, const Data& d) {
  return detail::transform_new<detail::choose_result, Counted>(on::seq, f, d);
}
/// Into given memory: the rows written, and what is told where a check does not hold.
template <class Fitted, class Data, class Out>
std::string refused(const Fitted& f, const Data& d, const Out& out) {
  status found;
  const smelt::index written = detail::transform_into<false>(on::seq, f, d, out, found);
  if (!found) CHECK(written == 0);
  return found.what();
}
const char overlaps[] =
    "the output overlaps the input; give other memory, or the input itself to a chain that keeps "
    "every row and column in its place";

table<double> some_gone() { return smelt_test::rows({{1, 2}, {gone, 4}, {5, 6}, {-3, 8}}); }

}  // namespace

TEST_CASE("a new table has the rows that stay, and says how many were dropped") {
  const auto x = some_gone();
  const auto f = fit(on::seq, drop::any, x);
  const auto y = made_new(f, x);
  REQUIRE(y);
  CHECK(difference(*y, {{1, 2}, {5, 6}, {-3, 8}}) == "");
  CHECK((y.rows == 3 && y.dropped == 1 && y.filled == -1));
}

TEST_CASE("companions follow their rows; those of a row that leaves leave with it") {
  const auto x = some_gone();
  const std::vector<int> id = {10, 11, 12, 13};
  const std::vector<std::string> word = {"a", "b", "c", "d"};
  const auto d = labelled(x, id, word);
  const auto y = made_new(fit(on::seq, drop::any, x), d);
  REQUIRE(y);
  CHECK((y->rows() == 3 && y->cols() == 2));
  CHECK(y->y == std::vector<int>{10, 12, 13});
  CHECK(y->companion<1>() == std::vector<std::string>{"a", "c", "d"});
  CHECK(y->dropped.empty());
  // Without row stages all are there, and those that would leave are marked.
  const auto all = made_new(fit(on::seq, drop::any, x).values_only(), d);
  CHECK(all->y == id);
  CHECK(all->dropped == std::vector<unsigned char>{0, 1, 0, 0});
  const auto plain = made_new(fit(on::seq, drop::any, x).values_only(), x);
  CHECK(plain->dropped == std::vector<unsigned char>{0, 1, 0, 0});
  CHECK(difference(*plain, x) == "");
  static_assert(std::is_same_v<decltype(made_new(fit(on::seq, clip(0, 1), x), x)),
                               outcome<table<double>>>);
}

TEST_CASE("rows are those of epoch 0") {
  const auto x = noise(30, 2, 0);
  const auto f = fit(on::seq, clip(-1, 1) | sample(take{9, seed{3}}), x);
  const auto order = take{9, seed{3}}.order(30, 0);
  const auto y = made_new(f, x);
  table<double> out(9, 2);
  CHECK(detail::try_transform_into<false>(on::seq, f, x, out).rows == 9);
  REQUIRE(y->rows() == 9);
  for (smelt::index i = 0; i < 9; ++i) {
    CHECK((*y)(i, 0) == std::clamp(x(order(i), 0), -1.0, 1.0));
    CHECK(out(i, 1) == std::clamp(x(order(i), 1), -1.0, 1.0));
  }
}

TEST_CASE("what is filled and clipped is counted where it is asked for") {
  const auto x = some_gone();
  const auto f = fit(on::seq, fill::constant(7) | clip(0, 6), x);
  const auto y = made_new<true>(f, x);
  CHECK((y.filled == 1 && y.clipped == 3));
  table<double> out(4, 2);
  status found;
  CHECK(detail::transform_into<true>(on::seq, f, x, out.view(), found) == 4);
  CHECK((found.filled == 1 && found.clipped == 3));
  CHECK(difference(out, *y) == "");
  CHECK(detail::try_transform_into<true>(on::seq, f, x, out).clipped == 3);
  const status plain = detail::try_transform_into<false>(on::seq, f, x, out);
  CHECK((plain.rows == 4 && plain.clipped == -1));
}

TEST_CASE("data that do not fit are told of, and nothing is read") {
  const auto x = some_gone();
  const auto f = fit(on::seq, drop::any, x);
  CHECK(made_new(f, noise(3, 3)).what() ==
        std::string("the chain was fitted on 2 columns, this view has 3"));
  table<double> out(4, 2);
  CHECK(refused(f, noise(3, 3), out.view()) == "the chain was fitted on 2 columns, this view has 3");
  CHECK(refused(f, x, table<double>(4, 3).view()) ==
        "the chain writes 2 columns, the output has 3");
  CHECK(refused(f, x, out.view().row_range(0, 3)) == "up to 4 rows come out, the output has 3");
  CHECK(refused(f, x, out.view()) == "");
  CHECK(detail::try_transform_into<false>(on::seq, f, x, out).rows == 3);
  const std::vector<unsigned char> mask(4);
  const auto masked = fit(on::seq, drop::where(mask), x);
  CHECK(refused(masked, noise(3, 2), out.view()) ==
        "drop::where was given a mask of 4 rows for data of 3 rows");
  // Its marks judge rows too; into given memory nothing is marked.
  CHECK(!made_new(masked.values_only(), noise(3, 2)));
  CHECK(refused(masked.values_only(), noise(3, 2), out.view()) == "");
}

TEST_CASE("an output may be its input where every row and column stays in its place") {
  auto x = noise(8, 2, 0);
  const auto f = fit(on::seq, clip(-1, 1), x);
  CHECK(refused(f, x, x.view()) == "");
  CHECK(refused(fit(on::seq, clip(-1, 1) | sample(shuffled{seed{1}}), x), x, x.view()) == overlaps);
  const auto drops = fit(on::seq, drop::any, x);
  CHECK(refused(drops, x, x.view()) == overlaps);
  CHECK(refused(drops.values_only(), x, x.view()) == "");
  const auto parts = split<struct in_place_split>(x, counts{.train = 5, .test = 3}, in_order);
  const auto g = fit(on::seq, clip(-1, 1), x, whole_population);
  CHECK(refused(g, parts.train, x.view()) == "");
  CHECK(refused(g, parts.test, x.view()) == overlaps);
  const auto narrow = fit(on::seq, drop::columns(columns{1}), x);
  CHECK(refused(narrow, x, x.view().columns(0, 1)) == overlaps);
}

TEST_CASE("an infinity is told of after the pass, whichever way") {
  const auto x = some_gone();
  auto spoiled = x;
  spoiled(2, 1) = endless;
  const auto f = fit(on::seq, fill::constant(7), x);
  const std::string told =
      "transform: 1 infinite value(s), the first in row 2, column 1; say clean(infinity::missing) or "
      "clean(infinity::keep) if they are meant";
  CHECK(made_new(f, spoiled).what() == told);
  table<double> out(4, 2);
  CHECK(detail::try_transform_into<false>(on::seq, f, spoiled, out).what() == told);
  CHECK(difference(out, {{1, 2}, {7, 4}, {5, gone}, {-3, 8}}) == "");
}

TEST_CASE("a policy that returns early: new memory when it is done, given memory when it is asked") {
  const smelt_test::later_policy later;
  const auto x = some_gone();
  const auto f = fit(on::seq, drop::any, x);
  const auto y = detail::transform_new<detail::choose_result, false>(later, f, x);
  CHECK(difference(*y, {{1, 2}, {5, 6}, {-3, 8}}) == "");
  CHECK((y.rows == 3 && y.dropped == 1));
  CHECK(later.taken() ==
        std::vector<std::string>{"make_table", "make_column", "map_now"});
  const auto marked = detail::transform_new<detail::choose_result, false>(later, f.values_only(), x);
  CHECK(marked->dropped == std::vector<unsigned char>{0, 1, 0, 0});
  CHECK(later.taken() ==
        std::vector<std::string>{"make_table", "make_column", "map_now", "fetch"});
  table<double> out(4, 2);
  const auto written = detail::try_transform_into<false>(later, f, x, out);
  CHECK(written.rows == -1);  // nobody knows yet
  CHECK(*written == 3);
  CHECK(later.taken() == std::vector<std::string>{"map"});
  CHECK(difference(out.row_range(0, 3), *y) == "");
  const auto refused_by = detail::try_transform_into<false>(later, f, noise(3, 3), out);
  CHECK(!refused_by);
  CHECK(refused_by.rows == 0);
}
