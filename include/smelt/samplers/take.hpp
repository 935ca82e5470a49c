// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Take: some rows without replacement.

#include <smelt/core/concepts.hpp>
#include <smelt/core/how_many.hpp>
#include <smelt/random/permutation.hpp>

#include <concepts>  // std::convertible_to
#include <string>

namespace smelt::inline v0 {

/// The first `rows` rows of a random order: uniform without replacement, in random order, O(1)
/// memory. Each epoch draws anew. `take{100, seed{42}}`, `take{fraction_of{0.1}, seed{42}}`.
/// \errors value_error when more rows are asked for than there are, fewer than none, or a share
/// outside [0, 1]
struct take {
  static constexpr bool reorders_only = false;
  how_many rows;
  smelt::seed seed;

  constexpr take() = default;
  constexpr take(how_many n, smelt::seed from) : rows(n), seed(from) {}
  /// A sentence.
  template <std::convertible_to<how_many> N>
  constexpr take(N) {
    static_assert(always_false<N>, SMELT_SAY_SEED);
  }

  SMELT_LAZY bool check(index source, status& found) const {
    if (rows.valid() && rows.of(source) <= source) return true;
    const std::string whose = "take{" + rows.text() + "}";
    return rows.check(whose, found) &&
           expect<value_error>(found, false, whose, ": there are only ", source,
                               " rows to take without replacement");
  }
  index count(index source) const {
    status found;
    check(source, found);
    found.raise();
    return rows.of(source);
  }
  permutation order(index source, std::uint64_t epoch) const { return {seed, epoch, source}; }
  std::string text() const { return message("take{", rows.text(), ", seed{", seed.value, "}}"); }
};

static_assert(sampler<take>);

}  // namespace smelt::inline v0
