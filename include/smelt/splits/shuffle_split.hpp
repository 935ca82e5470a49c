// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// shuffle_split: each fold is a random split of its own.

#include <smelt/plan/partition.hpp>
#include <smelt/random/permutation.hpp>

namespace smelt::inline v0 {

/// `folds<struct cv, 10>(data, shuffle_split{0.2, seed{7}})`: ten times a random fifth of the rows is
/// held out (rounded up), the others are the train part, as scikit-learn's ShuffleSplit. A row may be
/// held out by several folds, or by none.
/// \errors value_error for a share that leaves one of them empty
/// \complexity O(1) a fold, without a list
struct shuffle_split {
  double held_out = 0.2;
  seed order{};

  SMELT_LAZY partition fold(const row_map& members, index folds, status& found) const {
    const index rows = members.count();
    const bool is_share = held_out > 0.0 && held_out < 1.0;
    if (!expect<value_error>(found, is_share, "shuffle_split: ", held_out,
                             " is not a share between 0 and 1"))
      return {};
    const auto out = static_cast<index>(std::ceil(held_out * static_cast<double>(rows)));
    if (!expect<value_error>(found, 0 < out && out < rows, "shuffle_split: ", held_out, " of ", rows,
                             " rows held out leaves ", rows - out, " to fit"))
      return {};
    detail::split_id id(order);
    id.mix(detail::repeat_stream);  // or a k_fold with this seed and `out` folds has the same
    id.mix(rows);
    id.mix(out);
    partition made{{}, id.value()};
    for (index f = 0; f < folds; ++f) {
      const auto stream = detail::repeat_stream + static_cast<std::uint64_t>(f);
      detail::add_fold(made, members.of({permutation(order, stream, rows), 0, rows}), 0, out);
    }
    return made;
  }
};

static_assert(folder<shuffle_split>);

}  // namespace smelt::inline v0
