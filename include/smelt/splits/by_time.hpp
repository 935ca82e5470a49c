// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// by_time: parts in the order of time, with rows left out between them.

#include <smelt/plan/partition.hpp>

namespace smelt::inline v0 {

/// `split<struct mine>(data, {.train = 0.8, .test = 0.2}, by_time{.gap = 24})`. The rows are in the
/// order of time, the train part is the earliest; between two parts that have rows `gap` rows are in
/// neither, so that what is measured over a while does not reach from one into the other. Shares are
/// of the rows that the gaps leave.
/// \errors value_error for a negative gap, and where the gaps leave no row
/// \complexity O(1), without a list
struct by_time {
  index gap = 0;

  SMELT_LAZY partition cut(const row_map& members, const detail::part_sizes& wanted,
                           status& found) const {
    if (!expect<value_error>(found, gap >= 0, "by_time: a gap of ", gap, " rows")) return {};
    index parts = 0;
    for (double share : wanted.shares) parts += share > 0.0;
    for (index count : wanted.counts) parts += count > 0;
    const index gaps = parts > 1 ? parts - 1 : 0;
    const index rows = members.count();
    if (!expect<value_error>(found, gap == 0 || gaps == 0 || gap <= (rows - 1) / gaps, "by_time: ",
                             gaps, " gaps of ", gap, " rows leave none of ", rows))
      return {};
    const auto sizes = wanted.of(rows - gaps * gap, found);
    const detail::split_id id(static_cast<std::uint64_t>(gap) * 2);
    return found ? detail::slices(members, sizes, id, gap) : partition{};
  }
};

static_assert(splitter<by_time>);

}  // namespace smelt::inline v0
