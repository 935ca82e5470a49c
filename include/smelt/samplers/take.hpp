// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Take: some rows without replacement.

#include <smelt/core/concepts.hpp>
#include <smelt/core/status.hpp>
#include <smelt/random/permutation.hpp>

#include <string>

namespace smelt::inline v0 {

/// The first `rows` rows of a random order: uniform without replacement, in random order, O(1)
/// memory. Each epoch draws anew.
/// \errors value_error when more rows are asked for than there are
struct take {
  static constexpr bool reorders_only = false;
  index rows;
  smelt::seed seed;

  bool check(index source, status& found) const {
    if (!expect<value_error>(found, rows >= 0, "take{", rows,
                             "}: the number of rows cannot be negative"))
      return false;
    return expect<value_error>(found, rows <= source, "take{", rows, "}: there are only ", source,
                               " rows to take without replacement");
  }
  index count(index source) const {
    status found;
    check(source, found);
    found.raise();
    return rows;
  }
  permutation order(index source, std::uint64_t epoch) const { return {seed, epoch, source}; }
  std::string text() const { return message("take{", rows, ", seed{", seed.value, "}}"); }
};

static_assert(sampler<take>);

}  // namespace smelt::inline v0
