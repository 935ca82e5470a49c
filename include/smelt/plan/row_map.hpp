// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Which rows of a source, and in what order, as functions of the row's number: whole tables,
/// slices, random parts, samples of parts. Nothing is stored for a row, but where a step is a list.

#include <smelt/core/shared.hpp>
#include <smelt/plan/row_step.hpp>

#include <type_traits>

namespace smelt::inline v0 {

/// `count` rows of `source` rows: row i is the source row that `begin + i` becomes, step by step. A
/// trivially copyable value, O(1) for every row. Lists that steps point to are not the map's own.
class row_map {
 public:
  /// The most steps one map has.
  static constexpr int most_steps = 4;

  row_map() = default;
  /// Every row in order.
  explicit row_map(index source) : source_(source), count_(source) {}
  /// Rows `begin`, ..., `begin + count - 1`.
  row_map(index source, index begin, index count) : source_(source), begin_(begin), count_(count) {}
  /// The rows that a random order puts on `begin`, ..., `begin + count - 1`.
  row_map(const permutation& order, index begin, index count)
      : source_(order.size()), begin_(begin), count_(count) {
    append(row_step(order));
  }
  /// The rows that one step makes of 0, ..., size - 1.
  row_map(index source, const row_step& step) : source_(source), count_(step.size) { append(step); }

  /// Every row but [hole, hole + width), in order.
  static row_map all_but(index source, index hole, index width) {
    return {source, row_step(slice_step{0, hole, width}, source - width)};
  }
  /// rows[0], ..., rows[count - 1]. With `places`, of `source` numbers, each row must be there once
  /// at most, and places[rows[i]] == i, -1 elsewhere. Both stay the caller's.
  static row_map listed(index source, const index* rows, index count,
                        const index* places = nullptr) {
    return {source, row_step(listed_step{rows, places, source}, count)};
  }

  SMELT_HD index source() const { return source_; }
  SMELT_HD index count() const { return count_; }
  /// True when row i is source row i.
  SMELT_HD bool identity() const { return used_ == 0 && begin_ == 0; }
  /// True when no source row is left out.
  SMELT_HD bool everything() const { return count_ == source_ && findable(); }
  /// True when row i is source row `begin() + i`.
  SMELT_HD bool in_order() const { return used_ == 0; }
  SMELT_HD index begin() const { return begin_; }
  /// Whether `find` can tell where a row is: not where rows repeat.
  SMELT_HD bool findable() const {
    for (int s = 0; s < used_; ++s)
      if (!steps_[s].findable()) return false;
    return true;
  }
  /// Whether some step reads memory beside the map's own.
  SMELT_HD bool keeps_list() const {
    for (int s = 0; s < used_; ++s)
      if (steps_[s].keeps_list()) return true;
    return false;
  }
  SMELT_HD int steps() const { return used_; }
  SMELT_HD const row_step& step(int s) const { return steps_[s]; }

  /// The rows `first`, ..., `first + n - 1` of these.
  row_map slice(index first, index n) const {
    row_map made = *this;
    made.begin_ += first;
    made.count_ = n;
    return made;
  }
  /// The rows of this that `chosen`, a map of so many rows, chooses: row i is (*this)(chosen(i)).
  /// Throws value_error where it takes more steps than a map has.
  row_map of(const row_map& chosen) const {
    row_map made = chosen;
    made.source_ = source_;
    if (made.used_ == 0)
      made.begin_ += begin_;
    else if (begin_ != 0)
      made.append(row_step(slice_step{begin_, 0, 0}, count_));
    for (int s = 0; s < used_; ++s) made.append(steps_[s]);
    return made;
  }

  /// The same map, its lists where `place(pointer, size)` has put them; of a list that is only read
  /// from its front on, no more than what this map reads.
  template <class Place>
  row_map placed(Place&& place) const {
    row_map made = *this;
    const bool front = used_ > 0 && steps_[0].kind == step_kind::listed && !steps_[0].listed.places;
    if (front) {
      const index* rows = steps_[0].listed.rows;
      made.steps_[0] = row_step(listed_step{rows + begin_, nullptr, source_}, count_).placed(place);
      made.begin_ = 0;
    }
    for (int s = front ? 1 : 0; s < used_; ++s) made.steps_[s] = steps_[s].placed(place);
    return made;
  }

  SMELT_HD index operator()(index i) const {
    index row = begin_ + i;
    for (int s = 0; s < used_; ++s) row = steps_[s](row);
    return row;
  }
  /// Source rows of the rows `first`, ..., `first + n - 1`.
  void rows(index first, index n, index* out) const {
    int s = 0;
    if (used_ > 0 && steps_[0].kind == step_kind::ordered)
      steps_[s++].ordered.evaluate(begin_ + first, n, out);
    else
      for (index i = 0; i < n; ++i) out[i] = begin_ + first + i;
    for (; s < used_; ++s) steps_[s].follow(n, out);
  }
  /// Takes `n` numbers of rows here to their source rows, in place.
  void follow(index n, index* at) const {
    if (begin_ != 0)
      for (index i = 0; i < n; ++i) at[i] += begin_;
    for (int s = 0; s < used_; ++s) steps_[s].follow(n, at);
  }
  /// For each of the source rows `first`, ..., `first + n - 1`: its number here, or -1 when it is
  /// not one of these rows.
  void find(index first, index n, index* out) const {
    int left = used_;
    if (left > 0 && steps_[left - 1].kind == step_kind::ordered)
      steps_[--left].ordered.evaluate_inverse(first, n, out);
    else
      for (index i = 0; i < n; ++i) out[i] = first + i;
    for (index i = 0; i < n; ++i) out[i] = back(out[i], left);
  }
  /// The number of a source row here, or -1 when it is not one of these rows.
  SMELT_HD index find(index row) const { return back(row, used_); }
  /// Whether a source row is one of these.
  SMELT_HD bool contains(index row) const { return find(row) >= 0; }

 private:
  /// From what has gone through all steps but the first `left` to a number here.
  SMELT_HD index back(index row, int left) const {
    while (left > 0 && row >= 0) row = steps_[--left].find(row);
    return row >= begin_ && row < begin_ + count_ ? row - begin_ : -1;
  }
  void append(const row_step& step) {
    expect<value_error>(used_ < most_steps, "a choice of rows of a choice of rows takes more than ",
                        most_steps, " steps; copy the rows of one of them");
    steps_[used_++] = step;
  }

  index source_ = 0;
  index begin_ = 0;
  index count_ = 0;
  int used_ = 0;
  row_step steps_[most_steps];
};

/// A row map and what keeps its lists alive.
struct kept_row_map : row_map {
  detail::shared<const void> keeps;
};

namespace detail {

/// Rows of a pass, and what keeps their lists alive.
template <class Rows>
struct keeping : Rows {
  detail::shared<const void> keeps;
};

/// What a sampler chooses of `rows` rows in an epoch.
template <class Sampler>
auto map_of(const Sampler& sampler, index rows, std::uint64_t epoch) {
  if constexpr (requires { sampler.map(rows, epoch); })
    return sampler.map(rows, epoch);
  else
    return row_map(sampler.order(rows, epoch), 0, sampler.count(rows));
}

/// What it chooses of the rows `members` of data that begin with row `first` of their source.
template <class Sampler>
auto map_of(const Sampler& sampler, const row_map& members, index first, std::uint64_t epoch) {
  if constexpr (requires { sampler.map_piece(members, first, epoch); })
    return sampler.map_piece(members, first, epoch);
  else
    return map_of(sampler, members.count(), epoch);
}

/// Whether a sampler's choice keeps a list, and must be kept while it is used.
template <class Sampler>
inline constexpr bool chooses_by_list =
    !std::is_same_v<decltype(map_of(std::declval<const Sampler&>(), index{}, std::uint64_t{})),
                    row_map>;

}  // namespace detail

}  // namespace smelt::inline v0
