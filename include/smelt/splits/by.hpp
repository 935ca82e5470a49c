// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// by: a function says which part a row is in.

#include <smelt/plan/partition.hpp>

namespace smelt::inline v0 {

namespace detail {

/// What `by` makes.
template <class F>
struct chosen_by {
  static constexpr bool decides_alone = true;
  F part;

  partition cut(const row_map& members, const part_sizes& wanted, status& found) const {
    part_numbers part_of(static_cast<std::size_t>(members.count()), -1);
    const auto parts = static_cast<index>(wanted.parts);
    for (index i = 0; i < members.count(); ++i) {
      const index row = members(i);
      const auto said = static_cast<index>(part(row));
      if (!expect<value_error>(found, said < parts, "by(function): row ", row, " is put in part ",
                               said, ", there are ", parts, ", counted from 0"))
        return {};
      if (said >= 0) part_of[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(said);
    }
    return listed(members, part_of, wanted.parts, false);
  }
};

}  // namespace detail

/// `split<struct mine>(data, by([&](smelt::index row) { return year[row] < 2020 ? 0 : 2; }))`: the
/// function of a row's number in the source gives that of its part: 0 train, 1 validation, 2 test; of
/// roles of your own, `split<struct mine>(data, roles<role::train, mine>{}, by(...))`, in their
/// order. A negative number leaves the row out.
/// \errors value_error for a part that there is none of
/// \complexity O(rows); 16 bytes a row; 4 more while it is made
template <class F>
  requires std::is_invocable_r_v<index, const F&, index>
auto by(F part) {
  return detail::chosen_by<F>{std::move(part)};
}

}  // namespace smelt::inline v0
