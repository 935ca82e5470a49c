// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The solving of a chain whose learned numbers are known already, from a file: the order of a fit,
/// without its folds.

#include <smelt/plan/solve.hpp>

#include <algorithm>  // std::copy_n

namespace smelt::inline v0 {

namespace detail {

/// Fills `into`, whose stages, columns and titles are there: what a stage learns is taken from
/// `known`, what it is given is solved as in a fit, at the same point of it. So numbers that were
/// given can be compared with those that a file claims.
template <class Chain>
class recaller : solver<Chain> {
 public:
  using base = solver<Chain>;
  using compiled = typename base::compiled;

  /// Checks the stages against the columns; masks are not measured, there are no rows.
  recaller(learned_numbers<Chain>& into, status& found) : base(into, -1, found) {}

  template <int Pass = 0>
  void recall(const learned_numbers<Chain>& known) {
    this->template before_fold<Pass>();
    if constexpr (Pass < base::plan.fit_passes) {
      base::for_stages([&]<std::size_t I>() {
        if constexpr (!base::in_pass(Pass, I))
          return;
        else if constexpr (base::plan.facts[I].learned)
          take<I>(known);
        else if constexpr (!base::plan.stages[I].in_fold &&
                           base::plan.facts[I].does != effect::columns &&
                           base::plan.facts[I].does != effect::sampler)
          this->template given<I>();
      });
      recall<Pass + 1>(known);
    } else {
      this->finish();
    }
  }

 private:
  template <std::size_t I>
  void take(const learned_numbers<Chain>& known) {
    constexpr index numbers = numbers_of<typename compiled::template stage_at<I>>;
    std::copy_n(known.at(I, 0), numbers * known.pitch(), this->into_.at(I, 0));
    this->into_.fired[I] = known.fired[I];
  }
};

}  // namespace detail

}  // namespace smelt::inline v0
