// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a map is asked for: rows in, columns out, marks instead of drops.

#include <smelt/core/memory.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/plan/program.hpp>
#include <smelt/plan/source.hpp>

#include <tuple>
#include <utility>
#include <vector>

namespace smelt::inline v0 {

/// Numbers of a fitted chain that lie in a policy's memory already (`place`), and the arrays of the
/// user's that its ops read.
struct placed_numbers {
  detail::shared<const void> memory;  // owns them
  const double* numbers = nullptr;     // those of the program, then the columns kept
  index kept_at = 0;
  /// An array of the user's, and where it lies.
  struct copy {
    const void* from;  // an array of the user's
    const void* there;
  };
  std::vector<copy> arrays;

  /// Where an array of the user's lies; null when it was not placed.
  const void* find(const void* array) const {
    for (const copy& a : arrays)
      if (a.from == array) return a.there;
    return nullptr;
  }
};

/// One map. A policy reads row `rows(i)` for each i, runs the program on it, and writes the columns
/// `kept` (all, when null) of the rows that stay, one after another. With `marks`, every row is
/// written and `marks[i]` is 1 where it would have dropped (with `marks_stay`, where it would not). An infinity that the program does not
/// let in is counted in the status, and its element written as missing whatever the program makes of
/// it. `written(at, sources, n)` is told which source rows went to the rows `at`, ..., `at + n - 1`;
/// it may be called from several threads, for different rows.
struct map_request {
  const drawn_rows& rows;  // the caller's: not worth a copy for a transform of one row
  const std::vector<index>* kept = nullptr;
  unsigned char* marks = nullptr;
  const placed_numbers* placed = nullptr;
  bool marks_stay = false;
  bool elsewhere = false;  // another core reads the results next: they need not lie in this one's cache
  resource_ref memory{};   // of what the policy holds meanwhile

  index width(index cols) const { return kept ? static_cast<index>(kept->size()) : cols; }
  index column(index c) const { return kept ? (*kept)[static_cast<std::size_t>(c)] : c; }
};

/// Companions that follow their rows: row `source` of each column goes to place `at` of its result.
template <class... Ys>
struct followers;
template <>
struct followers<> {
  static constexpr bool none = true;
  SMELT_HD void copy(index, index) const {}
  void operator()(index, const index*, index) const {}
  followers moved(index) const { return {}; }
};
template <class Y, class... More>
struct followers<Y, More...> {
  static constexpr bool none = false;
  const Y* from = nullptr;
  index stride = 1;
  Y* to = nullptr;
  followers<More...> rest;

  SMELT_HD void copy(index at, index source) const {
    to[at] = from[source * stride];
    rest.copy(at, source);
  }
  /// As a map tells which rows went where.
  void operator()(index at, const index* sources, index n) const {
    for (index i = 0; i < n; ++i) to[at + i] = from[sources[i] * stride];
    rest(at, sources, n);
  }
  /// The same, their results beginning `rows` further on.
  followers moved(index rows) const { return {from, stride, to + rows, rest.moved(rows)}; }
};

namespace detail {

template <class Y, class... More>
followers<Y, More...> led_by(const Y* from, index stride, Y* to, const followers<More...>& rest) {
  return {from, stride, to, rest};
}
/// Each column of a tuple, from number K on, with the memory of a tuple that its rows go to.
template <std::size_t K = 0, class Columns, class Results>
auto follow(const Columns& columns, Results& results) {
  if constexpr (K == std::tuple_size_v<Columns>) {
    return followers<>{};
  } else {
    const auto& column = std::get<K>(columns);
    return led_by(column.data(), column.stride(), std::get<K>(results).data(),
                  follow<K + 1>(columns, results));
  }
}

}  // namespace detail

}  // namespace smelt::inline v0
