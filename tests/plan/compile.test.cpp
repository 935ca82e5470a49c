// SPDX-License-Identifier: BSL-1.0
/// \file
/// From a chain and its plan to programs. Programs are types, so most of this is asserted while it
/// compiles: which steps a fold and a map are made of, and which numbers they read.

#include <smelt/plan/compile.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <type_traits>
#include <vector>

using namespace smelt;

namespace {

template <class Chain>
using compiled = detail::compiled<Chain>;
template <class Chain, int Pass>
using fold_of = decltype(compiled<Chain>::template fold<Pass>(std::declval<const Chain&>(), nullptr,
                                                              smelt::index{}, smelt::index{}));
template <class Chain, bool Drops = true>
using map_of = decltype(compiled<Chain>::template map<Drops>(std::declval<const Chain&>(), nullptr,
                                                             smelt::index{}));

constexpr auto bound = clip_t{0, 9};
constexpr auto scaled = min_max_t{};

// One pass: two slots, the clip between them; the map has one line for two stages, and reads the
// numbers of the last.
using one_pass = decltype(fill::mean | bound | standardize() | scaled);
static_assert(compiled<one_pass>::offsets == std::array<int, 5>{0, 1, 3, 6, 9});
static_assert(compiled<one_pass>::rows_of_numbers == 9);
static_assert(compiled<one_pass>::slots(0) == 2);
static_assert(
    std::is_same_v<fold_of<one_pass, 0>, program<mark_step<0, tally, moments>, op_step<clip_op, 1>,
                                                 mark_step<1, tally, moments, extrema>>>);
static_assert(
    std::is_same_v<map_of<one_pass>,
                   program<op_step<fill_op, 0>, op_step<clip_op, 1>, op_step<affine_op, 6>>>);

// Two passes: the second computes what stands before it.
using two_passes = decltype(standardize() | scaled | bound | standardize());
static_assert(
    std::is_same_v<fold_of<two_passes, 0>, program<mark_step<0, tally, moments, extrema>>>);
static_assert(
    std::is_same_v<fold_of<two_passes, 1>, program<op_step<affine_op, 3>, op_step<clip_op, 6>,
                                                   mark_step<0, tally, moments>>>);

// Rows that drop are a mask in the fold, and can be left out of the map.
using dropping = decltype(drop::any | standardize());
static_assert(std::is_same_v<fold_of<dropping, 0>,
                             program<op_step<drop_missing_op, 0>, mark_step<0, tally, moments>>>);
static_assert(
    std::is_same_v<map_of<dropping>, program<op_step<drop_missing_op, 0>, op_step<affine_op, 1>>>);
static_assert(std::is_same_v<map_of<dropping, false>, program<op_step<affine_op, 1>>>);

// A sampler is a rule in the fold of what stands behind it, and nothing in a map; a shuffle is
// nothing in either.
using sampled = decltype(sample(take{}) | standardize());
static_assert(std::is_same_v<fold_of<sampled, 0>,
                             program<op_step<sampled_op, 0>, mark_step<0, tally, moments>>>);
static_assert(std::is_same_v<map_of<sampled>, program<op_step<affine_op, 0>>>);
using shuffling = decltype(sample(shuffled{}) | standardize());
static_assert(std::is_same_v<fold_of<shuffling, 0>, program<mark_step<0, tally, moments>>>);

// Columns that leave are measured, and are no op.
using narrowing = decltype(drop::constant_columns | fill::mean | standardize());
static_assert(
    std::is_same_v<fold_of<narrowing, 0>, program<op_step<admit_op, 5>, mark_step<0, tally, extrema, moments>>>);
static_assert(
    std::is_same_v<map_of<narrowing>,
                   program<op_step<admit_op, 5>, op_step<fill_op, 1>, op_step<affine_op, 2>>>);

// A step behind all that is measured is not in the fold.
using trailing = decltype(standardize() | bound);
static_assert(std::is_same_v<fold_of<trailing, 0>, program<mark_step<0, tally, moments>>>);

// A given fill behind a fitted one is counted where it stands, and not evaluated.
using twice_filled = decltype(fill::mean | bound | fill::constant(0) | bound | scaled);
static_assert(
    std::is_same_v<fold_of<twice_filled, 0>,
                   program<mark_step<0, tally, moments>, op_step<clip_op, 1>, mark_step<1, tally>,
                           op_step<clip_op, 4>, mark_step<2, tally, extrema>>>);
static_assert(compiled<twice_filled>::slots(0) == 3, "the last stage's too");

}  // namespace

TEST_CASE("ops carry what their stages were given") {
  const auto chain = drop::at_least(3) | standardize();
  const auto steps = compiled<std::remove_const_t<decltype(chain)>>::map<true>(chain, nullptr, 20);
  CHECK(std::get<0>(steps.steps).op.limit == 3.0);
  CHECK(steps.cols == 20);
  CHECK(steps.pitch == 24);
  static_assert(admit_row<std::remove_const_t<decltype(steps)>> < 0);
}

TEST_CASE("infinities are for the program when a stage deals with them") {
  const auto chain = clean(infinity::missing) | standardize();
  using type = compiled<std::remove_const_t<decltype(chain)>>;
  static_assert(admit_row<decltype(type::map<true>(chain, nullptr, 2))> == 3);
  static_assert(admit_row<decltype(type::fold<0>(chain, nullptr, 2, 10))> == 3);
  static_assert(type::rows_of_numbers == 4);
  // A column that leaves may hold what it likes.
  static_assert(compiled<decltype(drop::columns({0}) | standardize())>::admits);
}

TEST_CASE("a sampler in a fold keeps the rows it draws in epoch 0, by their numbers") {
  const auto chain = sample(take{30, seed{3}}) | standardize();
  const auto steps =
      compiled<std::remove_const_t<decltype(chain)>>::fold<0>(chain, nullptr, 1, 100);
  const auto& rule = std::get<0>(steps.steps).op;
  std::vector<bool> drawn(100, false);
  const auto order = take{30, seed{3}}.order(100, 0);
  for (smelt::index i = 0; i < 30; ++i) drawn[static_cast<std::size_t>(order(i))] = true;
  for (smelt::index number = 0; number < 100; ++number)
    CHECK(rule.keeps_row(99 - number, number) == drawn[static_cast<std::size_t>(number)]);
}
