// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The tree over the tasks of a fold, joined inside its kernel: of two siblings whoever is done
/// last joins both, the left one first, so the order of arrival changes nothing but who does it.

#include <smelt/policies/cuda/fold_arguments.hpp>

namespace smelt::inline v0 {
namespace detail {

/// Goes up from a complete task. `comes(counter)` tells how many came to a counter before;
/// `joins(left, right)` merges the subtree at `right` into the one at `left`; `ends(from, to)`
/// copies one that has no sibling to where the host finds it.
template <class Arguments, class Comes, class Joins, class Ends>
SMELT_HD void rise(const Arguments& p, int task, int part, Comes&& comes, Joins&& joins,
                   Ends&& ends) {
  index number = p.first_task + task;
  int height = 0;
  auto slot = [&](index of) { return p.root(static_cast<int>((of << height) - p.first_task), 0); };
  for (;; ++height, number >>= 1) {
    const index left = number & ~index{1};
    if (left << height < p.first_complete() || (left + 2) << height > p.end_complete()) break;
    // Two subtrees meet at the first task of the right one, and no other two do.
    const index meeting = ((left + 1) << height) - p.first_task;
    if (comes(p.arrivals + meeting * p.parts + part) == 0) return;
    joins(slot(left), slot(left + 1));
  }
  ends(slot(number), p.final_root(height, number));
}

}  // namespace detail
}  // namespace smelt::inline v0
