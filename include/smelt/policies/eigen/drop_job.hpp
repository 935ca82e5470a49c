// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The loops of a map of on::eigen for rows that drop, where nothing else looks across a row: which
/// rows stay is found first, in registers; those that do are then put side by side, near, and go
/// through the rest of the program like any others.

#include <smelt/policies/eigen/map_job.hpp>
#include <smelt/policies/eigen/row_total.hpp>

#include <algorithm>  // std::copy_n, std::max, std::min
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>  // std::move

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// True when rows of a program drop, and its other steps are functions of one value.
template <class Program>
inline constexpr bool only_drops = false;
template <class... Steps>
inline constexpr bool only_drops<program<Steps...>> =
    drops_rows<program<Steps...>> && !counts_changes<program<Steps...>> && ([] {
      if constexpr (is_mark<Steps> || decides<Steps>)
        return true;
      else
        return value_op<decltype(Steps::op)>;
    }() && ...);

/// The program of a row that stays.
template <class... Steps>
auto without_drops(const program<Steps...>& p) {
  auto kept = [](const auto& step) {
    if constexpr (decides<std::remove_cvref_t<decltype(step)>>)
      return std::tuple<>();
    else
      return std::make_tuple(step);
  };
  auto steps =
      std::apply([&](const auto&... step) { return std::tuple_cat(kept(step)...); }, p.steps);
  return [&]<class... Rest>(std::tuple<Rest...>& all) {
    return program<Rest...>{std::move(all), p.numbers, p.pitch, p.cols};
  }(steps);
}

/// True when rows leave by their place before any step has looked at them.
template <class Program>
inline constexpr bool places_decide = false;
template <class Step, class... Steps>
inline constexpr bool places_decide<program<Step, Steps...>> = [] {
  if constexpr (!decides<Step>)
    return places_decide<program<Steps...>>;
  else
    return keep_row_op<decltype(Step::op)>;
}();

/// Whether a row stays that lies in memory.
template <int At = 0, class Program, class T>
SMELT_INLINE bool stays(const Program& p, row_totals<Program, T, true>& totals, const T* row,
                        index source, index number) {
  constexpr auto at = static_cast<std::size_t>(At);
  if constexpr (at == std::tuple_size_v<decltype(p.steps)>) {
    return true;
  } else {
    using step_type = std::tuple_element_t<at, decltype(Program::steps)>;
    bool yes = true;
    if constexpr (decides<step_type>) {
      const auto& op = std::get<at>(p.steps).op;
      if constexpr (keep_row_op<std::remove_cvref_t<decltype(op)>>)
        yes = op.keeps_row(source, number);
      else
        yes = op.keeps(totals.template of<At>(row));
    }
    return yes && stays<At + 1>(p, totals, row, source, number);
  }
}

/// The loops.
template <class Program, class View, class Out, class Written>
struct drop_job : map_task<Program, View, Out, Written> {
  using base = map_task<Program, View, Out, Written>;
  using base::found;
  using base::out;
  using base::p;
  using base::request;
  using base::stream;
  using base::written;
  using base::x;
  using typename base::result;
  using typename base::value_type;

  /// Whether it can serve a request: whole rows are written, elsewhere than where they are read.
  bool serves() const { return !request.kept; }

  /// Rows [begin, end), one task's; those that stay are written where `place(how many)` says. Where
  /// an infinity is met that is not let in nothing is done: false.
  template <class Place>
  bool dropped_rows(index begin, index end, Place&& place) const {
    constexpr index most = map_rows(1);
    index from[most];
    row_totals<Program, value_type, true> totals(p, request.memory);
    index stay = 0;
    base::in_some(begin, end, [&](index at, index n, const index* sources) {
      for (index i = 0; i < n; ++i) {
        const value_type* const row = x.data() + sources[i] * x.row_stride();
        if constexpr (places_decide<Program>) totals.watch(row);  // of rows that leave, too
        from[stay] = sources[i];
        stay += stays(p, totals, row, sources[i], at + i) ? 1 : 0;
      }
    });
    if (totals.met_infinity()) return false;
    pass_status status;
    status.dropped = end - begin - stay;
    const index to = place(stay);
    write(from, stay, to, status);
    written(to, static_cast<const index*>(from), stay);
    found.merge(status);
    return true;
  }

 private:
  /// Writes `rows` rows to places from `to` on.
  void write(const index* from, index rows, index to, pass_status& status) const {
    const auto rest = without_drops(p);
    using rest_type = std::remove_cvref_t<decltype(rest)>;
    constexpr index near =
        16384 / index{sizeof(value_type)};  // elements, half of a first-level cache
    const index cols = p.cols;
    const index some = std::max<index>(near / std::max<index>(cols, 1), 1);
    turned_block<value_type> block(std::min(rows, some), cols, 1, request.memory);
    repeated_numbers numbers;
    const bool repeats = out.row_stride() == cols && rows > repeated_numbers::few &&
                         repeated_numbers::fits(number_rows<rest_type>, cols);
    if (repeats) numbers.repeat(p.numbers, number_rows<rest_type>, cols, p.pitch);
    const auto all = numbers.numbers();
    const bool past_caches = stream && repeats;
    const map_job<rest_type, View, Out, Written> job{
        {rest, x, request, out, written, found, past_caches}};
    for (index at = 0; at < rows; at += block.rows()) {
      const index n = std::min(block.rows(), rows - at);
      for (index i = 0; i < n; ++i)
        std::copy_n(x.data() + from[at + i] * x.row_stride(), cols, block.data() + i * cols);
      job.near_rows(
          block.data(), cols, out.data() + (to + at) * out.row_stride(), out.row_stride(), n,
          repeats ? &all : nullptr, past_caches, [=](index i) { return from[at + i]; }, status);
    }
    if (past_caches) fence_streams();
  }
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
