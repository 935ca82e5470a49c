// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a chain has learned: its numbers.

#include <smelt/core/view.hpp>
#include <smelt/plan/compile.hpp>

#include <array>
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
  detail::list<double> numbers;  // number k of stage i at (offsets[i] + k) * pitch + column
  std::vector<std::string> titles;
  std::vector<index> kept;                // columns out, when a stage drops columns
  std::array<std::vector<index>, Chain::size> fired;  // per stage: columns whose zero rule was needed
  int refolds = 0;                        // passes repeated because a shift was a bad one

  learned_numbers() = default;
  /// Whose numbers will lie there.
  explicit learned_numbers(resource_ref memory) : numbers(memory) {}

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
  /// Whether column `c` is still there when stage number `before` is reached.
  bool live(std::size_t before, index c) const {
    for (std::size_t i = 0; i < before; ++i)
      if (compiled::plan.facts[i].does == effect::columns && at(i, 0)[c] == 0.0) return false;
    return true;
  }
  /// Lets a column's infinities in where they meet a rule for them, or leave with their column,
  /// before they meet a row norm or, in a fit, a statistic of that column.
  template <bool InFit>
  void admit() {
    if constexpr (compiled::admits) {
      double* row = at(Chain::size, 0);
      detail::list<bool> unmet(static_cast<std::size_t>(cols), true, numbers.get_allocator());
      std::size_t i = 0;
      auto look = [&]<class Stage>(const Stage& stage) {
        const stage_facts& f = compiled::plan.facts[i++];
        const bool meets = f.does == effect::across || (InFit && f.learned);
        for (index c = 0; c < cols; ++c) {
          if (!unmet[static_cast<std::size_t>(c)]) continue;
          const bool here = covered(stage, c);
          if (detail::handles_infinity<Stage> ? here : !live(i, c)) row[c] = 1.0;
          if (meets && here) unmet[static_cast<std::size_t>(c)] = false;
        }
      };
      std::apply([&](const auto&... stage) { (look(stage), ...); }, stages.stages);
    }
  }
  /// Whether a stage acts on column `c`: all do but those of `at`.
  template <class Stage>
  bool covered(const Stage& stage, index c) const {
    if constexpr (requires { stage.covers(index{}, std::string{}); })
      return stage.covers(c, title(c));
    else
      return true;
  }
  std::string title(index c) const {
    return titles.empty() ? std::string{} : titles[static_cast<std::size_t>(c)];
  }
  /// Solves stage I in the column of a slot. A column that has left gets numbers that do nothing,
  /// where there are such: what it holds cannot fail a fit.
  template <std::size_t I, class Slot>
  void store(const Slot& s) {
    using stage = typename compiled::template stage_at<I>;
    const auto& told = stages.template get<I>();
    auto put = [&](const auto& solved) {
      for (int k = 0; k < numbers_of<stage>; ++k)
        at(I, k)[s.column] = settled(solved[static_cast<std::size_t>(k)]);
    };
    if constexpr (stage::does == effect::affine) {
      const affine line = s.live ? told.solve(s) : affine{};
      put(std::array<double, 3>{line.centre, line.slope, line.offset});
    } else if constexpr (stage::does == effect::fill) {
      put(std::array<double, 1>{s.live ? told.solve(s) : missing_value<double>});
    } else if constexpr (stage::does == effect::columns) {
      put(std::array<double, 1>{s.live && told.solve(s) ? 1.0 : 0.0});
    } else if constexpr (stage::does != effect::sampler) {
      if constexpr (requires { stage::op::neutral; })
        put(s.live ? told.solve(s) : stage::op::neutral);
      else
        put(told.solve(s));
    }
    if (s.fired) fired[I].push_back(s.column);
  }
  /// The one NaN: arithmetic makes others, of either sign, on different machines.
  static double settled(double x) { return missing(x) ? missing_value<double> : x; }
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
           (a.numbers.empty() ||
            std::memcmp(a.numbers.data(), b.numbers.data(), a.numbers.size() * sizeof(double)) == 0);
  }
};

}  // namespace smelt::inline v0
