// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A chain done one stage at a time: each stage is fitted on the table that the one before it made,
/// and makes a table of doubles. What a fused chain is compared with.

#include <support/laws.hpp>

#include <tuple>

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

}  // namespace smelt_test
