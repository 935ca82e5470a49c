// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How far counts lie from what they should be, as one normal deviate.

#include <cmath>
#include <cstddef>
#include <vector>

namespace smelt_test {

/// Deviates above this fail: one-sided 0.001 over the 64 figures that the tests of the samplers may
/// have together (Bonferroni). Fixed, as the seeds were, before any figure was seen.
inline constexpr double most_deviates = 4.16;

/// Chi-square of counts with these expectations, as a normal deviate (Wilson and Hilferty's cube
/// root). `freedom` 0: one less than there are counts.
inline double deviates(const std::vector<double>& counts, const std::vector<double>& expected,
                       double freedom = 0) {
  double square = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    square += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
  if (freedom == 0) freedom = static_cast<double>(counts.size()) - 1;
  const double spread = 2 / (9 * freedom);
  return (std::cbrt(square / freedom) - (1 - spread)) / std::sqrt(spread);
}

/// The same where all are as likely.
inline double deviates(const std::vector<double>& counts) {
  double total = 0;
  for (const double count : counts) total += count;
  return deviates(counts,
                  std::vector<double>(counts.size(), total / static_cast<double>(counts.size())));
}

}  // namespace smelt_test
