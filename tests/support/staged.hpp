// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A chain done one stage at a time: each stage is fitted on the table that the one before it made,
/// and makes a table of doubles; and how a fused chain is compared with it.

#include <support/laws.hpp>

#include <string>
#include <tuple>
#include <vector>

namespace smelt_test {

/// The last table, and the numbers that each stage learned on its own: stage, number, column.
struct staged_result {
  smelt::table<double> x;
  std::vector<std::vector<std::vector<double>>> numbers;
};
template <class Chain>
staged_result one_stage_at_a_time(const Chain& stages, const smelt::table<double>& from) {
  staged_result made{from, {}};
  const auto next = [&]<class Stage>(const Stage& stage) {
    const auto f = smelt::fit(smelt::on::seq, stage, made.x);
    std::vector<std::vector<double>> learned;
    for (int k = 0; k < smelt::numbers_of<Stage>; ++k) {
      learned.emplace_back();
      for (smelt::index c = 0; c < made.x.cols(); ++c) learned.back().push_back(f.number(0, k, c));
    }
    made.numbers.push_back(std::move(learned));
    made.x = smelt::transform(smelt::on::seq, f, made.x);
  };
  std::apply([&](const auto&... stage) { (next(stage), ...); }, stages.stages);
  return made;
}

/// Fused and staged, the same bits in every number learned and in every result; the fused chain
/// reads its table `Reads` times to be fitted.
template <int Reads, class Chain>
void check_same(const Chain& stages, smelt::index least_rows = 0) {
  constexpr auto plan = smelt::plan_of<Chain>;
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

/// `mixed`, its columns that are far from zero moved there.
inline smelt::table<double> near_zero(const law_shape& shape) {
  auto x = mixed(shape);
  for (smelt::index r = 0; r < x.rows(); ++r)
    for (smelt::index c = 2; c < x.cols(); c += 6) x(r, c) -= 1e6;
  return x;
}

/// How far rounding takes two ways apart that are both right, in units of 2^-53 of the largest
/// result.
inline constexpr double most_units = 64.0;

/// The rows that a stage of a chain draws from `rows` rows, in order; all, without a sampler.
template <class Chain>
row_order drawn_rows_of(const Chain& stages, smelt::index rows) {
  row_order order;
  for (smelt::index r = 0; r < rows; ++r) order.push_back(r);
  const auto one = [&](const auto& stage) {
    if constexpr (requires { stage.rows.order(rows, std::uint64_t{}); }) {
      const auto draws = stage.rows.order(rows, 0);
      order.resize(static_cast<std::size_t>(stage.rows.count(rows)));
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = draws(static_cast<smelt::index>(i));
    }
  };
  std::apply([&](const auto&... stage) { (one(stage), ...); }, stages.stages);
  return order;
}

/// Fused and staged, both within the oracle's bounds, and not further apart than `most_units`; yet
/// not the same bits, else the chain belongs to the exact ones.
template <class Chain, class... Exact>
void check_bounded(const std::string& name, const Chain& stages, const Exact&... exact) {
  static_assert(smelt::plan_of<Chain>.fit_passes == 1);
  const everywhere on;
  double worst = 0.0;
  bool different = false;
  for (const auto& shape : law_shapes) {
    if (shape.rows < 64) continue;
    CAPTURE(name);
    CAPTURE(shape.rows);
    const auto x = near_zero(shape);
    const auto fused = on(stages, x);
    const auto staged = one_stage_at_a_time(stages, x).x;
    oracle::chain chain;
    (chain.then(exact), ...);
    const auto rows = sheet_of(picked(x, drawn_rows_of(stages, shape.rows)));
    const auto expected = chain.fit(rows).transform(rows);
    CHECK(problem(expected, fused) == "");
    CHECK(problem(expected, staged) == "");
    REQUIRE(fused.rows() == staged.rows());
    REQUIRE(fused.cols() == staged.cols());
    for (smelt::index c = 0; c < fused.cols(); ++c) {
      double largest = 0.0;
      double apart = 0.0;
      for (smelt::index r = 0; r < fused.rows(); ++r) {
        if (smelt::missing(fused(r, c))) continue;
        largest = std::max(largest, std::abs(fused(r, c)));
        apart = std::max(apart, std::abs(fused(r, c) - staged(r, c)));
      }
      different = different || apart > 0.0;
      if (largest > 0.0) worst = std::max(worst, apart / (oracle::unit * largest));
    }
  }
  CHECK(worst <= most_units);
  CHECK(different);
}

}  // namespace smelt_test
