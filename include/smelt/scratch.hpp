// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The memory that a call will take beside its input and output, known before it.

#include <smelt/fitted.hpp>
#include <smelt/plan/policy.hpp>
#include <smelt/plan/sound.hpp>
#include <smelt/run_map.hpp>

#include <algorithm>  // std::max, std::min
#include <concepts>   // std::integral
#include <string>
#include <vector>

namespace smelt::inline v0 {

/// Bytes of the heap that calls hold at one time, at most.
struct scratch {
  index fit = 0;        ///< a fit, what it returns among them
  index transform = 0;  ///< a transform into memory of the caller's
};

namespace detail {

/// What the fold of pass `Pass`, and those behind it, hold beside what has been learned.
template <int Pass, class View, class Policy, class Chain>
index fold_scratch(const Policy& policy, const Chain& stages, index rows, index cols) {
  using compiled = detail::compiled<Chain>;
  if constexpr (Pass >= compiled::plan.fit_passes) {
    return 0;
  } else {
    using program = decltype(compiled::template fold<Pass>(stages, nullptr, cols, rows));
    using layout = summary<program>;
    constexpr index list_head = sizeof(list<double>);
    const index pitch = pitch_of(cols);
    const index open = layout::open_size(pitch) * bytes_of_a_double;
    const index closed = layout::closed_size(pitch) * bytes_of_a_double;
    const index node = closed + 16;
    const index row = pitch * bytes_of_a_double;
    const index slots = compiled::slots(Pass);

    // Shifts: of the trace, its usable form, better ones and their copies.
    const index shifts = 6 * slots * (list_head + row) + grown(slots * 8);
    const index look = std::min<index>(rows, 64) * cols * bytes_of_a_double;
    const index choosing = slots * (list_head + grown(look)) + 2 * padded_width(cols) * 8;

    // Tasks, as run_fold makes them.
    const index leaves = (rows + leaf_rows - 1) / leaf_rows + 1;
    const index workers = policy.concurrency(leaves * leaf_rows * cols);
    index level = 0;
    while ((leaves >> level) > 8 * workers) ++level;
    const index tasks = (leaves >> level) + 2;
    const index roots = std::min<index>(level + 2, leaves);
    index levels = level;
    while ((leaves >> levels) > 0) ++levels;
    const index of_task = 256 + grown(roots * node) + open;
    const index of_worker = open + closed + index{sizeof(leaf_list)} +
                            policy.template folder_scratch<program, View>(cols);
    const index joined = 4 * grown((levels + 2) * node) + 6 * closed + 4 * open +
                         index{2 * sizeof(fold_trace<program>)};
    const index folding =
        tasks * of_task + std::min(tasks, workers) * of_worker + joined;
    return std::max(shifts + std::max(choosing, folding),
                    fold_scratch<Pass + 1, View>(policy, stages, rows, cols));
  }
}

/// Copies of a view that a call makes, where a view is a list.
template <class View>
index view_scratch(index cols) {
  if constexpr (is_column_set<View>)
    return 4 * cols * index{sizeof(stored_column) + sizeof(std::string)};
  else
    return 0;
}

/// The rows that passes see of `rows`, at most: more than there are where a sampler draws as many;
/// and the heap that its lists take while they are made.
struct drawn_scratch {
  index rows;
  index bytes;
};
template <class Chain>
drawn_scratch drawn_of([[maybe_unused]] const Chain& stages, index rows) {
  constexpr int at = sampler_of<Chain>();
  if constexpr (at >= 0) {
    const auto& s = stages.template get<static_cast<std::size_t>(at)>().rows;
    status found;
    if (!check_sample(s, rows, found)) return {rows, 0};
    if constexpr (requires { s.map_bytes(rows); })
      return {std::max(rows, s.count(rows)), s.map_bytes(rows)};
    else
      return {std::max(rows, map_of(s, rows, 0).count()), 0};
  } else {
    return {rows, 0};
  }
}

template <class... S>
constexpr index size_of_slot(statistics<S...>) {
  return sizeof(slot<S...>);
}

/// What has been learned, and what the solving of stages holds.
template <class Chain>
struct learned_scratch;
template <class... Stages>
struct learned_scratch<chain<Stages...>> {
  static index bytes(index cols) {
    using compiled = detail::compiled<chain<Stages...>>;
    constexpr index stages = sizeof...(Stages);
    constexpr index list_head = sizeof(list<index>);
    const index numbers = compiled::rows_of_numbers * pitch_of(cols) * bytes_of_a_double;
    const index of_columns = cols * index{sizeof(index)};
    index slots = 0;
    ((slots = std::max(slots, size_of_slot(needs_of<Stages>{}))), ...);
    return index{sizeof(learned_numbers<chain<Stages...>>)} + 64 + numbers + grown(of_columns) +
           stages * (list_head + grown(of_columns)) +           // fired
           stages * (list_head + of_columns) + of_columns +     // open
           cols / 8 + 64 + grown(cols * slots);
  }
};

}  // namespace detail

/// The heap that a fit of this chain and a transform take at most on a policy of the host, for so many
/// rows and columns: known before there are data, so that a host can set it aside. `View` and `Out` are
/// the types of views that will be read and written; the element type and the layout of their memory
/// make a difference. A sampler of a user's own that keeps a list may say `map_bytes(rows)`, and then
/// `count(rows)`; without it the list is not counted. Column names, companions, and the words of an error are not counted, nor is a
/// table that a call returns.
/// \shape any rows and columns
template <view View = matrix_view<const double>, view Out = matrix_view<double>, policy Policy,
          chainable Chain, std::integral Rows, std::integral Cols>
  requires detail::sound<Chain>
auto scratch_bytes(const Policy& policy, const Chain& stages, Rows of_rows, Cols of_cols) {
  const auto rows = static_cast<index>(of_rows);
  const auto cols = static_cast<index>(of_cols);
  if constexpr (detail::asynchronous<Policy>) {
    static_assert(always_false<Policy>, SMELT_SAY_SCRATCH_ON_HOST);
    return scratch{};
  } else {
    const auto all = as_chain(stages);
    using chain_type = std::remove_const_t<decltype(all)>;
    using compiled = detail::compiled<chain_type>;
    using program = decltype(compiled::template map<true>(all, nullptr, cols));
    constexpr bool chosen = compiled::plan.drops_columns || compiled::plan.samples;
    const index views = detail::view_scratch<View>(cols);
    const auto drawn = detail::drawn_of(all, rows);
    return scratch{views + drawn.bytes + detail::learned_scratch<chain_type>::bytes(cols) +
                       detail::fold_scratch<0, View>(policy, all, drawn.rows, cols),
                   views + drawn.bytes +
                       policy.template map_scratch<program, View, Out>(drawn.rows, cols, chosen)};
  }
}
template <class View = void, class Out = void, class... Args>
auto scratch_bytes(const Args&...) {
  static_assert(always_false<Args...>, SMELT_SAY_SCRATCH_CALL);
  return scratch{};
}

}  // namespace smelt::inline v0
