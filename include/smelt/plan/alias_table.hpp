// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Weights as whole numbers, and the alias table that draws by them in O(1).
///
/// Source: Walker, "New fast method for generating discrete random numbers with arbitrary frequency
/// distributions", Electronics Letters 10, 1974; Vose, "A linear algorithm for generating random
/// numbers with a given distribution", IEEE TSE 17(9), 1991. Here in whole numbers, without rounding.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/status.hpp>
#include <smelt/plan/row_map.hpp>

#include <cmath>  // std::ilogb, std::ldexp
#include <type_traits>
#include <vector>

namespace smelt::inline v0 {

/// Whole numbers in proportion to weights, and their sum.
struct whole_weights {
  std::vector<std::uint64_t> counts;
  std::uint64_t total = 0;
  index positive = 0;  ///< how many are not 0
};

/// weights[rows(i)] for each row of `members` as a whole number. Integers stay what they are, of 64
/// bits. Floating-point numbers are scaled by a power of two so that their sum is in [2^61, 2^62],
/// and rounded to whole numbers: in exact proportion while each is a multiple of 2^-61 of the sum.
/// NaN is 0.
/// \errors in `found`, value_error for a negative or infinite weight, where no weight is positive,
/// and for integers whose sum exceeds 2^62
template <class Weights>
whole_weights weights_of(const Weights& weights, const row_map& members, status& found) {
  using weight = std::remove_cvref_t<decltype(weights[index{}])>;
  static_assert(std::is_arithmetic_v<weight>);
  const index n = members.count();
  const std::uint64_t most = std::uint64_t{1} << 62;
  whole_weights made;
  made.counts.reserve(static_cast<std::size_t>(n));
  [[maybe_unused]] double sum = 0.0;
  for (index i = 0; i < n; ++i) {
    const index row = members(i);
    const weight own = weights[row];
    if constexpr (std::is_floating_point_v<weight>) {
      const auto value = static_cast<double>(own);
      const bool gone = missing(value);
      if (!expect<value_error>(found, gone || (value >= 0.0 && !infinite(value)), "the weight of row ",
                               row, " is ", value, ": it must be finite and not negative"))
        return {};
      sum = add(sum, gone ? 0.0 : value);
    } else {
      if constexpr (std::is_signed_v<weight>)
        if (!expect<value_error>(found, own >= 0, "the weight of row ", row, " is ", own,
                                 ": it must be finite and not negative"))
          return {};
      const auto count = static_cast<std::uint64_t>(own);
      if (!expect<value_error>(found, count <= most && made.total + count <= most,
                               "the weights up to row ", row, " add up to more than 2^62"))
        return {};
      made.counts.push_back(count);
      made.total += count;
      made.positive += count > 0;
    }
  }
  if constexpr (std::is_floating_point_v<weight>) {
    if (!expect<value_error>(found, !infinite(sum), "the weights add up to infinity")) return {};
    const int scale = sum > 0.0 ? 61 - std::ilogb(sum) : 0;
    for (index i = 0; i < n; ++i) {
      const auto value = static_cast<double>(weights[members(i)]);
      const double exact = missing(value) ? 0.0 : std::ldexp(value, scale);
      auto count = static_cast<std::uint64_t>(exact);
      if (exact - static_cast<double>(count) >= 0.5) ++count;
      made.counts.push_back(count);
      made.total += count;
      made.positive += count > 0;
    }
  }
  expect<value_error>(found, made.total > 0, "of ", n, " rows none has a weight above 0");
  return made;
}

/// Columns in which each of n rows has n shares of total / n: row i is drawn with probability
/// counts[i] / total, exactly.
struct alias_table {
  std::vector<alias_column> columns;
  std::uint64_t total = 0;

  alias_table() = default;
  /// \complexity O(n); 32 bytes a row while it is made, 16 then
  SMELT_LAZY explicit alias_table(const whole_weights& weights) : total(weights.total) {
    const std::size_t n = weights.counts.size();
    columns.resize(n);
    // n counts[i] shares, of `total` that a column holds: two words.
    struct shares {
      std::uint64_t low;
      std::uint64_t high;
    };
    std::vector<shares> left(n);
    std::vector<std::size_t> under;
    std::vector<std::size_t> over;
    auto sort_in = [&](std::size_t i) {
      (left[i].high == 0 && left[i].low < total ? under : over).push_back(i);
    };
    for (std::size_t i = n; i-- > 0;) {
      left[i] = {weights.counts[i] * n, detail::high_product(weights.counts[i], n)};
      columns[i] = {total, static_cast<index>(i)};
      sort_in(i);
    }
    // What a column lacks comes from a row that has too much. All shares together are n columns, so
    // none is left under when none is over.
    while (!under.empty()) {
      const std::size_t to = under.back();
      const std::size_t from = over.back();
      under.pop_back();
      columns[to] = {left[to].low, static_cast<index>(from)};
      const std::uint64_t given = total - left[to].low;
      if (left[from].low < given) --left[from].high;
      left[from].low -= given;
      if (left[from].high == 0 && left[from].low < total) {
        over.pop_back();
        under.push_back(from);
      }
    }
  }
};

}  // namespace smelt::inline v0
