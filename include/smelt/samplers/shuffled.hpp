// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Shuffled: every row once, in a random order of its own for each epoch.

#include <smelt/core/concepts.hpp>
#include <smelt/core/error.hpp>
#include <smelt/random/permutation.hpp>

#include <string>

namespace smelt::inline v0 {

/// Row i of an epoch is row order(i), a keyed bijection: nothing is stored, and any row of any
/// epoch is found in O(1), the same on every policy.
struct shuffled {
  static constexpr bool reorders_only = true;
  smelt::seed seed;

  index count(index rows) const { return rows; }
  permutation order(index rows, std::uint64_t epoch) const { return {seed, epoch, rows}; }
  std::string text() const { return message("shuffled{seed{", seed.value, "}}"); }
};

static_assert(sampler<shuffled>);

}  // namespace smelt::inline v0
