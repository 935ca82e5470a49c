// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// fit: reads the data as often as the plan says, and returns the chain with its numbers.

#include <smelt/fitted.hpp>
#include <smelt/plan/check.hpp>
#include <smelt/plan/policy.hpp>
#include <smelt/plan/solve.hpp>
#include <smelt/speak.hpp>
#include <smelt/statistics/moments.hpp>

#include <utility>

namespace smelt::inline v0 {

/// Says that a piece goes on where the rows of `first` ended.
template <class Fitted>
struct continues_t {
  const Fitted& first;
};
/// `fit(policy, chain, piece, continues(first))`
template <class Chain, class Origin, row_stages Mode>
auto continues(const fitted<Chain, Origin, Mode>& first) {
  return continues_t<fitted<Chain, Origin, Mode>>{first};
}
template <class X>
auto continues(const X&) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_FITTED);
  return poison{};
}

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

/// A drawn sample this much smaller than its source is read row by row instead of through a mask.
inline constexpr index few = 16;

template <class Chain>
fold_rows rows_of_fit(const Chain& c, const row_map& members, index offset) {
  fold_rows rows{members, offset};
  constexpr int at = leading_sampler<Chain>();
  if constexpr (at >= 0) {
    const auto& s = c.template get<static_cast<std::size_t>(at)>().rows;
    const index n = members.count();
    const bool drawn = s.count(n) <= n / few;
    rows = {members, drawn ? 0 : offset, drawn, !drawn, row_map(s.order(n, 0), 0, s.count(n))};
  }
  return rows;
}

using shift_lists = std::vector<std::vector<double>>;

/// The shifts of the piece before; this piece's own where that one held no value.
inline shift_lists completed(const shift_lists& before, shift_lists own) {
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
  const std::vector<double> total = trace.total(pitch);
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
                const View& x, const fold_rows& rows, Trace&& keep) {
  using compiled = detail::compiled<Chain>;
  solve.template before_fold<Pass>();
  if constexpr (Pass < compiled::plan.fit_passes) {
    const auto program = compiled::template fold<Pass>(into.stages, into.numbers.data(), into.cols,
                                                       rows.members.count());
    fold_trace<std::remove_cvref_t<decltype(program)>> trace;
    const bool goes_on = keep.prepare(trace, into.pitch());
    trace.shifts = completed(
        trace.shifts, shifts_by(policy, program, x, rows, compiled::slots(Pass)));
    refuse_infinities(fold_by(policy, program, x, rows, trace), "fit");
    shift_lists better;
    if (poorly_shifted(trace, into.pitch(), into.cols, goes_on, better)) {
      trace.shifts = better;
      fold_by(policy, program, x, rows, trace);
      ++into.refolds;
    }
    solve.template after_fold<Pass>(trace);
    keep.store(std::move(trace));
    learn_pass<Pass + 1>(policy, into, solve, x, rows, keep);
  } else {
    solve.finish();
  }
}

/// Keeps the trace of a one-pass chain, and hands over the one it goes on from.
template <class Trace>
struct trace_keeper {
  std::shared_ptr<Trace> kept;
  const Trace* first = nullptr;

  template <class T>
  bool prepare(T& trace, index pitch) const {
    if constexpr (std::is_same_v<T, Trace>) {
      if (first) {
        trace.shifts = first->shifts;
        trace.before = first->complete(pitch);
        trace.head = first->tail;
        return true;
      }
    }
    return false;
  }
  template <class T>
  void store(T&& trace) {
    if constexpr (std::is_same_v<std::remove_cvref_t<T>, Trace>)
      kept = std::make_shared<Trace>(std::forward<T>(trace));
  }
};

template <class Origin, class Policy, class Chain, class Opened>
fitted<Chain, Origin> learn(const Policy& policy, const Chain& stages, const Opened& from,
                            const typename kept_trace<Chain>::type* first = nullptr,
                            index offset = -1) {
  [[maybe_unused]] const shown_as<Policy> shown("fit", stages);
  auto into = std::make_shared<learned_numbers<Chain>>();
  into->stages = stages;
  into->cols = from.x.cols();
  for (const auto& name : names_of(from.x)) into->titles.push_back(name);
  expect<shape_error>(into->cols > 0, "fit: the data have 0 columns, at least 1 is needed");
  expect<value_error>(plan_of<Chain>.fit_passes == 0 || from.members.count() > 0,
                      "fit: the data have 0 rows, at least 1 is needed");
  check_reach(policy, from.x, "input");
  solver<Chain> solve(*into, from.x.rows());
  const fold_rows rows =
      rows_of_fit(stages, from.members, offset < 0 ? from.x.first_row() : offset);
  using trace = typename kept_trace<Chain>::type;
  trace_keeper<trace> keep{nullptr, first};
  learn_pass<0>(policy, *into, solve, from.x, rows, keep);
  if constexpr (plan_of<Chain>.fit_passes == 0) into->rows = from.members.count();
  return fitted<Chain, Origin>(into, keep.kept, from.split_id);
}

template <class Data>
struct origin_of {
  using type = origin::plain;
};
template <class D, class Tag, class Role>
struct origin_of<part<D, Tag, Role>> {
  using type = origin::train_of<Tag>;
};

}  // namespace detail

/// Learns the numbers of a chain from data: a view, labelled data, or the train part of a split.
/// \passes `plan_of<Chain>.fit_passes` reads, and at most the first 1024 rows once more to choose a
/// shift; a column whose shift proves bad is folded once more (see `repeated_passes`)
/// \errors value_error for infinities, for data without rows and what each stage refuses; on a device,
/// type_error for a pointer that it cannot reach
template <policy Policy, chainable Chain, detail::may_fit Data>
  requires detail::sound<Chain>
auto fit(const Policy& policy, const Chain& stages, const Data& data) {
  static_assert(detail::check_space<Policy, detail::view_of<Data>>());
  return detail::learn<typename detail::origin_of<std::remove_cvref_t<Data>>::type>(
      policy, as_chain(stages), detail::open(data));
}

/// The same, on all rows of a population of which parts will be transformed.
template <policy Policy, chainable Chain, detail::may_fit Data>
  requires detail::sound<Chain>
auto fit(const Policy& policy, const Chain& stages, const Data& data, whole_population_t) {
  static_assert(detail::check_space<Policy, detail::view_of<Data>>());
  return detail::learn<origin::population>(policy, as_chain(stages), detail::open(data));
}

/// The same, on a piece of a table whose rows go on where those of `first` ended; it may begin in
/// any row. Its numbers are those of all rows so far, from the first piece on, so it may lack what
/// the stages ask for, such as a value in each column for `fill::mean`; the first piece may not.
/// `merge` joins two pieces into the bits of the whole. The first piece chooses the shifts: with
/// fewer than 1024 rows it may choose another than the whole table would, and the sums then differ
/// in their last bits.
/// \errors value_error when the piece has a first row of its own that is another one, and what the
/// stages refuse of the rows so far; type_error when its columns have other names
template <policy Policy, chainable Chain, detail::may_fit Data, class First>
  requires detail::sound<Chain>
auto fit(const Policy& policy, const Chain& stages, const Data& data, continues_t<First> first) {
  using chain_type = std::remove_cvref_t<decltype(as_chain(stages))>;
  if constexpr (!std::is_same_v<chain_type, typename First::chain_type>) {
    static_assert(always_false<Chain>, SMELT_SAY_OTHER_CHAIN);
    return poison{};
  } else if constexpr (plan_of<chain_type>.fit_passes != 1) {
    static_assert(always_false<Chain>, SMELT_SAY_PIECES);
    return poison{};
  } else {
    static_assert(detail::check_space<Policy, detail::view_of<Data>>());
    const auto from = detail::open(data);
    const auto& trace = *first.first.trace();
    expect<shape_error>(from.x.cols() == first.first.cols(), "fit: this piece has ",
                        from.x.cols(), " columns, the first has ", first.first.cols());
    detail::check_names(first.first, from.x);
    expect<value_error>(from.x.first_row() == 0 || from.x.first_row() == trace.end,
                        "fit: this piece begins in row ", from.x.first_row(),
                        " of its source, the one it continues ended before row ", trace.end);
    return detail::learn<origin::plain>(policy, as_chain(stages), from, &trace, trace.end);
  }
}

/// Joins a piece and the one that continues it; the result is, bit for bit, the fit of both as one.
/// \errors value_error when the second does not continue the first
template <class Chain, class Origin>
  requires(plan_of<Chain>.fit_passes == 1)
fitted<Chain, Origin> merge(const fitted<Chain, Origin>& a, const fitted<Chain, Origin>& b) {
  const auto& first = *a.trace();
  const auto& second = *b.trace();
  auto same = [](const std::vector<double>& x, const std::vector<double>& y) {
    return x.size() == y.size() &&
           (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof(double)) == 0);
  };
  bool joined = first.end == second.begin && same(first.tail, second.head) &&
                first.shifts.size() == second.shifts.size();
  if (joined) {
    // A column without a value in the first piece got its shift from the second.
    const detail::shift_lists shifts = detail::completed(first.shifts, second.shifts);
    for (std::size_t s = 0; s < shifts.size(); ++s)
      joined = joined && same(shifts[s], second.shifts[s]);
  }
  expect<value_error>(joined, "merge: the second piece (rows from ", second.begin,
                      ") does not continue the first (rows ", first.begin, " to ", first.end,
                      "); fit it with continues(first)");
  auto trace = std::make_shared<typename detail::kept_trace<Chain>::type>(first);
  trace->leaves.push(second.leaves);
  trace->end = second.end;
  trace->tail = second.tail;
  trace->shifts = second.shifts;
  auto into = std::make_shared<learned_numbers<Chain>>(a.learned());
  into->rows = 0;
  detail::solver<Chain> solve(*into, trace->end - trace->begin);
  solve.template before_fold<0>();
  solve.template after_fold<0>(*trace);
  solve.finish();
  return fitted<Chain, Origin>(into, trace, a.split_id());
}

// What no overload above takes speaks here.
template <class... Args>
auto merge(const Args&...) {
  detail::speak_of_merge<Args...>();
  return poison{};
}
template <class... Args>
auto fit(const Args&...) {
  detail::speak_of_fit<Args...>();
  return poison{};
}

}  // namespace smelt::inline v0
