// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Forty chains drawn from a list of stages, a planner that was written from the table of closed
/// forms alone, and an interpreter that does one stage after another on a whole table. Neither
/// knows the library's planner, statistics or programs.

#include <smelt/smelt.hpp>
#include <support/own_stages.hpp>

#include <algorithm>  // std::max, std::min
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace smelt_test {

enum class kind {
  fill_mean,
  fill_constant,
  clip,
  standardize,
  min_max,
  max_abs,
  row_norm,
  drop_any,
  drop_outside,
  sentinel,
  shuffle,
  take_many,
  take_few,
  constant_columns,
  chosen_column,
  standardize_table,
  standardize_at,
  cube,
  by_third
};
inline constexpr int kinds = 19;

/// The stage that a kind stands for.
template <kind K>
auto stage_of() {
  using namespace smelt;
  if constexpr (K == kind::fill_mean) return fill::mean;
  if constexpr (K == kind::fill_constant) return fill::constant(0.25);
  if constexpr (K == kind::clip) return smelt::clip(-1.25, 1.75);
  if constexpr (K == kind::standardize) return smelt::standardize(ddof{1});
  if constexpr (K == kind::min_max) return normalize(smelt::min_max{-1, 2});
  if constexpr (K == kind::max_abs) return normalize(smelt::max_abs);
  if constexpr (K == kind::row_norm) return normalize(l2);
  if constexpr (K == kind::drop_any) return drop::any;
  if constexpr (K == kind::drop_outside) return drop::outside(-4, 4);
  if constexpr (K == kind::sentinel) return smelt::sentinel(0.25);
  if constexpr (K == kind::shuffle) return sample(shuffled{seed{11}});
  if constexpr (K == kind::take_many) return sample(take{120, seed{12}});
  if constexpr (K == kind::take_few) return sample(take{10, seed{13}});
  if constexpr (K == kind::constant_columns) return drop::constant_columns;
  if constexpr (K == kind::chosen_column) return drop::columns(columns{2});
  if constexpr (K == kind::standardize_table) return smelt::standardize(over::table);
  if constexpr (K == kind::standardize_at) return at(columns{0, 1}, smelt::standardize());
  if constexpr (K == kind::cube) return smelt_test::cube{0.2};
  if constexpr (K == kind::by_third) return smelt_test::by_third{};
}

/// A chain as a list of kinds.
struct recipe {
  std::array<kind, 5> stage{};
  int length = 0;
};

constexpr bool samples(kind k) {
  return k == kind::shuffle || k == kind::take_many || k == kind::take_few;
}

/// Chain number `number`: two to five stages, one sampler at most. The list repeats the stages that
/// chains are mostly made of.
constexpr recipe recipe_of(int number) {
  constexpr std::array<kind, 5> often = {kind::fill_mean, kind::standardize, kind::min_max,
                                         kind::clip, kind::max_abs};
  std::uint64_t state = 0x9e3779b97f4a7c15u * (static_cast<std::uint64_t>(number) + 1);
  auto next = [&state](int below) {
    state = (state ^ (state >> 29)) * 0xbf58476d1ce4e5b9u;
    state = (state ^ (state >> 32)) * 0x94d049bb133111ebu;
    return static_cast<int>((state >> 33) % static_cast<std::uint64_t>(below));
  };
  recipe made;
  made.length = 2 + number % 4;
  bool sampled = false;
  for (int i = 0; i < made.length; ++i) {
    const int drawn = next(kinds + static_cast<int>(often.size()));
    kind k = drawn < kinds ? static_cast<kind>(drawn) : often[static_cast<std::size_t>(drawn - kinds)];
    if (samples(k) && sampled) k = kind::fill_mean;
    sampled = sampled || samples(k);
    made.stage[static_cast<std::size_t>(i)] = k;
  }
  return made;
}

/// The chain of a recipe.
template <int Number>
auto chain_of() {
  constexpr recipe r = recipe_of(Number);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (smelt::as_chain(stage_of<r.stage[I]>()) | ...);
  }(std::make_index_sequence<static_cast<std::size_t>(r.length)>{});
}

// --- the planner, from the table ------------------------------------------------------------------

/// What a stage has to know of its column: rows of the table are read by these.
enum class statistic_needed { none, moments, extrema, other };

constexpr statistic_needed needed_by(kind k) {
  switch (k) {
    case kind::fill_mean:
    case kind::standardize:
    case kind::standardize_table:
    case kind::standardize_at: return statistic_needed::moments;
    case kind::min_max:
    case kind::max_abs:
    case kind::constant_columns: return statistic_needed::extrema;
    case kind::by_third: return statistic_needed::other;
    default: return statistic_needed::none;
  }
}

/// The table: a step that is not in the fold, and a statistic that must come through it.
constexpr bool by_formula(kind step, statistic_needed wanted) {
  const bool known = wanted != statistic_needed::other;
  switch (step) {
    case kind::fill_mean:
    case kind::fill_constant: return known;
    case kind::standardize:
    case kind::standardize_table:
    case kind::standardize_at:
    case kind::min_max:
    case kind::max_abs:
    case kind::by_third: return known;
    case kind::clip:
    case kind::cube: return wanted == statistic_needed::extrema;
    case kind::shuffle:
    case kind::constant_columns:
    case kind::chosen_column: return true;  // neither touches the values of the others
    default: return false;
  }
}

/// Whether stage j of a pass that begins at `begin` is evaluated inside its fold: given numbers,
/// and nothing fitted before it but fills (of which a row is known only after the fold).
constexpr bool inside_fold(const recipe& r, int begin, int j) {
  const kind k = r.stage[static_cast<std::size_t>(j)];
  if (needed_by(k) != statistic_needed::none) return false;
  if (k == kind::shuffle || k == kind::chosen_column) return false;
  const bool looks_at_rows = k == kind::row_norm || k == kind::drop_any ||
                             k == kind::drop_outside || k == kind::take_many ||
                             k == kind::take_few;
  for (int i = begin; i < j; ++i) {
    const kind before = r.stage[static_cast<std::size_t>(i)];
    if (before == kind::shuffle || before == kind::chosen_column) continue;
    if (before == kind::constant_columns) {
      if (looks_at_rows) return false;
      continue;
    }
    if (before == kind::fill_mean) {
      // A fill of what a fill left is carried like the first, not evaluated.
      if (looks_at_rows || k == kind::fill_constant) return false;
      continue;
    }
    if (before == kind::fill_constant && !inside_fold(r, begin, i)) return false;
    if (!inside_fold(r, begin, i)) return false;
  }
  return true;
}

/// Reads of the data to fit the chain.
constexpr int reference_passes(const recipe& r) {
  int passes = 0;
  int begin = 0;
  for (int i = 0; i < r.length; ++i) {
    const statistic_needed wanted = needed_by(r.stage[static_cast<std::size_t>(i)]);
    if (wanted == statistic_needed::none) continue;
    bool carried = passes > 0 || true;
    for (int j = begin; j < i; ++j)
      carried = carried && (inside_fold(r, begin, j) ||
                            by_formula(r.stage[static_cast<std::size_t>(j)], wanted));
    if (passes == 0) passes = 1;
    if (!carried) {
      ++passes;
      begin = i;
    }
  }
  return passes;
}

/// True when a fit reads only the rows that a small sampler draws: it stands before all that learns.
constexpr bool fits_few_rows(const recipe& r) {
  for (int i = 0; i < r.length; ++i) {
    const kind k = r.stage[static_cast<std::size_t>(i)];
    if (needed_by(k) != statistic_needed::none || k == kind::take_many) return false;
    if (k == kind::take_few) return true;
  }
  return false;
}
