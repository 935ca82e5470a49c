// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Systematic: rows evenly apart, from a random start on.

#include <smelt/core/concepts.hpp>
#include <smelt/core/how_many.hpp>
#include <smelt/plan/row_map.hpp>

#include <concepts>  // std::convertible_to
#include <string>

namespace smelt::inline v0 {

/// Rows evenly apart, in their order, the start drawn anew each epoch. O(1) memory; a fit masks.
///
/// `systematic{n, seed{7}}`: n of N rows. With d = floor(2^64 N / n) / 2^64 and u = floor(w d) where
/// w is a 64-bit word / 2^64 of (seed, epoch), row i is floor(u + i d), u and d in fixed point of 64
/// bits behind the point. Each row comes with probability n / N, but for 2^-64 N.
///
/// `systematic::every(k, seed{7})`: rows u, u + k, u + 2 k, ..., u uniform on [0, k). Each row comes
/// with probability 1 / k, exactly; the number of rows is floor(N / k) or one more.
/// \errors value_error for a step below 1, more rows than there are, fewer than none, or a share
/// outside [0, 1]
class systematic {
 public:
  static constexpr bool reorders_only = false;
  static constexpr bool folds_as_drawn = false;

  constexpr systematic() = default;
  constexpr systematic(how_many rows, smelt::seed seed) : rows_(rows), seed_(seed) {}
  /// A sentence.
  template <std::convertible_to<how_many> N>
  constexpr systematic(N) {
    static_assert(always_false<N>, SMELT_SAY_SEED);
  }
  static constexpr systematic every(index step, smelt::seed seed) {
    systematic made(0, seed);
    made.by_step_ = true;
    made.step_ = step;
    return made;
  }

  SMELT_LAZY bool check(index source, status& found) const {
    if (by_step_ ? step_ >= 1 : rows_.valid() && rows_.of(source) <= source) return true;
    if (by_step_)
      return expect<value_error>(found, false, text(), ": the step must be at least 1");
    return rows_.check(text(), found) &&
           expect<value_error>(found, false, text(), ": there are only ", source, " rows");
  }
  SMELT_LAZY row_map map(index source, std::uint64_t epoch) const {
    const auto from = seed_of(seed_, epoch, detail::systematic_operation);
    if (by_step_) {
      const auto start = static_cast<index>(bounded(from, 0, detail::systematic_operation, 0,
                                                    static_cast<std::uint64_t>(step_)));
      const index n = start < source ? (source - start - 1) / step_ + 1 : 0;
      return {source, row_step(stepped_step::every(step_, start), n)};
    }
    const index n = rows_.of(source);
    if (n == 0) return row_map(source, 0, 0);
    return {source, row_step(stepped_step::spread(n, source, from.value), n)};
  }
  std::string text() const {
    if (by_step_) return message("systematic::every(", step_, ", seed{", seed_.value, "})");
    return message("systematic{", rows_.text(), ", seed{", seed_.value, "}}");
  }

 private:
  how_many rows_;
  bool by_step_ = false;
  index step_ = 1;
  smelt::seed seed_{};
};

static_assert(sampler<systematic>);

}  // namespace smelt::inline v0
