// SPDX-License-Identifier: BSL-1.0
/// \file
/// Stages that smelt has never heard of get the plan they deserve and the numbers of doing one stage
/// after another, on both policies.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/on_both.hpp>
#include <support/own_stages.hpp>

#include <algorithm>  // std::max
#include <cmath>

using namespace smelt;
using smelt_test::by_third;
using smelt_test::cube;
using smelt_test::drop_far;
using smelt_test::given_line;
using smelt_test::share_of_row;

namespace {

constexpr auto scaled = min_max_t{{1, 2}};

template <class Chain>
constexpr int passes(const Chain&) {
  return plan_of<Chain>.fit_passes;
}

// A monotone stage: in the fold with given numbers; extrema go through it, moments do not.
static_assert(passes(fill::mean | cube{1} | standardize()) == 1);
static_assert(passes(standardize() | cube{1} | scaled) == 1);
static_assert(passes(standardize() | cube{1} | standardize()) == 2);

// A statistic without closed forms costs a read after whatever was fitted, and nothing else.
static_assert(passes(by_third{}) == 1);
static_assert(passes(cube{1} | drop::any | by_third{}) == 1);
static_assert(passes(fill::mean | by_third{}) == 2);
static_assert(passes(standardize() | by_third{}) == 2);
static_assert(passes(by_third{} | standardize() | scaled) == 1, "others go through it");
static_assert(plan_of<decltype(by_third{} | standardize() | scaled)>.ops == 1);
static_assert(plan_of<decltype(standardize() | by_third{})>.ops == 2, "measured behind the first");

// A line with given numbers joins the run of a fitted one.
static_assert(passes(standardize() | given_line{-2, 1} | scaled) == 1);
static_assert(plan_of<decltype(standardize() | given_line{-2, 1} | scaled)>.ops == 1);
static_assert(passes(given_line{-2, 1} | standardize()) == 1);

// A look across the row, and fitted bounds that drop rows.
static_assert(passes(share_of_row{} | standardize()) == 1);
static_assert(passes(scaled | share_of_row{} | standardize()) == 2);
static_assert(passes(drop_far{2} | standardize()) == 2);
static_assert(passes(drop_far{2}) == 1);
static_assert(plan_of<decltype(drop_far{2} | standardize())>.drops_rows);

/// One stage after another, each fitted on a table that the ones before have written.
template <class... Stages>
table<double> one_by_one(const chain<Stages...>& c, const table<double>& from) {
  table<double> x = from;
  std::apply([&](const auto&... stage) { ((x = fit_transform(on::seq, stage, x)), ...); }, c.stages);
  return x;
}

/// The largest difference against the largest value.
double distance(const table<double>& a, const table<double>& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return 1;
  double away = 0;
  double size = 0;
  for (smelt::index r = 0; r < a.rows(); ++r)
    for (smelt::index c = 0; c < a.cols(); ++c) {
      if (std::isnan(a(r, c)) != std::isnan(b(r, c))) return 1;
      if (std::isnan(b(r, c))) continue;
      away = std::max(away, std::abs(a(r, c) - b(r, c)));
      size = std::max(size, std::abs(b(r, c)));
    }
  return away / size;
}

template <class Chain>
void check(const Chain& c) {
  const auto source = smelt_test::noise(2500, 5, 40);
  const auto f = smelt_test::fitted_on_both(c, source);
  CHECK(f.repeated_passes() == 0);
  CHECK(distance(smelt_test::transformed_on_both(f, source), one_by_one(c, source)) < 1e-12);
}

}  // namespace

TEST_CASE("a monotone stage") {
  check(fill::mean | cube{0.5} | standardize());
  check(standardize() | cube{0.5} | scaled);
  check(standardize() | cube{0.5} | standardize());
}

TEST_CASE("a statistic of its own") {
  check(fill::mean | by_third{});
  check(by_third{} | standardize() | scaled);
  const auto one = smelt_test::one_column({-2, smelt_test::gone, 1, 3});
  CHECK(fit(on::seq, by_third{}, one).number(0, 1, 0) == 1.0 / 12.0);
  CHECK(fit(on::eigen, by_third{}, one).number(0, 1, 0) == 1.0 / 12.0);
}

TEST_CASE("a falling line with given numbers inside a run") {
  const auto c = standardize() | given_line{-2, 1} | scaled;
  check(c);
  // The low end is met exactly, by the largest source value.
  const auto source = smelt_test::one_column({3, 7, 19, 4});
  const auto y = fit_transform(on::seq, c, source);
  CHECK(y(2, 0) == 1.0);
  CHECK(y(0, 0) == doctest::Approx(2.0).epsilon(1e-15));
}

TEST_CASE("a look across the row") {
  check(scaled | share_of_row{} | standardize());
  const auto y = fit_transform(on::eigen, share_of_row{}, smelt_test::rows({{1, 3}, {smelt_test::gone, 5}}));
  CHECK(y(0, 0) == 0.25);
  CHECK(y(0, 1) == 0.75);
  CHECK(std::isnan(y(1, 0)));
  CHECK(y(1, 1) == 1.0);
}

TEST_CASE("fitted bounds that drop rows") {
  check(drop_far{1.6} | standardize());
  const auto y = fit_transform(on::eigen, drop_far{1.5}, smelt_test::one_column({1, 2, 3, 2, 100}));
  CHECK(y.rows() == 4);
}
