// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The rows that a fold sees, and those of one leaf of it.

#include <smelt/core/elements.hpp>
#include <smelt/plan/row_map.hpp>
#include <smelt/plan/source.hpp>
#include <smelt/plan/summary.hpp>


namespace smelt::inline v0 {

/// The rows a fold sees, in the order of their numbers: row k of `count` has the number
/// `offset + k`, which decides its leaf and lane. In source order, `members` says which rows take
/// part, and with `masked` only those of them that are in `draw`; in draw order row k is member
/// number `draw(k)`. No other row is read.
struct fold_rows {
  row_map members;
  index offset = 0;
  bool drawn = false;
  bool masked = false;
  row_map draw{};

  SMELT_HD index count() const { return drawn ? draw.count() : members.source(); }
  /// Row `k` of `count`.
  SMELT_HD row_place at(index k) const {
    if (drawn) {
      const index number = draw(k);
      return {members(number), number};
    }
    const index number = members.identity() && members.everything() ? k : members.find(k);
    return {k, masked && number >= 0 && !draw.contains(number) ? -1 : number};
  }
};

/// Rows of one leaf (or of a part of it), as the policy reads them.
struct leaf_list {
  index count = 0;
  bool contiguous = true;        // row(i) == row(0) + i; numbers and lanes likewise
  index rows[leaf_rows];         // row in the view
  index numbers[leaf_rows];      // number in the part at hand, by which samplers choose
  unsigned char lane[leaf_rows];

  /// The rows of `rows` with numbers in [first, last), which lie in one leaf. Of contiguous ones
  /// only the first is written down: `spell_out` does the rest for those who need it.
  void gather(const fold_rows& from, index first, index last) {
    const index start = first - from.offset;
    const index n = last - first;
    contiguous = !from.drawn && !from.masked && from.members.identity() &&
                 from.members.everything();
    spelled_ = !contiguous;
    if (contiguous) {
      count = n;
      note(0, start, start, first);
      return;
    }
    count = 0;
    if (from.drawn) {
      from.draw.rows(start, n, numbers);
      detail::copy_elements(numbers, n, rows);
      from.members.follow(n, rows);
      for (index i = 0; i < n; ++i) note(i, rows[i], numbers[i], first + i);
      count = n;
      return;
    }
    const bool all = from.members.identity() && from.members.everything();
    if (!all) from.members.find(start, n, numbers);
    for (index i = 0; i < n; ++i) {
      const index number = all ? start + i : numbers[i];
      if (number < 0 || (from.masked && !from.draw.contains(number))) continue;
      note(count++, start + i, number, first + i);
    }
  }
  /// The rows of another list from `first` on, in a view of them alone.
  void follow(const leaf_list& other, index first, index n) {
    count = n;
    contiguous = other.contiguous;
    spelled_ = !contiguous;
    if (contiguous) return note(0, 0, other.numbers[0] + first, other.lane[0] + first);
    for (index i = 0; i < n; ++i) note(i, i, other.numbers[first + i], other.lane[first + i]);
  }
  /// Fills the arrays.
  void spell_out() {
    if (spelled_) return;
    spelled_ = true;
    for (index i = 1; i < count; ++i) note(i, rows[0] + i, numbers[0] + i, lane[0] + i);
  }

 private:
  void note(index at, index row, index number, index place) {
    rows[at] = row;
    numbers[at] = number;
    lane[at] = static_cast<unsigned char>(place % lanes);
  }
  bool spelled_ = false;
};

}  // namespace smelt::inline v0
