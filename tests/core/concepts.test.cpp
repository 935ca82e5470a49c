// SPDX-License-Identifier: BSL-1.0
/// \file
/// The concepts on minimal models, and what a stage is known by.

#include <doctest/doctest.h>

#include <smelt/core/concepts.hpp>
#include <smelt/samplers.hpp>
#include <smelt/stages.hpp>
#include <smelt/statistics.hpp>

using namespace smelt;

namespace {
struct least {
  static constexpr effect does = effect::value;
};
struct none {};
}  // namespace

static_assert(stage<least> && !stage<none> && !stage<int>);
static_assert(!learned<least> && !whole_table<least>);
static_assert(learned<fill_mean_t> && !learned<fill_constant_t>);
static_assert(whole_table<standardize_t<true, true, true>>);
static_assert(!whole_table<standardize_t<true, true, false>>);
static_assert(statistic<tally> && statistic<moments> && statistic<extrema> && !statistic<none>);
static_assert(sampler<shuffled> && sampler<take> && !sampler<none>);
static_assert(numbers_of<fill_mean_t> == 1 && numbers_of<min_max_t> == 3);
static_assert(numbers_of<clip_t> == 2 && numbers_of<sample_t<take>> == 0);

TEST_CASE("a stage without words is called a stage") {
  CHECK(detail::text_of(least{}) == "a stage");
  CHECK(detail::text_of(clip(0, 9)) == "clip(0, 9)");
}
