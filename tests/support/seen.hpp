// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A stage that changes nothing and keeps what a stage at its place is told of each column: the
/// statistics of the source where it comes first, carried ones behind other stages.

#include <smelt/smelt.hpp>

#include <array>
#include <cmath>    // std::sqrt
#include <cstddef>  // std::size_t
#include <string>

namespace smelt_test {

struct seen_op {
  static constexpr int numbers = 6;
  static constexpr bool keeps_missing = true;
  static constexpr std::array<double, 6> neutral = {};
  template <class V>
  V apply(V x, const V*) const {
    return x;
  }
};
struct seen {
  static constexpr smelt::effect does = smelt::effect::value;
  using needs = smelt::statistics<smelt::moments, smelt::extrema>;
  using op = seen_op;
  template <class Slot>
  std::array<double, 6> solve(const Slot& s) const {
    const auto& m = s.template get<smelt::moments>();
    const auto& e = s.template get<smelt::extrema>();
    return {static_cast<double>(s.counts.present),
            static_cast<double>(s.counts.missing),
            m.mean,
            m.m2,
            e.lowest,
            e.highest};
  }
  std::string text() const { return "seen"; }
};

/// What the last stage of a fitted chain, a `seen`, was told of a column.
struct column_facts {
  double present;
  double missing;
  double mean;
  double m2;
  double lowest;
  double highest;

  double deviation() const { return std::sqrt(m2 / present); }
  friend bool operator==(const column_facts&, const column_facts&) = default;
};
template <class Fitted>
column_facts facts_of(const Fitted& f, smelt::index column) {
  constexpr std::size_t last = Fitted::chain_type::size - 1;
  const auto number = [&](int k) { return f.number(last, k, column); };
  return {number(0), number(1), number(2), number(3), number(4), number(5)};
}

}  // namespace smelt_test
