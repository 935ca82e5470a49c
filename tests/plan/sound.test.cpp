// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a stage must have beside its effect.

#include <doctest/doctest.h>

#include <smelt/plan/sound.hpp>
#include <smelt/samplers.hpp>
#include <smelt/stages.hpp>

using namespace smelt;

namespace {
struct no_op_at_all {
  static constexpr effect does = effect::value;
  template <class Slot>
  std::array<double, 1> solve(const Slot&) const {
    return {};
  }
};
struct no_solve {
  static constexpr effect does = effect::monotone;
  using op = clip_op;
};
}  // namespace

static_assert(detail::has_sound_op<clip_t>() && detail::has_sound_solve<clip_t>());
static_assert(detail::has_sound_op<row_norm_t<norm_l2>>());
static_assert(detail::has_sound_op<drop_masked_t>());
static_assert(detail::has_sound_solve<sample_t<take>>());
static_assert(!detail::has_sound_op<no_op_at_all>());
static_assert(!detail::has_sound_solve<no_solve>());
static_assert(detail::sound_statistics<statistics<moments>>);
static_assert(!detail::sound_statistics<statistics<int>>);

TEST_CASE("every stage that smelt brings is sound, by compiling") {
  CHECK(detail::has_sound_solve<fill_mean_t>());
  CHECK(detail::has_sound_solve<min_max_t>());
}
