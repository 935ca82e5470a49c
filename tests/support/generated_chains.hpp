// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Forty chains drawn from a list of stages, a planner that was written from the table of closed
/// forms alone, and an interpreter that does one stage after another on a whole table. Neither
/// knows the library's planner, statistics or programs.

#include <smelt/smelt.hpp>
#include <support/own_stages.hpp>

#include <algorithm>  // std::max, std::min, std::sort
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
  constexpr std::array<int, 8> lengths = {2, 4, 5, 3, 5, 4, 5, 5};
  constexpr std::array<kind, 7> often = {kind::fill_mean, kind::standardize, kind::min_max,
                                         kind::clip,      kind::fill_mean,   kind::standardize,
                                         kind::sentinel};
  std::uint64_t state = 0x53660e8b171a26b5u * (static_cast<std::uint64_t>(number) + 1);
  auto next = [&state](int below) {
    state = (state ^ (state >> 29)) * 0xbf58476d1ce4e5b9u;
    state = (state ^ (state >> 32)) * 0x94d049bb133111ebu;
    return static_cast<int>((state >> 33) % static_cast<std::uint64_t>(below));
  };
  recipe made;
  made.length = lengths[static_cast<std::size_t>(number) % lengths.size()];
  bool sampled = false;
  for (int i = 0; i < made.length; ++i) {
    const int drawn = next(kinds + static_cast<int>(often.size()));
    kind k =
        drawn < kinds ? static_cast<kind>(drawn) : often[static_cast<std::size_t>(drawn - kinds)];
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
  }
  (std::make_index_sequence<static_cast<std::size_t>(r.length)>{});
}

// --- the planner, from the table
// ------------------------------------------------------------------

/// What a stage has to know of its column: rows of the table are read by these.
enum class statistic_needed { none, moments, extrema, other };

constexpr statistic_needed needed_by(kind k) {
  switch (k) {
    case kind::fill_mean:
    case kind::standardize:
    case kind::standardize_table:
    case kind::standardize_at:
      return statistic_needed::moments;
    case kind::min_max:
    case kind::max_abs:
    case kind::constant_columns:
      return statistic_needed::extrema;
    case kind::by_third:
      return statistic_needed::other;
    default:
      return statistic_needed::none;
  }
}

/// The table: a step that is not in the fold, and a statistic that must come through it.
constexpr bool by_formula(kind step, statistic_needed wanted) {
  const bool known = wanted != statistic_needed::other;
  switch (step) {
    case kind::fill_mean:
    case kind::fill_constant:
      return known;
    case kind::standardize:
    case kind::standardize_table:
    case kind::standardize_at:
    case kind::min_max:
    case kind::max_abs:
    case kind::by_third:
      return known;
    case kind::clip:
    case kind::cube:
      return wanted == statistic_needed::extrema;
    case kind::shuffle:
    case kind::constant_columns:
    case kind::chosen_column:
      return true;  // neither touches the values of the others
    default:
      return false;
  }
}

/// Whether stage j of a pass that begins at `begin` is evaluated inside its fold: given numbers,
/// and nothing fitted before it but fills (of which a row is known only after the fold).
constexpr bool inside_fold(const recipe& r, int begin, int j) {
  const kind k = r.stage[static_cast<std::size_t>(j)];
  if (needed_by(k) != statistic_needed::none) return false;
  if (k == kind::shuffle || k == kind::chosen_column) return false;
  const bool looks_at_rows = k == kind::row_norm || k == kind::drop_any ||
                             k == kind::drop_outside || k == kind::take_many || k == kind::take_few;
  for (int i = begin; i < j; ++i) {
    const kind before = r.stage[static_cast<std::size_t>(i)];
    if (before == kind::shuffle || before == kind::chosen_column) continue;
    const bool evaluated = inside_fold(r, begin, i);
    if (before == kind::constant_columns) {
      if (looks_at_rows) return false;
    } else if (before == kind::fill_mean || (before == kind::fill_constant && !evaluated)) {
      // What is left of the missing values is not known either: a further fill is carried as well.
      if (looks_at_rows || k == kind::fill_constant) return false;
    } else if (!evaluated) {
      return false;
    }
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
    bool carried = true;
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

inline constexpr int generated = 40;

// The forty are a fair sample: every stage occurs, and so does every number of reads up to three.
constexpr int chains_with(kind k) {
  int found = 0;
  for (int i = 0; i < generated; ++i) {
    const recipe r = recipe_of(i);
    bool here = false;
    for (int j = 0; j < r.length; ++j) here = here || r.stage[static_cast<std::size_t>(j)] == k;
    found += here;
  }
  return found;
}
constexpr int chains_of(int passes) {
  int found = 0;
  for (int i = 0; i < generated; ++i) found += reference_passes(recipe_of(i)) == passes;
  return found;
}
static_assert([] {
  for (int k = 0; k < kinds; ++k)
    if (chains_with(static_cast<kind>(k)) < 3) return false;
  return true;
}());
static_assert(chains_of(0) == 2 && chains_of(1) == 24 && chains_of(2) == 12 && chains_of(3) == 2);

// Four of them are of the kind that the plan is proudest of: a fitted fill, a bend with given
// numbers and moments behind it, in one read.
constexpr bool carries_a_fill(const recipe& r) {
  bool filled = false;
  bool bent = false;
  for (int i = 0; i < r.length && reference_passes(r) == 1; ++i) {
    const kind k = r.stage[static_cast<std::size_t>(i)];
    filled = filled || k == kind::fill_mean;
    bent = bent || (filled && (k == kind::clip || k == kind::cube) && inside_fold(r, 0, i));
    if (bent && needed_by(k) == statistic_needed::moments) return true;
  }
  return false;
}
constexpr int chains_that_carry_a_fill() {
  int found = 0;
  for (int i = 0; i < generated; ++i) found += carries_a_fill(recipe_of(i));
  return found;
}
static_assert(chains_that_carry_a_fill() == 4);

/// The rows that a fit reads, in the order in which it reads them: all, or those that a sampler
/// before all that learns has chosen (few ones as they are drawn).
inline std::vector<smelt::index> rows_of_fit(const recipe& r, smelt::index rows) {
  std::vector<smelt::index> all;
  for (smelt::index i = 0; i < rows; ++i) all.push_back(i);
  for (int i = 0; i < r.length; ++i) {
    const kind k = r.stage[static_cast<std::size_t>(i)];
    if (needed_by(k) != statistic_needed::none) break;
    if (k != kind::take_few && k != kind::take_many) continue;
    const bool few = k == kind::take_few;
    const auto sampler = few ? stage_of<kind::take_few>().rows : stage_of<kind::take_many>().rows;
    std::vector<smelt::index> chosen;
    for (smelt::index j = 0; j < sampler.count(rows); ++j)
      chosen.push_back(sampler.order(rows, 0)(j));
    if (!few) std::sort(chosen.begin(), chosen.end());
    return chosen;
  }
  return all;
}

// --- one stage after another
// ------------------------------------------------------------------------

/// A table, the rows that are still there, the columns that are still there, and the order of rows.
struct staged {
  std::vector<std::vector<double>> rows;
  std::vector<bool> dropped;
  std::vector<bool> chosen;  // by the sampler
  std::vector<smelt::index> order;
  std::vector<bool> column;  // false when it has left

  bool counts(std::size_t r) const { return !dropped[r] && chosen[r]; }
};

/// One column's summary over the rows that count, in long double and two passes.
struct plain_summary {
  long double n = 0;
  long double mean = 0;
  long double m2 = 0;
  long double cubes = 0;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};
inline plain_summary summarise(const staged& t, const std::vector<std::size_t>& columns) {
  plain_summary s;
  auto each = [&](auto&& f) {
    for (std::size_t r = 0; r < t.rows.size(); ++r)
      for (std::size_t c : columns)
        if (t.counts(r) && !std::isnan(t.rows[r][c])) f(t.rows[r][c]);
  };
  each([&](double x) {
    s.n += 1;
    s.mean += x;
    s.cubes += std::abs(static_cast<long double>(x) * x * x);
    s.low = std::min(s.low, x);
    s.high = std::max(s.high, x);
  });
  s.mean /= s.n;
  s.cubes /= s.n;
  each([&](double x) { s.m2 += (x - s.mean) * (x - s.mean); });
  if (s.low == s.high) {
    s.mean = s.low;
    s.m2 = 0;
  }
  return s;
}

inline void apply_stage(kind k, staged& t) {
  const std::size_t cols = t.column.size();
  std::vector<std::size_t> present;
  for (std::size_t c = 0; c < cols; ++c)
    if (t.column[c]) present.push_back(c);
  auto line = [&](std::size_t c, long double centre, long double slope, long double offset) {
    for (auto& row : t.rows) row[c] = static_cast<double>((row[c] - centre) * slope + offset);
  };
  auto standardize = [&](std::size_t c, const plain_summary& s, int ddof) {
    const long double deviation = std::sqrt(s.m2 / (s.n - ddof));
    line(c, s.mean, deviation > 0 ? 1 / deviation : 1.0L, 0);
  };
  auto choose = [&](auto sampler) {
    const auto n = static_cast<smelt::index>(t.rows.size());
    const auto order = sampler.order(n, 0);
    t.order.clear();
    t.chosen.assign(t.rows.size(), false);
    for (smelt::index i = 0; i < sampler.count(n); ++i) {
      t.order.push_back(order(i));
      t.chosen[static_cast<std::size_t>(order(i))] = true;
    }
  };
  auto drop_rows = [&](auto&& leaves) {
    for (std::size_t r = 0; r < t.rows.size(); ++r)
      for (std::size_t c : present) t.dropped[r] = t.dropped[r] || leaves(t.rows[r][c]);
  };
  switch (k) {
    case kind::shuffle:
      return choose(smelt::shuffled{smelt::seed{11}});
    case kind::take_many:
      return choose(smelt::take{120, smelt::seed{12}});
    case kind::take_few:
      return choose(smelt::take{10, smelt::seed{13}});
    case kind::chosen_column:
      t.column[2] = false;
      return;
    case kind::drop_any:
      return drop_rows([](double x) { return std::isnan(x); });
    case kind::drop_outside:
      return drop_rows([](double x) { return x < -4 || x > 4; });
    case kind::row_norm:
      for (auto& row : t.rows) {
        long double sum = 0;
        for (std::size_t c : present)
          if (!std::isnan(row[c])) sum += static_cast<long double>(row[c]) * row[c];
        const long double norm = std::sqrt(sum);
        for (std::size_t c : present)
          if (norm > 0) row[c] = static_cast<double>(row[c] / norm);
      }
      return;
    default:
      break;
  }
  const plain_summary whole = summarise(t, present);
  for (std::size_t c : present) {
    const plain_summary s = summarise(t, {c});
    const auto low = static_cast<long double>(s.low);
    const long double largest = std::max(std::abs(s.low), std::abs(s.high));
    switch (k) {
      case kind::fill_mean:
        for (auto& row : t.rows)
          if (std::isnan(row[c])) row[c] = static_cast<double>(s.mean);
        break;
      case kind::fill_constant:
        for (auto& row : t.rows)
          if (std::isnan(row[c])) row[c] = 0.25;
        break;
      case kind::clip:
        for (auto& row : t.rows) row[c] = row[c] < -1.25 ? -1.25 : row[c] > 1.75 ? 1.75 : row[c];
        break;
      case kind::sentinel:
        for (auto& row : t.rows)
          if (row[c] == 0.25) row[c] = std::numeric_limits<double>::quiet_NaN();
        break;
      case kind::cube:
        for (auto& row : t.rows) row[c] = row[c] * row[c] * row[c] * 0.2;
        break;
      case kind::standardize:
        standardize(c, s, 1);
        break;
      case kind::standardize_table:
        standardize(c, whole, 0);
        break;
      case kind::standardize_at:
        if (c < 2) standardize(c, s, 0);
        break;
      case kind::min_max:
        line(c, low, s.high > s.low ? 3 / (s.high - low) : 1.0L, -1);
        break;
      case kind::max_abs:
        line(c, 0, largest > 0 ? 1 / largest : 1.0L, 0);
        break;
      case kind::by_third:
        line(c, 0, s.cubes > 0 ? 1 / s.cubes : 1.0L, 0);
        break;
      case kind::constant_columns:
        if (!(s.low < s.high)) t.column[c] = false;
        break;
      default:
        break;
    }
  }
}

// --- the data, and the comparison
// -------------------------------------------------------------------

inline constexpr smelt::index generated_rows = 200;
inline constexpr smelt::index generated_cols = 4;

/// 200 rows: three columns of different spread with 4 % missing values, one column of one value.
/// Some values are the sentinel.
inline smelt::table<double> generated_table() {
  smelt::table<double> made(generated_rows, generated_cols);
  std::uint64_t state = 88172645463325252u;
  auto uniform = [&state] {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<double>(state >> 11) * 0x1p-53;
  };
  for (smelt::index r = 0; r < generated_rows; ++r) {
    const double middle = uniform() + uniform() - 1.0;
    made(r, 0) = 2.5 * middle + 0.3;
    made(r, 1) = 0.5 + 1.5 * uniform();
    made(r, 2) = 3.0 * uniform() * uniform() - 0.5;
    made(r, 3) = 1.5;
    for (smelt::index c = 0; c < 3; ++c) {
      const double luck = uniform();
      if (luck < 0.04) made(r, c) = smelt::missing_value<double>;
      if (luck > 0.96) made(r, c) = 0.25;
    }
  }
  return made;
}

inline staged stage_by_stage(const recipe& r, const smelt::table<double>& from) {
  staged t;
  for (smelt::index i = 0; i < from.rows(); ++i) {
    t.rows.emplace_back(&from(i, 0), &from(i, 0) + from.cols());
    t.order.push_back(i);
  }
  t.dropped.assign(t.rows.size(), false);
  t.chosen.assign(t.rows.size(), true);
  t.column.assign(static_cast<std::size_t>(from.cols()), true);
  for (int i = 0; i < r.length; ++i) apply_stage(r.stage[static_cast<std::size_t>(i)], t);
  return t;
}

/// The largest difference between a transformed table and the staged one, against the largest value
/// of the table; infinite when their shapes or missing values differ.
inline double distance(const smelt::table<double>& made, const staged& t) {
  constexpr double apart = std::numeric_limits<double>::infinity();
  std::vector<std::size_t> rows;
  for (smelt::index r : t.order)
    if (!t.dropped[static_cast<std::size_t>(r)]) rows.push_back(static_cast<std::size_t>(r));
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < t.column.size(); ++c)
    if (t.column[c]) columns.push_back(c);
  if (static_cast<std::size_t>(made.rows()) != rows.size() ||
      static_cast<std::size_t>(made.cols()) != columns.size())
    return apart;
  double size = 0;
  double away = 0;
  for (std::size_t k = 0; k < columns.size(); ++k)
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double x = made(static_cast<smelt::index>(i), static_cast<smelt::index>(k));
      const double y = t.rows[rows[i]][columns[k]];
      if (std::isnan(x) != std::isnan(y)) return apart;
      if (std::isnan(y)) continue;
      size = std::max(size, std::abs(y));
      away = std::max(away, std::abs(x - y));
    }
  return away > 0 ? away / size : 0;
}

}  // namespace smelt_test
