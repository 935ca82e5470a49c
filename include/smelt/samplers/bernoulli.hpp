// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Bernoulli: each row on its own, with one probability.

#include <smelt/core/concepts.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/status.hpp>
#include <smelt/random/philox.hpp>

#include <array>
#include <cmath>     // std::ldexp
#include <concepts>  // std::convertible_to
#include <string>

namespace smelt::inline v0 {

/// Keeps row r of the source when word64 of philox(counter_of(r, 8), seed_of(seed, epoch, 8)) is
/// below `limit`.
struct bernoulli_op {
  static constexpr int numbers = 0;
  static constexpr std::array<double, 0> neutral = {};
  smelt::seed from;
  std::uint64_t limit;
  bool all;  // rows stay, whatever is drawn
  smelt::seed key;
  index first = 0;
  /// The pass is one of these rows, in this epoch; without `samples` all stay.
  void choose(index first_row, std::uint64_t epoch, bool samples) {
    first = first_row;
    key = seed_of(from, epoch, detail::bernoulli_operation);
    all = all || !samples;
  }
  SMELT_HD bool keeps_row(index row, index) const {
    return all || word64(philox(counter_of(static_cast<std::uint64_t>(first + row),
                                           detail::bernoulli_operation),
                                key_of(key))) < limit;
  }
};

/// The stage of a Bernoulli sample: a row leaves by its number.
/// \formula a row stays when its word is below 2^64 p
/// \shape rows x columns -> fewer rows, in their order
/// \passes none: a mask inside the fold; after a statistic a fit ignores it
/// \missing unchanged
struct bernoulli_t {
  static constexpr effect does = effect::drop;
  static constexpr bool samples_rows = true;
  using op = bernoulli_op;
  double p;
  smelt::seed seed;
  op make_op() const {
    op made{seed, static_cast<std::uint64_t>(p < 1.0 ? std::ldexp(p, 64) : 0.0), p >= 1.0, {}, 0};
    made.choose(0, 0, true);
    return made;
  }
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  std::string text() const { return message("sample(bernoulli{", p, ", seed{", seed.value, "}})"); }
};

/// Each row of the source stays with probability `p`, whatever becomes of the others: how many stay
/// is not known before. A function of (seed, epoch, global row) alone: a piece of a table keeps what
/// the table keeps of it. P = floor(2^64 p) / 2^64, which is p itself from 2^-12 on. O(1) memory: a
/// fit masks rows, a transform closes them up, batches are full. `values_only()` and
/// `without_sampling()` keep every row. `sample(bernoulli{0.1, seed{7}})`.
struct bernoulli {
  double p;
  smelt::seed seed;

  constexpr bernoulli(double probability, smelt::seed from) : p(probability), seed(from) {}
  /// A sentence.
  template <std::convertible_to<double> P>
  constexpr bernoulli(P) {
    static_assert(always_false<P>, SMELT_SAY_SEED);
  }
  /// \errors value_error when p is not a probability
  bernoulli_t as_stage() const {
    expect<value_error>(p >= 0.0 && p <= 1.0, "bernoulli{", p,
                        "}: a probability is between 0 and 1");
    return {p, seed};
  }
};

static_assert(row_sampler<bernoulli>);

}  // namespace smelt::inline v0
