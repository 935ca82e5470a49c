// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Drop: rows leave by a rule on their values, or by a mask of the user's.

#include <smelt/core/concepts.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/status.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace smelt::inline v0 {

/// Counts the missing values of a row over the columns in play (number 1; others 0).
struct drop_missing_op {
  static constexpr int numbers = 1;
  static constexpr std::array<const char*, 1> meanings = {"judged"};
  static constexpr std::array<double, 1> neutral = {0.0};
  double limit;  // a row with this many missing values leaves
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V term(V x, const V* n) const {
    return where(missing(x), n[0], V(0.0));
  }
  static constexpr bool in_any_order = true;  // whole numbers
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V combine(V a, V b) const {
    return add(a, b);
  }
  SMELT_HD bool keeps(double total) const { return total < limit; }
};

/// Counts the present values of a row.
struct drop_empty_op {
  static constexpr int numbers = 1;
  static constexpr std::array<const char*, 1> meanings = {"judged"};
  static constexpr std::array<double, 1> neutral = {0.0};
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V term(V x, const V* n) const {
    return where(missing(x), V(0.0), n[0]);
  }
  static constexpr bool in_any_order = true;  // whole numbers
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V combine(V a, V b) const {
    return add(a, b);
  }
  SMELT_HD bool keeps(double total) const { return total > 0.0; }
};

/// Counts the values of a row outside bounds; the neutral bounds let everything in.
struct drop_outside_op {
  static constexpr int numbers = 2;
  static constexpr std::array<const char*, 2> meanings = {"low", "high"};
  static constexpr std::array<double, 2> neutral = {-std::numeric_limits<double>::infinity(),
                                                    std::numeric_limits<double>::infinity()};
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V term(V x, const V* n) const {
    return where(either(less(x, n[0]), less(n[1], x)), V(1.0), V(0.0));
  }
  static constexpr bool in_any_order = true;  // whole numbers
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V combine(V a, V b) const {
    return add(a, b);
  }
  SMELT_HD bool keeps(double total) const { return !(total > 0.0); }
};

/// Reads the user's mask at the row's place in the source.
struct drop_masked_op {
  static constexpr int numbers = 0;
  static constexpr std::array<double, 0> neutral = {};
  const unsigned char* mask;
  index rows;
  SMELT_HD bool keeps_row(index row, index) const { return mask[row] == 0; }
  /// For a device: the mask is the host's, `place` copies it.
  template <class Place>
  drop_masked_op placed(Place&& place) const {
    return {place(mask, rows), rows};
  }
};

/// Rows with at least `missing_values` missing values leave.
/// \formula a row stays when it has fewer missing values than the limit
/// \shape rows x columns -> fewer rows, in their order
/// \passes none before fitted numbers (a mask inside the fold); one more read after them
/// \missing decide
struct drop_at_least_t {
  static constexpr effect does = effect::drop;
  using op = drop_missing_op;
  double missing_values;
  op make_op() const { return {missing_values}; }
  template <class Slot>
  std::array<double, 1> solve(const Slot& s) const {
    return {s.live ? 1.0 : 0.0};
  }
  std::string text() const {
    return missing_values == 1.0 ? "drop::any" : message("drop::at_least(", missing_values, ")");
  }
};

/// Rows without any present value leave.
struct drop_all_t {
  static constexpr effect does = effect::drop;
  using op = drop_empty_op;
  op make_op() const { return {}; }
  template <class Slot>
  std::array<double, 1> solve(const Slot& s) const {
    return {s.live ? 1.0 : 0.0};
  }
  std::string text() const { return "drop::all"; }
};

/// Rows with a value below `low` or above `high` leave; missing values are not outside.
struct drop_outside_t {
  static constexpr effect does = effect::drop;
  using op = drop_outside_op;
  double low;
  double high;
  op make_op() const { return {}; }
  template <class Slot>
  std::array<double, 2> solve(const Slot& s) const {
    return s.live ? std::array<double, 2>{low, high} : drop_outside_op::neutral;
  }
  std::string text() const { return message("drop::outside(", low, ", ", high, ")"); }
};

/// Rows that the user marked leave. The mask is not copied: it has one byte for each source row and
/// must outlive the fitted chain.
struct drop_masked_t {
  static constexpr effect does = effect::drop;
  using op = drop_masked_op;
  const unsigned char* mask;
  index rows;
  op make_op() const { return {mask, rows}; }
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
  bool check_rows(index source, status& found) const {
    return expect<shape_error>(found, rows == source, "drop::where was given a mask of ", rows,
                               " rows for data of ", source, " rows");
  }
  /// The mask, for a file's checksum: a chain is loaded with the mask it was fitted with.
  std::string_view given_bytes() const {
    return {reinterpret_cast<const char*>(mask), static_cast<std::size_t>(rows)};
  }
  std::string text() const { return message("drop::where(mask of ", rows, " rows)"); }
};

/// Which rows leave.
namespace drop {
/// Rows with any missing value.
inline constexpr drop_at_least_t any{1.0};
/// Rows with nothing but missing values.
inline constexpr drop_all_t all{};
/// Rows with `count` or more missing values.
inline drop_at_least_t at_least(index count) {
  expect<value_error>(count >= 1, "drop::at_least(", count, ") would drop every row");
  return {static_cast<double>(count)};
}
/// Rows with a value outside [low, high].
inline drop_outside_t outside(double low, double high) {
  expect<value_error>(low <= high, "drop::outside(", low, ", ", high,
                      "): low must not exceed high");
  return {low, high};
}
/// Rows whose byte in `mask` is not zero.
inline drop_masked_t where(const std::vector<unsigned char>& mask) {
  return {mask.data(), static_cast<index>(mask.size())};
}
inline drop_masked_t where(const unsigned char* mask, index rows) { return {mask, rows}; }
template <class Mask>
  requires(!std::is_lvalue_reference_v<Mask> ||
           !std::is_same_v<std::remove_cvref_t<Mask>, std::vector<unsigned char>>)
auto where(Mask&&) {
  if constexpr (!any_poison<Mask>) static_assert(always_false<Mask>, SMELT_SAY_NOT_A_MASK);
  return poison{};
}
}  // namespace drop

static_assert(stage<drop_at_least_t> && stage<drop_masked_t>);

}  // namespace smelt::inline v0
