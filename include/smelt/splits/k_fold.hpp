// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// k_fold: each row is held out once.

#include <smelt/plan/partition.hpp>
#include <smelt/random/permutation.hpp>

#include <optional>

namespace smelt::inline v0 {

/// `folds<struct cv, 5>(data, k_fold{})` of rows in their order, `k_fold{seed{7}}` in a random one.
/// Of n rows the first n mod k folds hold out one more, as scikit-learn's KFold.
/// \errors value_error for more folds than rows
/// \complexity O(1) a fold, without a list
struct k_fold {
  std::optional<seed> order{};

  SMELT_LAZY partition fold(const row_map& members, index folds, status& found) const {
    const index rows = members.count();
    if (!detail::enough_for(folds, rows, "rows", found)) return {};
    detail::split_id id = order ? detail::split_id(*order) : detail::split_id(0);
    id.mix(rows);
    id.mix(folds);
    partition made{{}, id.value()};
    row_map all = members;
    if (order) all = members.of({permutation(*order, detail::fold_stream, rows), 0, rows});
    index begin = 0;
    for (index f = 0; f < folds; ++f) {
      const index size = rows / folds + (f < rows % folds ? 1 : 0);
      detail::add_fold(made, all, begin, size);
      begin += size;
    }
    return made;
  }
};

static_assert(folder<k_fold>);

}  // namespace smelt::inline v0
