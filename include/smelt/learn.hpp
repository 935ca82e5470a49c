// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What every form of fit does: the passes of a chain's plan, and the solving of its stages.

#include <smelt/core/outcome.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/fitted.hpp>
#include <smelt/plan/check.hpp>
#include <smelt/plan/policy.hpp>
#include <smelt/plan/solve.hpp>
#include <smelt/statistics/moments.hpp>

#include <utility>
#include <vector>

namespace smelt::inline v0 {
namespace detail {

/// Where the chain's first sampler that leaves rows out stands before everything that learns, its
/// rows are all that a fit reads.
template <class Chain>
constexpr int leading_sampler() {
  constexpr auto plan = plan_of<Chain>;
  for (std::size_t i = 0; i < Chain::size; ++i) {
    if (plan.facts[i].learned) return -1;
    if (plan.facts[i].does == effect::sampler && !plan.facts[i].reorders_only)
      return static_cast<int>(i);
  }
  return -1;
}

/// The sampler whose rows some statistic of the chain sees; -1 where there is none.
template <class Chain>
constexpr int sampler_of_fit() {
  constexpr auto plan = plan_of<Chain>;
  int at = leading_sampler<Chain>();
  for (std::size_t i = 0; i < Chain::size; ++i)
    if (plan.facts[i].does == effect::sampler && !plan.facts[i].reorders_only)
      for (std::size_t j = i + 1; j < Chain::size; ++j)
        if (plan.facts[j].learned) at = static_cast<int>(i);
  return at;
}

/// A drawn sample this much smaller than its source is read row by row instead of through a mask.
inline constexpr index few = 16;

/// The rows that pass 0 folds: all, or those of a leading sampler. Rows that repeat are folded as
/// they are drawn; their numbers go on after the first `drawn_before`.
template <class Chain>
auto rows_of_fit(const Chain& c, const row_map& members, index offset,
                 index drawn_before = 0) {
  keeping<fold_rows> rows{{members, offset}, nullptr};
  constexpr int at = leading_sampler<Chain>();
  if constexpr (at >= 0) {
    const auto& s = c.template get<static_cast<std::size_t>(at)>();
    const index n = members.count();
    auto draw = map_of(s.rows, members, offset, 0);
    const bool drawn = folds_as_drawn<std::remove_cvref_t<decltype(s)>> ||
                       draw.count() <= n / few;
    rows = {{members, drawn ? drawn_before : offset, drawn, !drawn, draw}, nullptr};
    if constexpr (requires { draw.keeps; }) rows.keeps = std::move(draw.keeps);
  }
  return rows;
}

/// The sampler whose rows pass `Pass` folds as they are drawn, when passes before it fold all rows;
/// -1 where there is none.
template <class Chain, int Pass>
constexpr int later_draw() {
  constexpr int at = leading_sampler<Chain>() < 0 ? sampler_of_fit<Chain>() : -1;
  if constexpr (at >= 0)
    if constexpr (folds_as_drawn<std::remove_cvref_t<decltype(
                      std::declval<const Chain&>().template get<static_cast<std::size_t>(at)>())>>)
      return plan_of<Chain>.first[static_cast<std::size_t>(Pass)] > at ? at : -1;
  return -1;
}

/// The shifts of the piece before; this piece's own where that one held no value.
SMELT_LAZY shift_lists completed(const shift_lists& before, shift_lists own) {
  for (std::size_t s = 0; s < before.size(); ++s)
    for (std::size_t c = 0; c < before[s].size(); ++c)
      if (!missing(before[s][c])) own[s][c] = before[s][c];
  return own;
}

/// Better shifts for columns that had none, and, in a fit that does not go on, for those whose shift
/// lay far from their mean.
template <class Program>
bool poorly_shifted(const fold_trace<Program>& trace, index pitch, index cols, bool goes_on,
                    shift_lists& better) {
  bool found = false;
  const list<double> total = trace.total(pitch);
  better = trace.shifts;
  summary<Program>::each(pitch, [&](auto mark, index, index closed) {
    using layout = slot_layout<decltype(mark)>;
    const double* part = layout::template find<moments>(total.data() + closed, pitch);
    const double* present = layout::template find<tally>(total.data() + closed, pitch);
    if (!part) return;
    for (index c = 0; c < cols; ++c) {
      const double f[2] = {part[c], part[pitch + c]};
      const auto n = static_cast<index>(present[c]);
      double& shift = better[decltype(mark)::slot][static_cast<std::size_t>(c)];
      const double now = missing(shift) ? 0.0 : shift;
      if (n > 0 && (missing(shift) || (!goes_on && moments::poorly_shifted(f, n)))) {
        const double mean = moments::finish(f, now, n).mean;
        if (!missing(mean) && !infinite(mean)) {
          found = found || shift != mean;
          shift = mean;
        }
      }
    }
  });
  return found;
}

/// Folds pass `Pass` and solves its stages.
template <int Pass, class Policy, class Chain, class View, class Trace>
void learn_pass(const Policy& policy, learned_numbers<Chain>& into, solver<Chain>& solve,
                const View& x, const fold_rows& all, Trace&& keep, status& found) {
  using compiled = detail::compiled<Chain>;
  if (!found) return;
  solve.template before_fold<Pass>();
  if constexpr (Pass < compiled::plan.fit_passes) {
    constexpr int later = later_draw<Chain, Pass>();
    [[maybe_unused]] detail::shared<const void> keeps;
    fold_rows rows = all;
    if constexpr (later >= 0) {
      auto draw = map_of(into.stages.template get<static_cast<std::size_t>(later)>().rows,
                         all.members, all.offset, 0);
      rows = {all.members, 0, true, false, draw};
      if constexpr (requires { draw.keeps; }) keeps = std::move(draw.keeps);
    }
    auto program = compiled::template fold<Pass>(into.stages, into.numbers.data(), into.cols,
                                                 rows.members.count());
    choose_rows(program, all.offset, 0, true);
    fold_trace<std::remove_cvref_t<decltype(program)>> trace(memory_of(policy));
    const bool goes_on = keep.prepare(trace, into.pitch());
    trace.shifts = completed(
        trace.shifts, shifts_by(policy, program, x, rows, compiled::slots(Pass)));
    if (!found || !count_pass(fold_by(policy, program, x, rows, trace), "fit", found)) return;
    shift_lists better;
    if (poorly_shifted(trace, into.pitch(), into.cols, goes_on, better)) {
      trace.shifts = better;
      fold_by(policy, program, x, rows, trace);
      ++into.refolds;
    }
    solve.template after_fold<Pass>(trace);
    keep.store(std::move(trace));
    learn_pass<Pass + 1>(policy, into, solve, x, all, keep, found);
  } else {
    solve.finish();
  }
}

/// Keeps the trace of a one-pass chain, and hands over the one it goes on from.
template <class Trace>
struct trace_keeper {
  detail::shared<Trace> kept;
  const Trace* first = nullptr;
  index source_end = 0;

  template <class T>
  bool prepare(T& trace, index pitch) const {
    if constexpr (std::is_same_v<T, Trace>) {
      if (first) {
        const resource_ref memory = trace.memory();
        for (const auto& shift : first->shifts) trace.shifts.emplace_back(shift, memory);
        trace.before = first->complete(pitch, memory);
        trace.head.assign(first->tail.begin(), first->tail.end());
        return true;
      }
    }
    return false;
  }
  template <class T>
  void store(T&& trace) {
    if constexpr (std::is_same_v<std::remove_cvref_t<T>, Trace>) {
      const resource_ref memory = trace.memory();
      kept = detail::share_in<Trace>(memory, std::forward<T>(trace));
      kept->source_end = source_end;
    }
  }
};

template <class Origin, class Policy, class Chain, class Opened>
outcome<fitted<Chain, Origin>> learn(const Policy& policy, const Chain& stages, const Opened& from,
                                     const typename kept_trace<Chain>::type* first = nullptr) {
  [[maybe_unused]] const shown_as<Policy> shown("fit", stages);
  auto into = detail::share_in<learned_numbers<Chain>>(memory_of(policy), memory_of(policy));
  into->stages = stages;
  into->cols = from.x.cols();
  for (const auto& name : names_of(from.x)) into->titles.push_back(name);
  status found;
  if (!expect<shape_error>(found, into->cols > 0,
                           "fit: the data have 0 columns, at least 1 is needed"))
    return found;
  if (!expect<value_error>(found, plan_of<Chain>.fit_passes == 0 || from.members.count() > 0,
                           "fit: the data have 0 rows, at least 1 is needed"))
    return found;
  check_reach(policy, from.x, "input");
  solver<Chain> solve(*into, from.x.rows(), found);
  constexpr int at = sampler_of_fit<Chain>();
  if constexpr (at >= 0) {
    const auto& s = stages.template get<static_cast<std::size_t>(at)>();
    const index n = from.members.count();
    if (check_sample(s.rows, n, found))
      if constexpr (!folds_as_drawn<std::remove_cvref_t<decltype(s)>>)
        expect<value_error>(found, map_of(s.rows, n, 0).findable(),
                            "fit: a sampler draws rows that come twice, or from a list, and says "
                            "folds_as_drawn = false");
  }
  if (!found) return found;
  index offset = from.x.first_row();
  index drawn_before = 0;
  if constexpr (plan_of<Chain>.fit_passes == 1)
    if (first) {
      offset = first->source_end;
      drawn_before = first->end;
    }
  const auto rows = rows_of_fit(stages, from.members, offset, drawn_before);
  using trace = typename kept_trace<Chain>::type;
  trace_keeper<trace> keep{nullptr, first, offset + from.members.source()};
  learn_pass<0>(policy, *into, solve, from.x, rows, keep, found);
  if constexpr (plan_of<Chain>.fit_passes == 0) into->rows = from.members.count();
  found.rows = into->rows;
  if (!found) return found;
  return {fitted<Chain, Origin>(into, keep.kept, from.split_id), found};
}

}  // namespace detail
}  // namespace smelt::inline v0
