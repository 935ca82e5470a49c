// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The plan: how often a chain reads its data to be fitted, at which point of the chain each stage
/// is measured, and which stages become one op. It names no stage; it is a compile-time value.

#include <smelt/core/chain.hpp>

#include <array>
#include <cstddef>

namespace smelt::inline v0 {

/// What the planner knows of one stage.
struct stage_facts {
  effect does = effect::value;
  bool learned = false;
  bool whole_table = false;
  bool reorders_only = false;  // a sampler that keeps every row
  bool keeps_missing = true;   // a missing value goes in, a missing value comes out
  // Whether each statistic it needs can be carried through a fill, a line, a monotone function.
  bool through_fill = true;
  bool through_affine = true;
  bool through_monotone = true;
};

/// Where one stage stands in the plan.
struct stage_place {
  int pass = -1;         // the fold that measures it; -1: given numbers
  int position = 0;      // its slot: the stages before this one that the fold evaluates
  bool in_fold = false;  // given numbers, evaluated by the fold of its pass
  int op = -1;           // its op in a map; -1: none
  bool merged = false;   // it shares the op of the affine stage before it
};

/// The plan of a chain of N stages.
template <std::size_t N>
struct chain_plan {
  int fit_passes = 0;  // reads of the data to fit the chain
  int kernels = 1;     // passes of a transform
  int reads = 1;       // reads and writes of each element in a transform
  int writes = 1;
  int ops = 0;         // arithmetic steps of a transform, affine runs counted once
  bool drops_rows = false;
  bool samples = false;
  bool drops_columns = false;
  bool across = false;
  std::array<stage_facts, N> facts{};
  std::array<stage_place, N> stages{};
  std::array<int, N + 1> first{};  // the stage at which pass p begins
};

namespace detail {

template <class... S>
constexpr stage_facts carried(stage_facts f, statistics<S...>) {
  f.learned = sizeof...(S) > 0;
  f.through_fill = (requires(typename S::value& v) { S::fill(v, 0.0, index{}, index{}); } && ...);
  f.through_affine = (requires(typename S::value& v) { S::along(v, affine{}); } && ...);
  f.through_monotone = (requires(typename S::value& v) { S::monotone(v, affine{}); } && ...);
  return f;
}

template <class S>
constexpr stage_facts facts_of() {
  stage_facts f;
  f.does = S::does;
  f.whole_table = whole_table<S>;
  if constexpr (requires { S::reorders_only; }) f.reorders_only = S::reorders_only;
  if constexpr (S::does == effect::fill) f.keeps_missing = false;
  if constexpr (S::does == effect::value)
    f.keeps_missing = requires { requires S::op::keeps_missing; };
  return carried(f, needs_of<S>{});
}

/// Whether what stage `f` needs survives stage `between` without reading the data again.
constexpr bool survives(const stage_facts& f, const stage_facts& between) {
  switch (between.does) {
    case effect::fill: return f.through_fill;
    case effect::affine: return f.through_affine;
    case effect::monotone: return f.through_monotone;
    case effect::columns: return true;
    case effect::sampler: return between.reorders_only;
    default: return false;
  }
}

template <std::size_t N>
constexpr chain_plan<N> make_plan(const std::array<stage_facts, N>& facts) {
  chain_plan<N> plan;
  plan.facts = facts;
  std::size_t start = 0;       // first stage of the present pass
  int position = 0;            // stages below it are evaluated by the present fold
  bool open = true;            // no stage with fitted numbers but fills since `start`
  bool filled = false;         // a fitted fill is pending: carried by formula
  bool width_open = false;     // fitted columns have left: a row is not known to the fold
  bool run = false;            // the stage before was a line that another may join
  for (std::size_t i = 0; i < N; ++i) {
    const stage_facts& f = facts[i];
    stage_place& place = plan.stages[i];
    // A given fill behind a fitted one is carried as that one is; the fold counts what it fills.
    const bool refills = f.does == effect::fill && open && filled;
    if (f.learned || refills) {
      bool carried = true;
      for (std::size_t j = start; j < i; ++j)
        if (!plan.stages[j].in_fold) carried = carried && survives(f, facts[j]);
      if (plan.fit_passes == 0) plan.fit_passes = 1;
      if (!carried) {
        plan.first[static_cast<std::size_t>(plan.fit_passes++)] = static_cast<int>(i);
        start = i;
        position = static_cast<int>(i);
        open = true;
        filled = width_open = run = false;
      }
      place.pass = plan.fit_passes - 1;
    }
    place.position = position;

    // Given numbers stay in the fold as long as no fitted number stands before them; a fitted fill
    // may, because f(fill(x)) is f(c) where x is missing and f(x) elsewhere, as long as f leaves
    // missing what is missing.
    const bool by_row = f.does == effect::across || f.does == effect::drop ||
                        (f.does == effect::sampler && !f.reorders_only);
    if (!f.learned && open && f.does != effect::columns &&
        !(f.does == effect::sampler && f.reorders_only) && !(by_row && (filled || width_open)) &&
        !(filled && !f.keeps_missing)) {
      place.in_fold = true;
      position = static_cast<int>(i) + 1;
    } else if (f.does == effect::columns) {
      width_open = width_open || f.learned;
    } else if (f.does == effect::fill && (f.learned || refills) && open) {
      filled = true;
    } else if (f.does != effect::sampler || !f.reorders_only) {
      open = false;
    }

    // Ops of a map.
    if (f.does == effect::columns || (f.does == effect::sampler)) {
      plan.drops_columns = plan.drops_columns || f.does == effect::columns;
      plan.samples = plan.samples || f.does == effect::sampler;
      continue;
    }
    const bool line = f.does == effect::affine && !place.in_fold;
    place.merged = line && run && !f.whole_table;
    place.op = place.merged ? plan.ops - 1 : plan.ops++;
    run = line;
    plan.drops_rows = plan.drops_rows || f.does == effect::drop;
    plan.across = plan.across || f.does == effect::across;
  }
  if (plan.fit_passes > 0)
    plan.first[static_cast<std::size_t>(plan.fit_passes)] = static_cast<int>(N);
  return plan;
}

template <class Chain>
struct plan_for {
  static_assert(always_false<Chain>, SMELT_SAY_NOT_A_CHAIN);
  static constexpr chain_plan<0> value{};
};
template <class... Stages>
struct plan_for<chain<Stages...>> {
  static constexpr chain_plan<sizeof...(Stages)> value =
      make_plan<sizeof...(Stages)>({facts_of<Stages>()...});
};
template <stage S>
struct plan_for<S> : plan_for<chain<S>> {};

}  // namespace detail

/// The plan of a chain's type: `static_assert(plan_of<decltype(c)>.fit_passes == 1)`.
template <class Chain>
inline constexpr auto plan_of = detail::plan_for<std::remove_cvref_t<Chain>>::value;

}  // namespace smelt::inline v0
