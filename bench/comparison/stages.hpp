// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The chains of the works as smelt writes them.

#include <smelt/smelt.hpp>

#include <array>
#include <tuple>

namespace smelt_comparison {

inline auto filled_and_scaled() {
  using namespace smelt;
  return clean(fill::mean) | standardize();
}
inline auto scale_chain() { return filled_and_scaled() | smelt::clip(-3, 3); }
inline auto norm_chain() { return smelt::clean(smelt::fill::mean) | smelt::normalize(smelt::l2); }
inline auto drop_chain() { return smelt::clean(smelt::drop::any) | smelt::standardize(); }
inline auto sample_chain(smelt::index rows) {
  return filled_and_scaled() | smelt::sample(smelt::take{rows, smelt::seed{7}});
}
inline auto full_chain() {
  return filled_and_scaled() | smelt::normalize(smelt::min_max{-1, 1}) |
         smelt::sample(smelt::shuffled{smelt::seed{7}});
}

/// Of the work `length`: as many of these as are asked for.
inline auto stages_of_length() {
  using namespace smelt;
  return std::tuple(fill::mean, standardize(), clip(-3, 3), normalize(min_max{-1, 1}), clip(-0.9, 0.9),
                    standardize(), clip(-2, 2), normalize(max_abs));
}
template <std::size_t N>
auto chain_of_length() {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto all = stages_of_length();
    return (std::get<I>(all) | ...);
  }(std::make_index_sequence<N>{});
}
inline constexpr std::size_t most_stages = std::tuple_size_v<decltype(stages_of_length())>;

/// Calls `f(std::integral_constant<std::size_t, n>)` for a number known when it runs, 1 to `most_stages`.
template <std::size_t N = 1, class F>
void with_length(int stages, const F& f) {
  if (stages == static_cast<int>(N)) return f(std::integral_constant<std::size_t, N>{});
  if constexpr (N < most_stages) with_length<N + 1>(stages, f);
}

/// A stage that changes nothing.
template <int Numbers>
struct summary_op {
  static constexpr int numbers = Numbers;
  template <class V>
  SMELT_HD V apply(V x, const V*) const {
    return x;
  }
};
/// Learns what the work `fit` asks for.
struct column_summary {
  static constexpr smelt::effect does = smelt::effect::value;
  using needs = smelt::statistics<smelt::moments, smelt::extrema>;
  using op = summary_op<5>;
  template <class Slot>
  std::array<double, 5> solve(const Slot& s) const {
    const auto& m = s.template get<smelt::moments>();
    const auto& e = s.template get<smelt::extrema>();
    return {m.mean, m.m2 / m.count, e.lowest, e.highest, static_cast<double>(s.counts.missing)};
  }
};
/// The same in two, each with a reading of its own.
struct moments_summary {
  static constexpr smelt::effect does = smelt::effect::value;
  using needs = smelt::statistics<smelt::moments>;
  using op = summary_op<3>;
  template <class Slot>
  std::array<double, 3> solve(const Slot& s) const {
    const auto& m = s.template get<smelt::moments>();
    return {m.mean, m.m2 / m.count, static_cast<double>(s.counts.missing)};
  }
};
struct extrema_summary {
  static constexpr smelt::effect does = smelt::effect::value;
  using needs = smelt::statistics<smelt::extrema>;
  using op = summary_op<2>;
  template <class Slot>
  std::array<double, 2> solve(const Slot& s) const {
    const auto& e = s.template get<smelt::extrema>();
    return {e.lowest, e.highest};
  }
};
/// Numbers of a fitted summary, a row each.
template <class Fitted>
smelt::table<double> summary_of(const Fitted& f) {
  smelt::table<double> made(5, f.cols());
  for (int k = 0; k < 5; ++k)
    for (smelt::index c = 0; c < f.cols(); ++c) made(k, c) = f.number(0, k, c);
  return made;
}

}  // namespace smelt_comparison
