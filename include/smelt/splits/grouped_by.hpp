// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// grouped_by: rows that share a key are not parted.

#include <smelt/plan/keys.hpp>
#include <smelt/plan/partition.hpp>
#include <smelt/random/permutation.hpp>


namespace smelt::inline v0 {

namespace detail {

/// Groups, the largest first; of equal ones the first seen, or with an order in a random one.
SMELT_LAZY std::vector<index> largest_first(const keyed_rows& groups, const seed* order) {
  std::vector<index> turn = groups.first_seen;
  if (order) {
    const permutation any(*order, group_stream, static_cast<index>(turn.size()));
    for (std::size_t k = 0; k < turn.size(); ++k)
      turn[k] = groups.first_seen[static_cast<std::size_t>(any(static_cast<index>(k)))];
  }
  index most = 0;
  for (const index group : turn) most = std::max(most, groups.rows.count(group));
  // By counting: those of each size stand together, in the order that they have.
  const auto of_size = [&](index group) {
    return static_cast<std::size_t>(most - groups.rows.count(group));
  };
  std::vector<std::size_t> next(static_cast<std::size_t>(most) + 2);
  for (const index group : turn) ++next[of_size(group) + 1];
  for (std::size_t s = 1; s < next.size(); ++s) next[s] += next[s - 1];
  std::vector<index> made(turn.size());
  for (const index group : turn) made[next[of_size(group)]++] = group;
  return made;
}

/// What `grouped_by` makes.
template <class Keys>
struct key_groups {
  Keys keys;
  smelt::seed order;
  bool random = false;

  partition cut(const row_map& members, const part_sizes& wanted, status& found) const {
    std::vector<index> open = wanted.of(members.count(), found);
    const auto groups = rows_by_key(keys, members, "grouped_by(keys)", found);
    if (!found) return {};
    index taken = 0;
    for (const index rows : open) taken += rows;
    open.push_back(members.count() - taken);
    const auto most = [](std::vector<index>& left, index rows) {
      std::size_t at = 0;  // the first of equal ones
      for (std::size_t p = 1; p < left.size(); ++p)
        if (left[p] > left[at]) at = p;
      left[at] -= rows;
      return at;
    };
    return divided(members, groups, open, wanted.parts, false, most);
  }
  partition fold(const row_map& members, index folds, status& found) const {
    const auto groups = rows_by_key(keys, members, "grouped_by(keys)", found);
    if (!found || !enough_for(folds, groups.rows.classes(), "groups", found))
      return {};
    std::vector<index> load(static_cast<std::size_t>(folds));
    const auto lightest = [](std::vector<index>& loads, index rows) {
      std::size_t at = 0;  // the first of equal ones
      for (std::size_t f = 1; f < loads.size(); ++f)
        if (loads[f] < loads[at]) at = f;
      loads[at] += rows;
      return at;
    };
    return divided(members, groups, load, load.size(), true, lightest);
  }

 private:
  template <class Take>
  partition divided(const row_map& members, const keyed_rows& groups, std::vector<index>& state,
                    std::size_t parts, bool folds, const Take& take) const {
    part_numbers part_of(static_cast<std::size_t>(members.count()), -1);
    for (index group : largest_first(groups, random ? &order : nullptr)) {
      const index rows = groups.rows.count(group);
      const auto part = take(state, rows);
      if (part == parts) continue;  // what shares leave
      for (index k = 0; k < rows; ++k)
        part_of[static_cast<std::size_t>(groups.rows.of(group)[k])] =
            static_cast<std::int32_t>(part);
    }
    return listed(members, part_of, parts, folds);
  }
};

}  // namespace detail

/// `split<struct mine>(data, {.train = 0.8, .test = 0.2}, grouped_by(patients))`: all rows of a key are
/// in one part. Groups are dealt the largest first (of equal ones the first seen, or with a seed in
/// a random order), each to the part that lacks most rows of its size, the first of equal ones: sizes
/// are as near as whole groups and that rule allow. `folds<struct cv, 5>(data, grouped_by(patients))`:
/// each to the fold with the fewest rows so far, as scikit-learn's GroupKFold. Keys are integers,
/// floating numbers or words, a column of as many rows as the source.
/// \errors shape_error for keys of another number of rows; value_error for a key that is missing, for
/// more folds than groups
/// \complexity O(rows + keys log keys); 16 bytes a row; while it is made 28 more, and the groups
template <detail::key_column Keys>
  requires(!detail::temporary<Keys>)
auto grouped_by(Keys&& keys) {
  return detail::key_groups<decltype(as_column(keys))>{as_column(keys), {}, false};
}
template <detail::key_column Keys>
  requires(!detail::temporary<Keys>)
auto grouped_by(Keys&& keys, seed order) {
  return detail::key_groups<decltype(as_column(keys))>{as_column(keys), order, true};
}
template <class Keys, class... More>
auto grouped_by(Keys&&, const More&...) {
  detail::speak_of_keys<Keys, More...>();
  return poison{};
}

}  // namespace smelt::inline v0
