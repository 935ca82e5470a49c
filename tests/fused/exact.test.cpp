// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fused chain against one stage at a time: the same bits wherever no affine run was merged and no
/// sum was carried forward. Extrema may be carried: the image of the smallest value under a rounded
/// monotone function is the smallest image.

#include <support/staged.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// `reads` is how often the fused chain reads its table to be fitted.
template <int Reads, class Chain>
void check_same(const Chain& stages, smelt::index least_rows = 0) {
  constexpr auto plan = plan_of<Chain>;
  static_assert(plan.fit_passes == Reads);
  for (const auto& place : plan.stages) CHECK_FALSE(place.merged);
  const everywhere on;
  for (const auto& shape : law_shapes) {
    if (shape.rows < least_rows) continue;
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto f = on.fit(stages, x);
    const auto staged = one_stage_at_a_time(stages, x);
    CHECK(staged.x.rows() > 0);
    CHECK(difference(on.transform(f, x), staged.x) == "");
    if (plan.drops_columns) continue;  // a later stage would see other numbers of columns
    smelt::index wrong = 0;
    for (std::size_t s = 0; s < staged.numbers.size(); ++s)
      for (std::size_t k = 0; k < staged.numbers[s].size(); ++k)
        for (smelt::index c = 0; c < shape.cols; ++c)
          wrong += !same_bits(f.number(s, static_cast<int>(k), c),
                              staged.numbers[s][k][static_cast<std::size_t>(c)]);
    CHECK(wrong == 0);
  }
}

}  // namespace

TEST_CASE("given numbers before fitted ones are evaluated inside the fold") {
  check_same<1>(fill::constant(0.5) | standardize());
  check_same<1>(sentinel(3) | clip(-2, 2) | standardize(ddof{1}));
  check_same<1>(normalize(l2) | standardize());
  check_same<1>(infinity::missing | fill::constant(-1) | normalize(max_abs));
}

TEST_CASE("extrema are carried exactly through fills, lines and clips") {
  check_same<1>(fill::mean | normalize(min_max{-1, 1}));
  check_same<1>(normalize(min_max{}) | clip(0.25, 0.75) | normalize(max_abs));
  check_same<1>(normalize(min_max{-1, 1}) | fill::constant(-2) | normalize(max_abs));
}

TEST_CASE("what cannot be carried is read again, through the stages before it") {
  check_same<2>(standardize() | clip(-1, 2) | standardize());
  check_same<2>(standardize() | normalize(l1) | normalize(min_max{}));
  check_same<2>(fill::mean | normalize(largest) | standardize(ddof{1}));
}

TEST_CASE("rows and columns that leave") {
  check_same<1>(drop::any | normalize(min_max{-1, 1}));
  check_same<1>(drop::constant_columns | standardize());
  // 40 rows of at least 640 are folded in the order in which they are drawn.
  check_same<1>(sample(take{40, seed{3}}) | standardize(), 640);
  check_same<1>(standardize() | sample(shuffled{seed{4}}));
}

TEST_CASE("some columns, and all as one") {
  check_same<1>(at(columns{0}, fill::constant(0) | standardize()) | normalize(l2));
  check_same<1>(standardize(over::table) | clip(-1, 1) | normalize(largest));
}
