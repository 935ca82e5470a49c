// SPDX-License-Identifier: BSL-1.0
/// \file
/// Stages that smelt has never heard of get the plan they deserve and the numbers of doing one
/// stage after another, on both policies.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/one_by_one.hpp>
#include <support/own_stages.hpp>

using namespace smelt;
using smelt_test::by_third;
using smelt_test::check_one_by_one;
using smelt_test::cube;
using smelt_test::given_line;

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
static_assert(plan_of<decltype(given_line{-2, 1} | standardize() | scaled)>.ops == 2,
              "the fold measures what the given line makes, so it stays an op of its own");

}  // namespace

TEST_CASE("a monotone stage") {
  check_one_by_one(fill::mean | cube{0.5} | standardize());
  check_one_by_one(standardize() | cube{0.5} | scaled);
  check_one_by_one(standardize() | cube{0.5} | standardize());
}

TEST_CASE("a statistic of its own") {
  check_one_by_one(fill::mean | by_third{});
  check_one_by_one(by_third{} | standardize() | scaled);
  const auto one = smelt_test::one_column({-2, smelt_test::gone, 1, 3});
  CHECK(fit(on::seq, by_third{}, one).number(0, 1, 0) == 1.0 / 12.0);
  CHECK(fit(on::eigen, by_third{}, one).number(0, 1, 0) == 1.0 / 12.0);
}

TEST_CASE("a falling line with given numbers inside a run") {
  const auto c = standardize() | given_line{-2, 1} | scaled;
  check_one_by_one(c);
  // The low end is met exactly, by the largest source value.
  const auto source = smelt_test::one_column({3, 7, 19, 4});
  const auto y = fit_transform(on::seq, c, source);
  CHECK(y(2, 0) == 1.0);
  CHECK(y(0, 0) == doctest::Approx(2.0).epsilon(1e-15));
}

TEST_CASE("a line with given numbers before fitted stages: the bits of two transforms") {
  const auto x = smelt_test::noise(2500, 5, 40);
  const auto line = given_line{-0.3, 7.1};
  const auto fitted = standardize() | scaled;
  const auto f = smelt_test::fitted_on_both(line | fitted, x);
  const auto between = transform(on::seq, fit(on::seq, line, x), x);
  const auto g = fit(on::seq, fitted, between);
  for (std::size_t stage : {std::size_t{0}, std::size_t{1}})
    for (int k = 0; k < 3; ++k)
      for (smelt::index c = 0; c < 5; ++c)
        CHECK(f.number(stage + 1, k, c) == g.number(stage, k, c));
  CHECK(smelt_test::difference(smelt_test::transformed_on_both(f, x),
                               transform(on::seq, g, between)) == "");
}
