// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// One step of a row map: from a number to the number of a row, as a function of a few words. The
/// basis is closed: a slice with a hole, evenly stepped rows, a random order, draws with
/// replacement (by weight or not), a list. All are trivially copyable, and none divides.

#include <smelt/core/error.hpp>
#include <smelt/random/permutation.hpp>

namespace smelt::inline v0 {

/// i -> begin + i, and past a hole: rows [hole, hole + width) are left out.
struct slice_step {
  index begin = 0;
  index hole = 0;
  index width = 0;

  SMELT_HD index operator()(index i) const {
    const index row = begin + i;
    return width > 0 && row >= hole ? row + width : row;
  }
  SMELT_HD index find(index row) const {
    if (width > 0 && row >= hole) {
      if (row < hole + width) return -1;
      row -= width;
    }
    return row - begin;
  }
};

/// i -> floor((start + i step) / 2^64), a start and a step in fixed point of 64 bits before and 64
/// behind the point. With step >= 1 no row comes twice.
struct stepped_step {
  std::uint64_t start = 0;
  std::uint64_t start_part = 0;
  std::uint64_t step = 1;
  std::uint64_t step_part = 0;
  std::uint64_t reciprocal = ~std::uint64_t{0};  // floor((2^128 - 1) / (step 2^64))

  /// Every `step`-th row from `start` on.
  static stepped_step every(index step, index start) {
    stepped_step made;
    made.start = static_cast<std::uint64_t>(start);
    made.step = static_cast<std::uint64_t>(step);
    made.find_reciprocal();
    return made;
  }
  /// `count` of `source` rows, source / count apart, the first `share` / 2^64 of that from the
  /// front. The distance is rounded down to a multiple of 2^-64: all rows are below `source`.
  static stepped_step spread(index count, index source, std::uint64_t share) {
    stepped_step made;
    const auto n = static_cast<std::uint64_t>(count);
    std::uint64_t rest = static_cast<std::uint64_t>(source) % n;
    made.step = static_cast<std::uint64_t>(source) / n;
    for (int bit = 0; bit < 64; ++bit) {  // n is below 2^63: a rest doubled has no overflow
      rest *= 2;
      made.step_part = made.step_part * 2 + (rest >= n ? 1 : 0);
      if (rest >= n) rest -= n;
    }
    const std::uint64_t low = made.step * share;
    made.start_part = low + detail::high_product(made.step_part, share);
    made.start = detail::high_product(made.step, share) + (made.start_part < low ? 1 : 0);
    made.find_reciprocal();
    return made;
  }

  SMELT_HD index operator()(index i) const {
    const auto n = static_cast<std::uint64_t>(i);
    const std::uint64_t part = n * step_part + start_part;
    return static_cast<index>(start + n * step + detail::high_product(n, step_part) +
                              (part < start_part ? 1 : 0));
  }
  /// The product with the reciprocal is at most two short.
  SMELT_HD index find(index row) const {
    const auto from = static_cast<index>(start);
    if (row < from) return -1;
    auto i = static_cast<index>(
        detail::high_product(static_cast<std::uint64_t>(row - from), reciprocal));
    for (int more = 0; more < 2 && (*this)(i) < row; ++more) ++i;
    return (*this)(i) == row ? i : -1;
  }

 private:
  void find_reciprocal() {
    reciprocal = 0;
    for (int bit = 63; bit >= 0; --bit) {
      const std::uint64_t tried = reciprocal | (std::uint64_t{1} << bit);
      const std::uint64_t high = tried * step;
      if (detail::high_product(tried, step) == 0 &&
          high + detail::high_product(tried, step_part) >= high)
        reciprocal = tried;
    }
  }
};

/// A column of an alias table: of `total` shares, `own` are this row's, the others `alias`'s.
struct alias_column {
  std::uint64_t own = 0;
  index alias = 0;
};

/// i -> a row drawn from `bound`, each as likely: bounded(key, i, operation, 0, bound). With `columns`, of an
/// alias table, that is one of them, and in it a share is drawn: rows come by weight. Both laws are exact,
/// whatever the weights: whole numbers that add up to `total`.
struct drawn_step {
  smelt::seed key;
  std::uint32_t operation = 0;
  std::uint64_t bound = 0;
  std::uint64_t threshold = 0;  // of the rejection: 2^64 mod bound
  const alias_column* columns = nullptr;
  std::uint64_t total = 0;
  std::uint64_t total_threshold = 0;

  SMELT_HD index operator()(index i) const {
    const auto n = static_cast<std::uint64_t>(i);
    index row = 0;
    // One place for both draws: a kernel holds their code wherever it asks for rows.
    for (std::uint32_t draw = 0; draw < 2; ++draw) {
      const std::uint64_t word = detail::bounded_above(key, n, operation, draw, draw == 0 ? bound : total,
                                                       draw == 0 ? threshold : total_threshold);
      if (draw != 0) return word < columns[row].own ? row : columns[row].alias;
      row = static_cast<index>(word);
      if (columns == nullptr || columns[row].own == total) break;
    }
    return row;
  }
};

/// i -> rows[i]. `places`, where there is one, undoes it: the place of each row, or -1.
struct listed_step {
  const index* rows = nullptr;
  const index* places = nullptr;
  index source = 0;  // how many places there are

  SMELT_HD index operator()(index i) const { return rows[i]; }
  SMELT_HD index find(index row) const {
    return places != nullptr && row < source ? places[row] : -1;
  }
};

/// Which step.
enum class step_kind : unsigned char { slice, stepped, ordered, drawn, listed };

/// One step, of `size` numbers: those from 0 to size - 1 go in.
struct row_step {
  step_kind kind = step_kind::slice;
  index size = 0;
  union {
    slice_step slice;
    stepped_step stepped;
    permutation ordered;
    drawn_step drawn;
    listed_step listed;
  };

  row_step() : slice() {}
  row_step(const slice_step& s, index n) : kind(step_kind::slice), size(n), slice(s) {}
  row_step(const stepped_step& s, index n) : kind(step_kind::stepped), size(n), stepped(s) {}
  explicit row_step(const permutation& s)
      : kind(step_kind::ordered), size(s.size()), ordered(s) {}
  row_step(const drawn_step& s, index n) : kind(step_kind::drawn), size(n), drawn(s) {}
  row_step(const listed_step& s, index n) : kind(step_kind::listed), size(n), listed(s) {}

  /// Whether each row comes once at most, and `find` says where.
  SMELT_HD bool findable() const {
    return kind != step_kind::drawn && (kind != step_kind::listed || listed.places != nullptr);
  }
  /// Whether it reads memory beside the map's own.
  SMELT_HD bool keeps_list() const {
    return kind == step_kind::listed || (kind == step_kind::drawn && drawn.columns != nullptr);
  }

  SMELT_HD index operator()(index i) const {
    switch (kind) {
      case step_kind::stepped: return stepped(i);
      case step_kind::ordered: return ordered(i);
      case step_kind::drawn: return drawn(i);
      case step_kind::listed: return listed(i);
      default: return slice(i);
    }
  }
  /// The number that becomes `row`; -1 where there is none, or none can be found.
  SMELT_HD index find(index row) const {
    index i = -1;
    switch (kind) {
      case step_kind::slice: i = slice.find(row); break;
      case step_kind::stepped: i = stepped.find(row); break;
      case step_kind::ordered: i = row < size ? ordered.inverse(row) : -1; break;
      case step_kind::listed: i = listed.find(row); break;
      default: break;
    }
    return i >= 0 && i < size ? i : -1;
  }
  /// The same step, its list where `place(pointer, size)` has put it.
  template <class Place>
  row_step placed(Place&& place) const {
    row_step made = *this;
    if (kind == step_kind::drawn && drawn.columns)
      made.drawn.columns = place(drawn.columns, static_cast<index>(drawn.bound));
    if (kind == step_kind::listed) {
      made.listed.rows = place(listed.rows, size);
      if (listed.places) made.listed.places = place(listed.places, listed.source);
    }
    return made;
  }
  /// Takes `n` numbers to their rows, in place.
  void follow(index n, index* at) const {
    if (kind == step_kind::ordered) return ordered.evaluate_at(at, n, at);
    if (kind == step_kind::slice && slice.width == 0) {
      for (index i = 0; i < n; ++i) at[i] += slice.begin;
      return;
    }
    for (index i = 0; i < n; ++i) at[i] = (*this)(at[i]);
  }
};

}  // namespace smelt::inline v0
