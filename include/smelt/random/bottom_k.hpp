// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A sample of a stream whose length nobody knows yet: the rows with the smallest keys.

#include <smelt/core/error.hpp>
#include <smelt/random/philox.hpp>

#include <algorithm>
#include <iterator>  // std::prev
#include <set>
#include <vector>

namespace smelt::inline v0 {

/// k rows without replacement of all rows seen so far, each set of k as likely as any other; all of
/// them while they are fewer. Row r has the key word64(philox(counter_of(r, 9), key_of(seed))); the
/// rows with the k smallest keys are the sample, of equal keys the lower row. So the sample is a
/// function of the seed and of which rows were seen, whatever the chunks, their order, the threads
/// that saw them, and the merges. A row may be seen more than once.
///
/// \complexity a node of a set for each of k rows; O(1) for nearly every row added, O(log k) for one
/// that comes in
///
/// Source: Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007.
class bottom_k {
 public:
  /// \errors value_error for k < 0
  bottom_k(index k, smelt::seed seed) : k_(k), seed_(seed) {
    expect<value_error>(k >= 0, "bottom_k{", k, "}: the number of rows cannot be negative");
  }

  /// The rows first, ..., first + n - 1 have been seen.
  void add(index first, index n) {
    const auto key = key_of(seed_);
    for (index r = first; r < first + n; ++r)
      offer({word64(philox(counter_of(static_cast<std::uint64_t>(r), detail::bottom_k_operation),
                           key)),
             r});
  }
  /// So have those that another has seen.
  /// \errors value_error where its k or seed is another
  void merge(const bottom_k& other) {
    expect<value_error>(k_ == other.k_ && seed_ == other.seed_, "bottom_k: one keeps ", k_,
                        " rows by seed ", seed_.value, ", the other ", other.k_, " by seed ",
                        other.seed_.value);
    if (this != &other)
      for (const entry& e : other.kept_) offer(e);
  }
  /// The rows of the sample, in ascending order.
  std::vector<index> rows() const {
    std::vector<index> made;
    for (const entry& e : kept_) made.push_back(e.row);
    std::sort(made.begin(), made.end());
    return made;
  }
  index size() const { return static_cast<index>(kept_.size()); }

 private:
  struct entry {
    std::uint64_t key;
    index row;
    bool operator<(const entry& b) const { return key != b.key ? key < b.key : row < b.row; }
  };
  void offer(const entry& e) {
    if (k_ == 0 || (size() == k_ && !(e < *kept_.rbegin()))) return;
    if (kept_.insert(e).second && size() > k_) kept_.erase(std::prev(kept_.end()));
  }

  index k_;
  smelt::seed seed_;
  std::set<entry> kept_;
};

}  // namespace smelt::inline v0
