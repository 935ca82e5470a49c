// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// One fold: shifts, leaves handed to the policy, the tree over them. A policy folds a leaf; what a
/// leaf is, and how leaves are joined, is here, so that no policy can differ.

#include <smelt/core/view.hpp>
#include <smelt/plan/leaf_list.hpp>
#include <smelt/plan/source.hpp>
#include <smelt/plan/summary.hpp>

namespace smelt::inline v0 {

namespace detail {
/// Shifts: a list for each slot, of `pitch` doubles.
using shift_lists = list<list<double>>;
}  // namespace detail

/// The state of a fold that can go on: roots of the complete leaves, and the open leaf at the end.
template <class Program>
struct fold_trace {
  using layout = summary<Program>;
  index begin = 0;
  index end = 0;
  index source_end = 0;                     // where the rows of the source end: elsewhere, if rows are drawn
  forest<layout> before;                    // of the pieces that this one goes on from
  forest<layout> leaves;
  detail::list<double> head;  // the open leaf that was taken over
  detail::list<double> tail;  // the open leaf at the end; empty when there is none
  detail::shift_lists shifts;

  fold_trace() = default;
  /// Whose sums will lie there.
  explicit fold_trace(resource_ref memory)
      : before(0, memory), leaves(0, memory), head(memory), tail(memory), shifts(memory) {}

  /// The complete leaves so far, those of earlier pieces first: a copy that lies `there`.
  forest<layout> complete(index pitch, resource_ref there) const {
    forest<layout> all(pitch, there);
    all.push(before);
    all.push(leaves);
    return all;
  }
  /// The summary of all rows so far: a copy, because closing an open leaf destroys it.
  detail::list<double> total(index pitch) const {
    forest<layout> all = complete(pitch, memory());
    detail::list<double> closed(static_cast<std::size_t>(layout::closed_size(pitch)), memory());
    if (!tail.empty()) {
      detail::list<double> open = tail;
      layout::close(open.data(), closed.data(), pitch);
      all.push(end / leaf_rows, 0, closed.data());
    }
    detail::list<double> sum(memory());
    if (!all.total(sum)) {
      detail::list<double> open(static_cast<std::size_t>(layout::open_size(pitch)), memory());
      layout::clear(open.data(), pitch);
      layout::close(open.data(), closed.data(), pitch);
      sum = closed;
    }
    return sum;
  }
  resource_ref memory() const { return tail.get_allocator().from; }
};

namespace detail {

/// One shift for each slot and column: of the valid values among the first 64 rows the one nearest
/// their mean, else the first valid one among the first 1024 rows, else none (missing). A shift
/// that is a data value bounds the loss of any data; the one nearest the mean makes it small.
template <class Program, class View>
shift_lists choose_shifts(const Program& p, const View& x, const fold_rows& from, int slots,
                          resource_ref memory = {}) {
  constexpr index look = 64;
  const auto width = static_cast<std::size_t>(padded_width(p.cols));
  const auto pitch = static_cast<std::size_t>(p.pitch);
  shift_lists shifts(static_cast<std::size_t>(slots),
                     list<double>(pitch, missing_value<double>, memory), memory);
  shift_lists seen(static_cast<std::size_t>(slots), list<double>(memory), memory);
  leaf_list rows_seen;
  const index rows = std::min(from.count(), leaf_rows);
  list<double> row(width, memory);
  list<double> scratch(width, memory);
  auto visit = [&](index i, auto&& at_mark) {
    for (index c = 0; c < p.cols; ++c) {
      const auto value = static_cast<double>(x(rows_seen.rows[i], c));
      const bool bad = refused<Program>(value, numbers_of_column{p.numbers + c, p.pitch});
      row[static_cast<std::size_t>(c)] = bad ? missing_value<double> : value;
    }
    run_row(p, rows_seen.rows[i], rows_seen.numbers[i], row.data(), scratch.data(), at_mark);
  };
  // Row numbers within the leaf do not matter here: the list is gathered as if at number 0.
  fold_rows local = from;
  local.offset = 0;
  rows_seen.gather(local, 0, rows);
  rows_seen.spell_out();
  const index first = std::min(rows_seen.count, look);
  for (index i = 0; i < first; ++i)
    visit(i, [&](auto mark) {
      auto& values = seen[static_cast<std::size_t>(mark.slot)];
      values.insert(values.end(), row.begin(), row.begin() + p.cols);
    });
  bool complete = true;
  for (std::size_t s = 0; s < shifts.size(); ++s) {
    const std::size_t n = p.cols == 0 ? 0 : seen[s].size() / static_cast<std::size_t>(p.cols);
    for (std::size_t c = 0; c < static_cast<std::size_t>(p.cols); ++c) {
      double sum = 0.0;
      double valid = 0.0;
      const double* value = n == 0 ? nullptr : seen[s].data() + c;
      const auto step = static_cast<std::size_t>(p.cols);
      for (std::size_t i = 0; i < n; ++i)
        if (!missing(value[i * step])) {
          sum += value[i * step];
          valid += 1.0;
        }
      const double mean = sum / valid;
      double nearest = missing_value<double>;
      for (std::size_t i = 0; i < n; ++i) {
        const double v = value[i * step];
        if (missing(v) || infinite(v)) continue;
        if (missing(nearest) || magnitude(v - mean) < magnitude(nearest - mean)) nearest = v;
      }
      shifts[s][c] = nearest;
      complete = complete && !missing(nearest);
    }
  }
  for (index i = first; !complete && i < rows_seen.count; ++i) {
    visit(i, [&](auto mark) {
      auto& shift = shifts[static_cast<std::size_t>(mark.slot)];
      for (std::size_t c = 0; c < static_cast<std::size_t>(p.cols); ++c)
        if (missing(shift[c]) && !infinite(row[c])) shift[c] = row[c];
    });
    complete = true;
    for (const auto& shift : shifts)
      for (std::size_t c = 0; c < static_cast<std::size_t>(p.cols); ++c)
        complete = complete && !missing(shift[c]);
  }
  return shifts;
}

/// Folds `from` with the shifts in `trace`, going on from its open leaf if it has one.
template <class Policy, class Program, class View>
pass_status run_fold(const Policy& policy, const Program& p, const View& x, const fold_rows& from,
                     fold_trace<Program>& trace) {
  using layout = summary<Program>;
  const auto open_size = static_cast<std::size_t>(layout::open_size(p.pitch));
  const auto closed_size = static_cast<std::size_t>(layout::closed_size(p.pitch));
  trace.begin = from.offset;
  trace.end = from.offset + from.count();
  const resource_ref memory = trace.memory();
  trace.leaves = forest<layout>(p.pitch, memory);
  trace.tail.clear();
  pass_status status;
  if (from.count() == 0) {
    trace.tail = trace.head;
    return status;
  }
  list<const double*> shifts(memory);
  shift_lists usable = trace.shifts;
  for (auto& shift : usable) {
    for (double& k : shift)
      if (missing(k)) k = 0.0;
    shifts.push_back(shift.data());
  }
  const index first_leaf = trace.begin / leaf_rows;
  const index last_leaf = (trace.end - 1) / leaf_rows;
  const bool open_end = trace.end % leaf_rows != 0;

  // Tasks are aligned subtrees, a few for each worker.
  const index leaves = last_leaf - first_leaf + 1;
  int level = 0;
  while ((leaves >> level) > index{8} * policy.concurrency(leaves * leaf_rows * p.cols)) ++level;
  const index first_task = first_leaf >> level;
  const index tasks = (last_leaf >> level) - first_task + 1;
  struct result {
    forest<layout> leaves;
    list<double> tail;
    pass_status status;
  };
  list<result> results(static_cast<std::size_t>(tasks), memory);
  policy.for_each(tasks, [&](index task, int) {
    result& mine = results[static_cast<std::size_t>(task)];
    mine.leaves = forest<layout>(p.pitch, memory);
    list<double> open(open_size, memory);
    list<double> closed(closed_size, memory);
    list<leaf_list> rows_of_leaf(1, memory);  // more than a stack should hold
    leaf_list& rows = rows_of_leaf.front();
    auto folder = policy.folder(p, x, shifts.data());
    const index begin = std::max(first_leaf, (first_task + task) << level);
    const index end = std::min(last_leaf, ((first_task + task + 1) << level) - 1);
    for (index leaf = begin; leaf <= end; ++leaf) {
      rows.gather(from, std::max(trace.begin, leaf * leaf_rows),
                  std::min(trace.end, (leaf + 1) * leaf_rows));
      // A leaf that begins and ends here need not be one that another goes on from.
      if constexpr (requires { folder.whole(index{}, closed.data()); })
        if (rows.contiguous && rows.count == leaf_rows &&
            folder.whole(rows.rows[0], closed.data())) {
          mine.leaves.push(leaf, 0, closed.data());
          continue;
        }
      layout::clear(open.data(), p.pitch);
      if (leaf == first_leaf && !trace.head.empty()) open = trace.head;
      folder(rows, open.data(), mine.status);
      if (leaf == last_leaf && open_end) {
        mine.tail = open;
      } else {
        layout::close(open.data(), closed.data(), p.pitch);
        mine.leaves.push(leaf, 0, closed.data());
      }
    }
  });
  for (auto& part : results) {
    trace.leaves.push(part.leaves);
    if (!part.tail.empty()) trace.tail = std::move(part.tail);
    status.merge(part.status);
  }
  if (!trace.tail.empty()) layout::tidy(trace.tail, p.pitch, p.cols);
  return status;
}

/// The shifts of a policy that reads its data itself, or those chosen here.
template <class Policy, class Program, class View>
shift_lists shifts_by(const Policy& policy, const Program& p, const View& x, const fold_rows& from,
                      int slots) {
  if constexpr (requires { policy.choose_shifts(p, x, from, slots); })
    return policy.choose_shifts(p, x, from, slots);
  else
    return choose_shifts(p, x, from, slots, memory_of(policy));
}
/// The fold of a policy that has one, or of the leaves that it folds.
template <class Policy, class Program, class View>
pass_status fold_by(const Policy& policy, const Program& p, const View& x, const fold_rows& from,
                    fold_trace<Program>& trace) {
  if constexpr (requires { policy.fold(p, x, from, trace); })
    return policy.fold(p, x, from, trace);
  else
    return run_fold(policy, p, x, from, trace);
}

}  // namespace detail

}  // namespace smelt::inline v0
