// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// stratified_by: each part has its share of each class.

#include <smelt/plan/keys.hpp>
#include <smelt/plan/partition.hpp>
#include <smelt/plan/shares_of_classes.hpp>
#include <smelt/random/permutation.hpp>

namespace smelt::inline v0 {

namespace detail {

/// What `stratified_by` makes.
template <class Labels>
struct label_classes {
  Labels labels;
  smelt::seed order;
  bool random = false;

  partition cut(const row_map& members, const part_sizes& wanted, status& found) const {
    const auto sizes = wanted.of(members.count(), found);
    const auto classes = rows_by_key(labels, members, "stratified_by(labels)", found);
    if (!found) return {};
    return dealt(members, classes, shares_of_classes(sizes_of_classes(classes), sizes), wanted.parts, false);
  }
  partition fold(const row_map& members, index folds, status& found) const {
    const auto classes = rows_by_key(labels, members, "stratified_by(labels)", found);
    if (!found || !enough_for(folds, members.count(), "rows", found)) return {};
    return dealt(members, classes, shares_of_folds(sizes_of_classes(classes), folds),
                 static_cast<std::size_t>(folds), true);
  }

 private:
  static std::vector<index> sizes_of_classes(const keyed_rows& classes) {
    std::vector<index> sizes;
    for (index c : classes.first_seen) sizes.push_back(classes.rows.count(c));
    return sizes;
  }
  /// `shares`: of each class, the rows for each part. A class gives its first rows, in their order
  /// or in a random one, to the first part, and so on.
  partition dealt(const row_map& members, const keyed_rows& classes,
                  const std::vector<index>& shares, std::size_t parts, bool folds) const {
    part_numbers part_of(static_cast<std::size_t>(members.count()), -1);
    std::vector<index> turn;
    for (std::size_t c = 0; c < classes.first_seen.size(); ++c) {
      const index* rows = classes.rows.of(classes.first_seen[c]);
      const index n = classes.rows.count(classes.first_seen[c]);
      turn.resize(static_cast<std::size_t>(n));
      const permutation all(order, class_stream + c, random ? n : 0);
      if (random) all.evaluate(0, n, turn.data());
      index rank = 0;
      for (std::size_t p = 0; p < parts; ++p)
        for (index k = 0; k < shares[c * parts + p]; ++k, ++rank) {
          const index row = rows[random ? turn[static_cast<std::size_t>(rank)] : rank];
          part_of[static_cast<std::size_t>(row)] = static_cast<std::int32_t>(p);
        }
    }
    return listed(members, part_of, parts, folds);
  }
};

}  // namespace detail

/// `split<struct mine>(data, {.train = 0.8, .test = 0.2}, stratified_by(labels, seed{7}))`: parts have
/// the sizes that they have without classes, and each its share of each class: part by part, of the
/// rows that are left, by largest remainder, ties to the class seen first. A class has a row in
/// every part, or where it has fewer rows than there are parts in the first of them; where a part
/// has fewer rows than there are such classes, the largest remainders have them. So counts are
/// exact, and nothing about them is random: a seed chooses which rows of a class go where, without
/// one they go in their order.
///
/// `folds<struct cv, 5>(data, stratified_by(labels))`: rows sorted by class are dealt to the folds one
/// by one, which gives scikit-learn's counts (StratifiedKFold). A class of fewer rows than folds is
/// missing from some.
///
/// Labels are integers, floating numbers or words, a column of as many rows as the source.
/// \errors shape_error for labels of another number of rows; value_error for a label that is missing,
/// for more folds than rows
/// \complexity O(rows + keys log keys); 16 bytes a row; while it is made 36 more, and the classes
template <detail::key_column Labels>
  requires(!detail::temporary<Labels>)
auto stratified_by(Labels&& labels) {
  return detail::label_classes<decltype(as_column(labels))>{as_column(labels), {}, false};
}
template <detail::key_column Labels>
  requires(!detail::temporary<Labels>)
auto stratified_by(Labels&& labels, seed order) {
  return detail::label_classes<decltype(as_column(labels))>{as_column(labels), order, true};
}
template <class Labels, class... More>
auto stratified_by(Labels&&, const More&...) {
  detail::speak_of_keys<Labels, More...>();
  return poison{};
}

}  // namespace smelt::inline v0
