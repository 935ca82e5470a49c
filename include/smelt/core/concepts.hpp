// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a stage and a statistic are: the whole of what an extension must provide.

#include <smelt/core/affine.hpp>
#include <smelt/core/types.hpp>

#include <array>
#include <concepts>
#include <string>
#include <type_traits>

namespace smelt::inline v0 {

/// What a stage does to the rows and values that stand right of it; the planner knows a stage by
/// this alone.
enum class effect {
  fill,      ///< missing values become one number a column: `solve` returns it (missing: none)
  affine,    ///< a straight line a column: `solve` returns the `affine` that the slot's frame made
  monotone,  ///< an increasing or decreasing function of one value: `solve` returns its numbers
  value,     ///< any other function of one value: `solve` returns its numbers
  across,    ///< a value and a reduction over its row: row norms
  columns,   ///< some columns leave: `solve` returns whether this one stays
  drop,      ///< some rows leave, judged by a reduction over the row or by the row's number
  sampler    ///< which source rows come out, and in what order
};

/// What an op does to values that a status can count: `static constexpr change counted_as =
/// change::filled;` in the op.
enum class change {
  none,
  filled,  ///< a missing value becomes a number
  clipped  ///< a number becomes another one, a bound
};

/// The statistics a stage asks for: `using needs = statistics<moments, extrema>;`.
template <class... S>
struct statistics {};

/// A mergeable per-column summary. `fields` doubles are folded for each column: by `note` for each
/// row, in eight lanes where the result depends on the order (`laned`), else in any order; one that says
/// `skips_missing` need not be asked where a value is missing. `finish` makes the value that stages
/// read. Optional functions on that value say what a statistic can be carried through without another
/// read: `fill`, `along` (affine), `monotone`, `pool` (over columns). A statistic without one of them
/// costs a pass there, nothing else.
template <class S>
concept statistic = requires(double* f, const double* g, double x, int field, index n) {
  { S::fields + 0 } -> std::convertible_to<int>;
  { S::laned } -> std::convertible_to<bool>;
  { S::identity(field) } -> std::convertible_to<double>;
  S::template note<double, bool>(f, x, x, true);
  S::template merge<double>(f, g);
  { S::finish(g, x, n) } -> std::same_as<typename S::value>;
};

/// A described step: a small value with an effect, and `solve` for its numbers. Optional: `needs`
/// (statistics), `op`, `make_op()`, `whole_table` (one slot for all columns), `text()`, and, for data
/// that are not among its numbers, such as a mask, `given_bytes()`, a std::string_view of them.
template <class S>
concept stage = requires {
  { std::remove_cvref_t<S>::does } -> std::convertible_to<effect>;
};

/// Which rows of how many a sampler chooses, and in what order: `map(rows, epoch)`, a row_map
/// (plan/row_map.hpp), or a kept_row_map where it needs a list; or `order(rows, epoch)`, a
/// permutation, of which the first `count(rows)` are chosen. Optional: whether so many rows can be
/// chosen from, `check(rows, found)`, which is asked first. One with a row_map says `folds_as_drawn`:
/// whether rows may repeat, so that a fit folds them as they are drawn, and not through a mask.
template <class S>
concept sampler = requires(const S& s, index rows, std::uint64_t epoch) {
  { S::reorders_only } -> std::convertible_to<bool>;
  requires requires { s.map(rows, epoch).find(rows); } || requires {
    { s.count(rows) } -> std::convertible_to<index>;
    s.order(rows, epoch);
  };
};

/// A sampler that judges row by row is a stage of its own; see samplers/bernoulli.hpp.
template <class S>
concept row_sampler = requires(const S& s) {
  { s.as_stage() } -> stage;
};

namespace detail {

struct no_op {
  static constexpr int numbers = 0;
};

template <class S>
struct op_of {
  using type = no_op;
};
template <class S>
  requires requires { typename S::op; }
struct op_of<S> {
  using type = typename S::op;
};

template <class Op>
inline constexpr change change_by = change::none;
template <class Op>
  requires requires { Op::counted_as; }
inline constexpr change change_by<Op> = Op::counted_as;

template <class S>
struct declared_needs {
  using type = statistics<>;
};
template <class S>
  requires requires { typename S::needs; }
struct declared_needs<S> {
  using type = typename S::needs;
};

/// Whether a stage has words of its own, by which a file knows it again.
template <class S>
inline constexpr bool has_words = [] {
  if constexpr (requires { S::has_words; })
    return bool{S::has_words};
  else
    return requires(const S& s) { s.text(); };
}();

/// A stage in words, for descriptions and messages.
template <class S>
std::string text_of(const S& stage) {
  if constexpr (requires { stage.text(); })
    return stage.text();
  else
    return "a stage";
}

}  // namespace detail

/// The statistics of a stage, none by default.
template <class S>
using needs_of = typename detail::declared_needs<S>::type;

/// A stage that must see data before it has numbers.
template <class S>
inline constexpr bool learned = !std::is_same_v<needs_of<S>, statistics<>>;

/// A stage that treats the whole table as one column.
template <class S>
inline constexpr bool whole_table = [] {
  if constexpr (requires { S::whole_table; })
    return S::whole_table;
  else
    return false;
}();

/// How many numbers a stage keeps for each column.
template <class S>
inline constexpr int numbers_of = S::does == effect::fill      ? 1
                                  : S::does == effect::affine  ? 3
                                  : S::does == effect::columns ? 1
                                  : S::does == effect::sampler ? 0
                                                               : detail::op_of<S>::type::numbers;

}  // namespace smelt::inline v0
