// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Which rows of a source, and in what order, as functions of the row's number: whole tables,
/// slices, random parts, samples of parts. Nothing is stored for a row.

#include <smelt/core/error.hpp>
#include <smelt/random/permutation.hpp>

namespace smelt::inline v0 {

/// `count` rows of `source` rows: row i is the source row `begin + i`, or `order(begin + i)` of a
/// random order of the source. Membership is O(1).
class row_map {
 public:
  row_map() = default;
  /// Every row in order.
  explicit row_map(index source) : source_(source), count_(source) {}
  /// Rows `begin`, ..., `begin + count - 1`.
  row_map(index source, index begin, index count) : source_(source), begin_(begin), count_(count) {}
  /// The rows that a random order puts on `begin`, ..., `begin + count - 1`.
  row_map(permutation order, index begin, index count)
      : source_(order.size()), begin_(begin), count_(count), shuffled_(true), order_(order) {}

  SMELT_HD index source() const { return source_; }
  SMELT_HD index count() const { return count_; }
  /// True when row i is source row i.
  SMELT_HD bool identity() const { return !shuffled_ && begin_ == 0; }
  /// True when no source row is left out.
  SMELT_HD bool everything() const { return count_ == source_; }
  SMELT_HD bool in_order() const { return !shuffled_; }
  SMELT_HD index begin() const { return begin_; }

  /// The rows `first`, ..., `first + n - 1` of these.
  row_map slice(index first, index n) const {
    row_map made = *this;
    made.begin_ += first;
    made.count_ = n;
    return made;
  }

  SMELT_HD index operator()(index i) const { return shuffled_ ? order_(begin_ + i) : begin_ + i; }
  /// Source rows of the rows `first`, ..., `first + n - 1`.
  void rows(index first, index n, index* out) const {
    if (shuffled_) {
      order_.evaluate(begin_ + first, n, out);
    } else {
      for (index i = 0; i < n; ++i) out[i] = begin_ + first + i;
    }
  }
  /// For each of the source rows `first`, ..., `first + n - 1`: its number here, or -1 when it is
  /// not one of these rows.
  void find(index first, index n, index* out) const {
    if (shuffled_)
      order_.evaluate_inverse(first, n, out);
    else
      for (index i = 0; i < n; ++i) out[i] = first + i;
    for (index i = 0; i < n; ++i)
      out[i] = out[i] >= begin_ && out[i] < begin_ + count_ ? out[i] - begin_ : -1;
  }
  /// The number of a source row here, or -1 when it is not one of these rows.
  SMELT_HD index find(index row) const {
    const index at = shuffled_ ? order_.inverse(row) : row;
    return at >= begin_ && at < begin_ + count_ ? at - begin_ : -1;
  }
  /// Whether a source row is one of these.
  SMELT_HD bool contains(index row) const { return find(row) >= 0; }

 private:
  index source_ = 0;
  index begin_ = 0;
  index count_ = 0;
  bool shuffled_ = false;
  permutation order_;
};

}  // namespace smelt::inline v0
