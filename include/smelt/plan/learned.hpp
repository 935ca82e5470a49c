// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a chain has learned: its numbers.

#include <smelt/core/view.hpp>
#include <smelt/plan/compile.hpp>

#include <cstring>  // std::memcmp
#include <string>
#include <vector>

namespace smelt::inline v0 {

/// The numbers of a fitted chain. Immutable after the fit, comparable by bits, free of pointers
/// into the data.
template <class Chain>
struct learned_numbers {
  using compiled = detail::compiled<Chain>;

  Chain stages;
  index cols = 0;               // columns in
  index rows = 0;               // rows seen by the fit
  std::vector<double> numbers;  // number k of stage i at (offsets[i] + k) * pitch + column
  std::vector<std::string> titles;
  std::vector<index> kept;                // columns out, when a stage drops columns
  std::vector<std::vector<index>> fired;  // per stage: columns whose zero rule was needed
  int refolds = 0;                        // passes repeated because a shift was a bad one

  index pitch() const { return pitch_of(cols); }
  index cols_out() const {
    return compiled::plan.drops_columns ? static_cast<index>(kept.size()) : cols;
  }
  double* at(std::size_t stage, int number) {
    return numbers.data() + (compiled::offsets[stage] + number) * pitch();
  }
  const double* at(std::size_t stage, int number) const {
    return numbers.data() + (compiled::offsets[stage] + number) * pitch();
  }
  affine line(std::size_t stage, index c) const {
    return {at(stage, 0)[c], at(stage, 1)[c], at(stage, 2)[c]};
  }
  /// The program of a transform, with or without the steps that drop rows.
  template <bool Drops = true>
  auto map_program() const {
    return compiled::template map<Drops>(stages, numbers.data(), cols);
  }

  /// Equal bit by bit, so that a missing number equals itself.
  friend bool operator==(const learned_numbers& a, const learned_numbers& b) {
    return a.cols == b.cols && a.kept == b.kept && a.titles == b.titles &&
           a.numbers.size() == b.numbers.size() &&
           std::memcmp(a.numbers.data(), b.numbers.data(), a.numbers.size() * sizeof(double)) == 0;
  }
};

}  // namespace smelt::inline v0
