// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// in_order, seed: rows as they follow each other, or in a random order.

#include <smelt/plan/partition.hpp>

namespace smelt::inline v0 {

/// Parts in the order of the rows: the first rows are the train part, and so on.
struct in_order_t {
  explicit in_order_t() = default;

  SMELT_LAZY partition cut(const row_map& members, const detail::part_sizes& wanted, status& found) const {
    const auto sizes = wanted.of(members.count(), found);
    return found ? detail::slices(members, sizes, detail::split_id(0)) : partition{};
  }
};
inline constexpr in_order_t in_order{};

namespace detail {

/// `seed{7}`: parts of a random order of the rows, uniform and without a list.
SMELT_LAZY partition cut_by(const seed& order, const row_map& members, const part_sizes& wanted,
                            status& found) {
  const auto sizes = wanted.of(members.count(), found);
  if (!found) return {};
  const permutation all(order, split_stream, members.count());
  return slices(members.of(row_map(all, 0, members.count())), sizes, split_id(order));
}
template <splitter How>
partition cut_by(const How& how, const row_map& members, const part_sizes& wanted, status& found) {
  return how.cut(members, wanted, found);
}

}  // namespace detail

}  // namespace smelt::inline v0
