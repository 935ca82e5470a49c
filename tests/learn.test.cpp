// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every form of fit does: the rows it reads, the shifts it takes and puts right, what it
/// refuses before it reads.

#include <smelt/learn.hpp>

#include <doctest/doctest.h>

#include <smelt/policies/seq.hpp>
#include <smelt/samplers.hpp>
#include <smelt/stages.hpp>
#include <support/tables.hpp>

#include <string>
#include <vector>

using namespace smelt;
using smelt_test::gone;

namespace {

constexpr auto some = sample(take{10, seed{1}});
constexpr auto shuffle = sample(shuffled{seed{1}});

template <class Chain>
int leading(const Chain&) {
  return detail::leading_sampler<decltype(as_chain(std::declval<const Chain&>()))>();
}
template <class Chain>
int of_fit(const Chain&) {
  return detail::sampler_of_fit<decltype(as_chain(std::declval<const Chain&>()))>();
}
/// A fit, by value.
template <class Chain>
auto fitted_to(const Chain& stages, const table<double>& x) {
  return detail::learn<origin::plain>(on::seq, as_chain(stages), detail::open(x));
}

using sums = program<mark_step<0, tally, moments>>;
/// A fold of one column around a shift; missing: there was none.
fold_trace<sums> folded(const table<double>& x, double shift) {
  fold_trace<sums> trace;
  trace.shifts = {detail::list<double>(8, missing_value<double>)};
  for (smelt::index c = 0; c < x.cols(); ++c) trace.shifts[0][static_cast<std::size_t>(c)] = shift;
  detail::run_fold(on::seq, sums{{}, no_numbers, 8, x.cols()}, x.view(), fold_rows{row_map(x.rows())},
                   trace);
  return trace;
}
/// The shift that is better than `shift`; that one itself where there is none.
double better_than(double shift, const table<double>& x, bool goes_on = false) {
  detail::shift_lists better;
  const bool found = detail::poorly_shifted(folded(x, shift), 8, x.cols(), goes_on, better);
  CHECK(found == !smelt_test::same_bits(better[0][0], shift));
  return better[0][0];
}

}  // namespace

TEST_CASE("a sampler before everything that learns decides which rows are read") {
  CHECK(leading(some | standardize()) == 0);
  CHECK(leading(clip(0, 1) | some | standardize()) == 1);
  CHECK(leading(standardize() | some | standardize()) == -1);
  CHECK(leading(shuffle | standardize()) == -1);
  CHECK(leading(clip(0, 1)) == -1);
  CHECK(of_fit(some | standardize()) == 0);
  CHECK(of_fit(standardize() | some | standardize()) == 1);
  CHECK(of_fit(standardize() | some) == -1);
  CHECK(of_fit(standardize() | shuffle | standardize()) == -1);
}

TEST_CASE("few rows are read as they are drawn, more through a mask, all without") {
  const auto chain = some | standardize();
  const auto few = detail::rows_of_fit(chain, row_map(160), 7);
  CHECK((few.drawn && !few.masked && few.offset == 0));
  CHECK(few.draw.count() == 10);
  const auto more = detail::rows_of_fit(chain, row_map(159), 7);
  CHECK((!more.drawn && more.masked && more.offset == 7));
  CHECK(more.draw.count() == 10);
  CHECK(more.draw(3) == take{10, seed{1}}.order(159, 0)(3));
  const auto all = detail::rows_of_fit(as_chain(standardize()), row_map(159), 7);
  CHECK((!all.drawn && !all.masked && all.offset == 7));
}

TEST_CASE("draws behind something that learns are what the next pass folds, as they are drawn") {
  const auto x = smelt_test::noise(300, 2, 0);
  const bootstrap sampler{200, seed{5}};
  const auto chain = standardize() | sample(sampler) | standardize();
  using chain_type = std::remove_const_t<decltype(chain)>;
  static_assert(detail::later_draw<chain_type, 0>() == -1 && detail::later_draw<chain_type, 1>() == 1);
  const auto f = fitted_to(chain, x);
  REQUIRE(f);
  const row_map drawn = sampler.map(300, 0);
  table<double> y(200, 2);
  for (smelt::index r = 0; r < 200; ++r)
    for (smelt::index c = 0; c < 2; ++c)
      y(r, c) = add(f->number(0, 2, c), product(f->number(0, 1, c), subtract(x(drawn(r), c), f->number(0, 0, c))));
  const auto g = fitted_to(standardize(), y);
  for (smelt::index c = 0; c < 2; ++c)
    for (int k = 0; k < 3; ++k) CHECK(f->number(2, k, c) == g->number(0, k, c));
}

TEST_CASE("a fit sees the rows that a mask of epoch 0 leaves") {
  const auto x = smelt_test::noise(300, 1, 0);
  const auto by_chance = sample(bernoulli{0.5, seed{7}});
  auto op = by_chance.make_op();
  op.choose(0, 0, true);
  smelt::index rows = 0;
  double sum = 0;
  for (smelt::index r = 0; r < 300; ++r)
    if (op.keeps_row(r, -1)) sum += x(r, 0), ++rows;
  const auto f = fitted_to(by_chance | standardize(), x);
  CHECK(f->rows() == rows);
  CHECK(f->number(1, 0, 0) == doctest::Approx(sum / static_cast<double>(rows)));
}

TEST_CASE("a better shift is the mean, where there was none or it lay far from there") {
  const auto x = smelt_test::one_column({1, 2, 6});
  CHECK(better_than(gone, x) == 3.0);
  CHECK(better_than(gone, x, true) == 3.0);
  CHECK(better_than(2.0, x) == 2.0);
  const auto far = smelt_test::one_column({1e9 + 1, 1e9 + 2, 1e9 + 6});
  CHECK(better_than(1.0, far) == 1e9 + 3);
  CHECK(better_than(1.0, far, true) == 1.0);  // the sums of a piece keep their shift
  CHECK(missing(better_than(gone, smelt_test::one_column({gone, gone}))));
}

TEST_CASE("a piece takes the shifts of the one before, its own where that one held no value") {
  const auto both = detail::completed({{1.0, gone, gone}}, {{5.0, 6.0, gone}});
  REQUIRE(both.size() == 1);
  CHECK(both[0][0] == 1.0);
  CHECK(both[0][1] == 6.0);
  CHECK(missing(both[0][2]));
  CHECK(detail::completed({}, {{5.0}}) == detail::shift_lists{{5.0}});
}

TEST_CASE("what is refused before anything is read") {
  const auto said = [](const auto& stages, const table<double>& x) {
    return std::string(fitted_to(stages, x).what());
  };
  CHECK(said(standardize(), table<double>(3, 0)) ==
        "fit: the data have 0 columns, at least 1 is needed");
  CHECK(said(standardize(), table<double>(0, 3)) ==
        "fit: the data have 0 rows, at least 1 is needed");
  CHECK(said(clip(0, 1), table<double>(0, 3)).empty());
  CHECK(said(some | standardize(), smelt_test::noise(9, 2)) ==
        "take{10}: there are only 9 rows to take without replacement");
  CHECK(said(some | standardize(), smelt_test::noise(10, 2, 0)).empty());
}

TEST_CASE("a column is folded again around its mean, once, where its shift was none") {
  table<double> x(1030, 1);
  for (smelt::index r = 0; r < 1030; ++r) x(r, 0) = r < 1026 ? gone : 1e9 + static_cast<double>(r % 2);
  const auto f = fitted_to(standardize(), x);
  CHECK(f->repeated_passes() == 1);
  CHECK(f->number(0, 0, 0) == 1e9 + 0.5);
  CHECK(f->number(0, 1, 0) == 2.0);
  REQUIRE(f->trace() != nullptr);
  CHECK(f->trace()->shifts[0][0] == 1e9 + 0.5);
  CHECK(f->trace()->end == 1030);
}

TEST_CASE("a fit knows its rows, names and columns, and which of these leave") {
  const auto x = smelt_test::rows({{1, 7, 2}, {3, 8, 4}}, {"a", "b", "c"});
  const auto made = fitted_to(drop::columns(columns{1}) | standardize(), x);
  REQUIRE(made);
  CHECK(made.rows == 2);
  CHECK(made->rows() == 2);
  CHECK(made->names() == std::vector<std::string>{"a", "b", "c"});
  CHECK(made->kept_columns() == std::vector<smelt::index>{0, 2});
  CHECK(made->number(1, 0, 2) == 3.0);
  CHECK(fitted_to(drop::columns(columns{1}), x)->kept_columns() == std::vector<smelt::index>{0, 2});
  CHECK(fitted_to(some | standardize(), smelt_test::noise(300, 2, 0))->rows() == 10);
}
