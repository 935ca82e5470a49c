// SPDX-License-Identifier: BSL-1.0
/// \file
/// The map of a fitted chain: the rows it is drawn from, the data it may meet, the memory it writes.

#include <smelt/run_map.hpp>

#include <doctest/doctest.h>

#include <smelt/fit.hpp>
#include <smelt/policies/seq.hpp>
#include <smelt/samplers.hpp>
#include <smelt/split.hpp>
#include <smelt/stages.hpp>
#include <support/later_policy.hpp>
#include <support/tables.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace smelt;
using smelt_test::difference;
using smelt_test::gone;
using smelt_test::noise;

namespace {

constexpr auto shuffle = sample(shuffled{seed{1}});
constexpr auto some = sample(take{4, seed{1}});

template <class Chain>
int sampler_in(const Chain&) {
  return detail::sampler_of<decltype(as_chain(std::declval<const Chain&>()))>();
}
/// Whether a fitted chain may transform these data; else what is told.
template <bool Judges = true, class Fitted, class Data>
std::string refused(const Fitted& f, const Data& d) {
  status found;
  const bool may = detail::check_data<Judges>(f, d, detail::open(d), found);
  CHECK(may == found.ok());
  return found.what();
}
/// Runs the map on all rows, and cuts the output to those written.
template <class Fitted>
table<double> mapped(const Fitted& f, const table<double>& x, unsigned char* marks = nullptr) {
  table<double> out(x.rows(), f.cols_out());
  pass_status met;
  out.shrink(detail::run_map(on::seq, f, x.view(), detail::rows_of(f, x, 0), out.view(), marks,
                             followers<>{}, met));
  return out;
}

}  // namespace

TEST_CASE("the sampler of a chain draws its rows") {
  CHECK(sampler_in(standardize()) == -1);
  CHECK(sampler_in(as_chain(shuffle)) == 0);
  CHECK(sampler_in(standardize() | shuffle) == 1);
  CHECK(sampler_in(clip(0, 1) | standardize() | some | clip(0, 1)) == 2);
}

TEST_CASE("rows: those of the sampler in its epoch, where row stages are asked for") {
  const auto x = noise(9, 2, 0);
  const auto f = fit(on::seq, standardize() | some, x);
  for (std::uint64_t epoch : {0u, 3u}) {
    const auto rows = detail::rows_of(f, x, epoch);
    CHECK(rows.count() == 4);
    for (smelt::index i = 0; i < 4; ++i) CHECK(rows(i) == take{4, seed{1}}.order(9, epoch)(i));
  }
  CHECK(detail::rows_of(f.without_sampling(), x, 0).draw.identity());
  CHECK(detail::rows_of(f.values_only(), x, 0).count() == 9);
  const auto parts = split<struct ordered_rows>(x, counts{.train = 5, .test = 4}, in_order);
  const auto rows = detail::rows_of(f.values_only(), parts.test, 0);
  CHECK(rows.count() == 4);
  CHECK(rows(0) == 5);
}

TEST_CASE("data that a chain may meet, and what is told of others") {
  const auto x = noise(9, 2, 0);
  const auto f = fit(on::seq, standardize() | some, x);
  CHECK(refused(f, x) == "");
  CHECK(refused(f, noise(9, 3)) == "the chain was fitted on 2 columns, this view has 3");
  CHECK(refused(f, noise(3, 2)) == "take{4}: there are only 3 rows to take without replacement");
  CHECK(refused(f.without_sampling(), noise(3, 2)) == "");
  const auto one = split<struct one_of_two>(x, {.train = 0.5, .test = 0.5}, seed{1});
  const auto other = split<struct one_of_two>(x, {.train = 0.5, .test = 0.5}, seed{2});
  const auto g = fit(on::seq, standardize(), one.train);
  CHECK(refused(g, one.test) == "");
  CHECK(refused(g, other.test).find("the chain was fitted in split ") == 0);
  const std::vector<unsigned char> mask(9);
  const auto masked = fit(on::seq, drop::where(mask), x);
  CHECK(refused(masked, noise(3, 2)) == "drop::where was given a mask of 9 rows for data of 3 rows");
  CHECK(refused<false>(masked, noise(3, 2)) == "");
}

TEST_CASE("columns that are kept are written, rows that drop are not, or marked") {
  const auto x = smelt_test::rows({{1, 2, 3}, {gone, 5, 6}, {7, 8, 9}}, {"a", "b", "c"});
  const auto f = fit(on::seq, drop::any | drop::columns(columns{1}) | fill::constant(4), x);
  CHECK(difference(mapped(f, x), {{1, 3}, {7, 9}}) == "");
  const auto values = f.values_only();
  CHECK(difference(mapped(values, x), {{1, 3}, {4, 6}, {7, 9}}) == "");
  std::vector<unsigned char> marks(3, 9);
  CHECK(difference(mapped(values, x, marks.data()), {{1, 3}, {4, 6}, {7, 9}}) == "");
  CHECK(marks == std::vector<unsigned char>{0, 1, 0});
  const auto all = fit(on::seq, fill::constant(4), x);
  CHECK(difference(mapped(all, x), {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}) == "");
}

TEST_CASE("a list of rows is kept; rows that leave by chance leave by their number in the table") {
  const auto x = noise(40, 1, 0);
  const auto listed = detail::rows_of(fit(on::seq, as_chain(sample(chosen{{4, 0, 2}})), x), x, 0);
  CHECK((listed.count() == 3 && listed(0) == 4 && listed(2) == 2 && listed.keeps != nullptr));
  const auto by_chance = sample(bernoulli{0.5, seed{7}});
  const auto f = fit(on::seq, as_chain(by_chance), x);
  const auto piece = x.row_range(10, 40);
  auto op = by_chance.make_op();
  op.choose(10, 3, true);
  table<double> expected(30, 1);
  smelt::index n = 0;
  for (smelt::index r = 0; r < 30; ++r)
    if (op.keeps_row(r, -1)) expected(n++, 0) = piece(r, 0);
  table<double> out(30, 1);
  pass_status met;
  CHECK(detail::run_map(on::seq, f, piece, detail::rows_of(f, piece, 3), out.view(), nullptr,
                        followers<>{}, met) == n);
  for (smelt::index r = 0; r < n; ++r) CHECK(out(r, 0) == expected(r, 0));
  CHECK(mapped(f.without_sampling(), x).rows() == 40);
}

TEST_CASE("memory for results: as many rows as asked for, the names of the columns that come out") {
  const auto x = smelt_test::rows({{1, 2, 3}, {4, 5, 6}}, {"a", "b", "c"});
  const auto names_in = [](const table<float>& t) {
    return std::vector<std::string>(t.names().begin(), t.names().end());
  };
  const auto narrow = fit(on::seq, drop::columns(columns{1}), x);
  const auto made = detail::result_table<float>(on::seq, narrow, 5);
  CHECK((made.rows() == 5 && made.cols() == 2));
  CHECK(names_in(made) == std::vector<std::string>{"a", "c"});
  const auto whole = detail::result_table<float>(on::seq, fit(on::seq, clip(0, 1), x), 1);
  CHECK(names_in(whole) == std::vector<std::string>{"a", "b", "c"});
  const auto bare = detail::result_table<float>(on::seq, fit(on::seq, clip(0, 1), noise(4, 2)), 1);
  CHECK(bare.cols() == 2);
  CHECK(bare.names().empty());
  auto column = detail::make_column<int>(on::seq, 7);
  CHECK(column.size() == 7);
  detail::keep_rows(column, 3);
  CHECK(column.size() == 3);
  CHECK(detail::make_table<float>(on::seq, 2, 3, {}).cols() == 3);
}

TEST_CASE("a policy that returns early makes its own memory, and is waited for where a verb must") {
  const smelt_test::later_policy later;
  const auto x = smelt_test::rows({{1, 2}, {gone, 5}, {7, 8}}, {"a", "b"});
  const auto f = fit(on::seq, drop::any, x);
  const auto rows = detail::rows_of(f, x, 0);
  pass_status met;
  auto out = detail::result_table<double>(later, f, 3);
  CHECK((out.rows() == 3 && out.cols() == 2 && out.names()[1] == "b"));
  CHECK(later.taken() == std::vector<std::string>{"make_table"});
  CHECK(detail::make_column<int>(later, 4).size() == 4);
  CHECK(later.taken() == std::vector<std::string>{"make_column"});
  CHECK(detail::run_map(later, f, x.view(), rows, out.view(), nullptr, followers<>{}, met) == 2);
  CHECK(later.taken() == std::vector<std::string>{"map"});
  CHECK(difference(out.row_range(0, 2), {{1, 2}, {7, 8}}) == "");
  table<double> again(3, 2);
  CHECK(detail::run_map<true>(later, f, x.view(), rows, again.view(), nullptr, followers<>{}, met) ==
        2);
  CHECK(later.taken() == std::vector<std::string>{"map_now"});
  CHECK(difference(again.row_range(0, 2), {{1, 2}, {7, 8}}) == "");
  CHECK(met.dropped == 1);
}
