// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How many rows of each class each part has.

#include <smelt/core/elements.hpp>
#include <smelt/core/types.hpp>

#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// What one class may have of a part.
struct class_quota {
  index rows;     // by which the classes share
  index lowest;   // at least
  index most;     // at most
  index share = 0;
  bool settled = false;
};

/// Shares that add up to `total`, each within its bounds, which must let them: in proportion to the
/// rows, by largest remainder, ties to the first. A class that its share would take out of its bounds
/// gets the bound, and the others share what is left, until none is.
SMELT_LAZY void share_out(std::vector<class_quota>& classes, index total) {
  __extension__ using wide = __int128;  // products of two numbers of rows
  index rows = 0;
  for (const class_quota& c : classes) rows += c.rows;
  wide lacking = 0, beyond = 0;
  do {
    lacking = beyond = 0;
    for (const class_quota& c : classes) {
      if (c.settled) continue;
      const wide share = wide{c.rows} * total;
      lacking += std::max(wide{0}, wide{c.lowest} * rows - share);
      beyond += std::max(wide{0}, share - wide{c.most} * rows);
    }
    const bool raise = lacking >= beyond;
    const index all = total, of = rows;
    for (class_quota& c : classes) {
      const wide share = wide{c.rows} * all;
      if (c.settled || !(raise ? share < wide{c.lowest} * of : share > wide{c.most} * of)) continue;
      c.settled = true;
      c.share = raise ? c.lowest : c.most;
      total -= c.share;
      rows -= c.rows;
    }
  } while (lacking > 0 || beyond > 0);
  struct remainder {  // the largest first, of equal ones the first
    wide rest;
    std::size_t of;
    bool operator<(const remainder& b) const { return rest != b.rest ? rest > b.rest : of < b.of; }
  };
  std::vector<remainder> turn;
  index open = total;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (classes[c].settled || rows == 0) continue;
    turn.push_back({wide{classes[c].rows} * total % rows, c});
    classes[c].share = static_cast<index>(wide{classes[c].rows} * total / rows);
    open -= classes[c].share;
  }
  sort_elements(turn);
  for (std::size_t k = 0; open > 0; ++k, --open) ++classes[turn[k].of].share;
}

/// Class by class, the rows for each part; see `stratified_by`. Parts of no rows have none.
SMELT_LAZY std::vector<index> shares_of_classes(const std::vector<index>& classes,
                                                const std::vector<index>& parts) {
  const std::size_t width = parts.size();
  std::vector<index> made(classes.size() * width);
  // Whether a class of so many rows has one in part p, for certain.
  std::vector<char> certain(width);
  std::vector<index> before(width + 1);  // certain parts before this one
  for (std::size_t p = 0; p < width; ++p) {
    index needing = 0;
    for (index rows : classes) needing += rows > before[p];
    certain[p] = parts[p] > 0 && parts[p] >= needing;
    before[p + 1] = before[p] + certain[p];
  }
  std::vector<index> left = classes;
  std::vector<class_quota> quotas(classes.size());
  for (std::size_t p = 0; p < width; ++p) {
    for (std::size_t c = 0; c < classes.size(); ++c) {
      const index later = clamped(classes[c], before[p + 1], before[width]) - before[p + 1];
      const index lowest = certain[p] && classes[c] > before[p] ? 1 : 0;
      quotas[c] = {left[c], lowest, left[c] - later};
    }
    share_out(quotas, parts[p]);
    for (std::size_t c = 0; c < classes.size(); ++c) {
      made[c * width + p] = quotas[c].share;
      left[c] -= quotas[c].share;
    }
  }
  return made;
}

/// The same for folds: rows sorted by class are dealt one by one.
SMELT_LAZY std::vector<index> shares_of_folds(const std::vector<index>& classes, index folds) {
  std::vector<index> made(classes.size() * static_cast<std::size_t>(folds));
  index dealt = 0;
  for (std::size_t c = 0; c < classes.size(); ++c)
    for (index end = dealt + classes[c], f = 0; f < folds; ++f) {
      const auto up_to = [&](index rows) { return (rows + folds - 1 - f) / folds; };
      made[c * static_cast<std::size_t>(folds) + static_cast<std::size_t>(f)] =
          up_to(end) - up_to(dealt);
      if (f == folds - 1) dealt = end;
    }
  return made;
}

}  // namespace detail

}  // namespace smelt::inline v0
