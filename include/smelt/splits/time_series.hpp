// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// time_series: each fold is fitted on what came before it.

#include <smelt/plan/partition.hpp>


namespace smelt::inline v0 {

/// `folds<struct cv, 5>(data, time_series{.gap = 24})`: of n rows in the order of time the last k
/// times n / (k + 1), rounded down, are held out, a stretch by each fold, the latest by the last. Its
/// train part is what came before, but for `gap` rows next to it, or the last `largest_train` of
/// those: as scikit-learn's TimeSeriesSplit.
/// \errors value_error where the first fold has no row to fit or to hold out, for rows in random order
/// \complexity O(1) a fold, without a list
struct time_series {
  index gap = 0;
  index largest_train = 0;  ///< 0: all
  index held_out = 0;       ///< rows that each fold holds out; 0: n / (k + 1)

  SMELT_LAZY partition fold(const row_map& members, index folds, status& found) const {
    const index rows = members.count();
    const index out = held_out == 0 ? rows / (folds + 1) : held_out;
    const bool sensible = gap >= 0 && largest_train >= 0 && held_out >= 0 && held_out <= rows;
    if (!expect<value_error>(found, sensible, "time_series: a gap of ", gap, ", ", largest_train,
                             " rows to fit or ", held_out, " to hold out, of ", rows))
      return {};
    if (!expect<value_error>(found, out > 0 && rows - gap - folds * out > 0, "time_series: ", folds,
                             " folds that hold out ", out, " rows each, after a gap of ", gap,
                             ", leave none of ", rows, " to fit"))
      return {};
    if (!expect<value_error>(found, in_time(members),
                             "time_series: the rows of this part are in random order; split it "
                             "with in_order or by_time{}"))
      return {};
    detail::split_id id(static_cast<std::uint64_t>(gap));
    for (index word : {rows, folds, out, largest_train}) id.mix(word);
    partition made{{}, id.value()};
    for (index f = 0; f < folds; ++f) {
      const index begin = rows - (folds - f) * out;
      const index end = begin - gap;
      const index first = largest_train == 0 ? 0 : std::max(index{0}, end - largest_train);
      made.parts.push_back(members.slice(first, end - first));
      made.parts.push_back(members.slice(begin, out));
    }
    return made;
  }

 private:
  SMELT_LAZY static bool in_time(const row_map& members) {
    constexpr index block = 1024;
    index row[block];
    index last = -1;
    if (members.in_order()) return true;
    for (index first = 0; first < members.count(); first += block) {
      const index n = std::min(block, members.count() - first);
      members.rows(first, n, row);
      for (index i = 0; i < n; last = row[i++])
        if (row[i] < last) return false;
    }
    return true;
  }
};

static_assert(folder<time_series>);

}  // namespace smelt::inline v0
