// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The loops of a map of on::eigen for a program in which one step looks across each row, and none
/// drops it: what that step finds in some rows comes first, in registers; then it is a number
/// beside those of the columns, and the rows, which are near now, go through the program like any
/// others.

#include <smelt/policies/eigen/map_job.hpp>
#include <smelt/policies/eigen/row_total.hpp>
#include <smelt/policies/eigen/tile_job.hpp>

#include <algorithm>  // std::copy_n, std::fill_n, std::max, std::min
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>  // std::move

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// The step of a program that looks across rows; -1 where there is none, or more than one, or where
/// rows drop or changes are counted.
template <class Program>
inline constexpr int lone_across = -1;
template <class... Steps>
inline constexpr int lone_across<program<Steps...>> = [] {
  if (drops_rows<program<Steps...>> || counts_changes<program<Steps...>>) return -1;
  constexpr bool across[] = {[] {
                               if constexpr (is_mark<Steps>)
                                 return false;
                               else
                                 return across_op<decltype(Steps::op)>;
                             }()...,
                             false};
  int found = -1;
  for (std::size_t k = 0; k < sizeof...(Steps); ++k)
    if (across[k]) {
      if (found >= 0) return -1;
      found = static_cast<int>(k);
    }
  return found;
}();

/// A step across a row that has been found what it looks for: row `Whole` of the numbers has it.
template <class Op, int Offset, int Whole>
struct found_step {
  static constexpr int offset = Offset;
  static constexpr int numbers = Op::numbers;
  Op op;
};
template <class V, class Op, int Offset, int Whole, class Numbers>
SMELT_INLINE V stepped(const found_step<Op, Offset, Whole>& step, V x, const Numbers& numbers) {
  return step.op.apply(x, numbers.template get<V>(Whole),
                       static_cast<const V*>(step_numbers<V, op_step<Op, Offset>>(numbers).at));
}

/// A program with its step across rows taken for one of values.
template <int Whole, class... Steps>
auto with_whole_found(const program<Steps...>& p) {
  auto one = []<class Step>(const Step& step) {
    if constexpr (is_mark<Step>)
      return step;
    else if constexpr (across_op<decltype(Step::op)>)
      return found_step<decltype(Step::op), Step::offset, Whole>{step.op};
    else
      return step;
  };
  auto steps =
      std::apply([&](const auto&... step) { return std::make_tuple(one(step)...); }, p.steps);
  return [&]<class... All>(std::tuple<All...>& all) {
    return program<All...>{std::move(all), p.numbers, p.pitch, p.cols};
  }(steps);
}

/// The loops.
template <class Program, class View, class Out, class Written>
struct across_job : map_task<Program, View, Out, Written> {
  using base = map_task<Program, View, Out, Written>;
  using base::out;
  using base::p;
  using base::request;
  using base::stream;
  using base::x;
  using typename base::result;
  using typename base::value_type;
  static constexpr int step = lone_across<Program>;
  static constexpr int whole = number_rows<Program>;

  /// Whether it can serve a request: whole rows are written, without gaps, and are not long.
  bool serves() const {
    return !request.kept && !request.marks && out.row_stride() == p.cols && p.cols > 0 &&
           (p.cols + pair) * (whole + 1) <= most;
  }

  /// Rows [begin, end), one task's.
  void whole_rows(index begin, index end) const {
    const index cols = p.cols;
    const index some = std::max<index>((usual / (whole + 1) - pair) / cols, 1);  // at a time
    const index pitch = some * cols + pair;
    alignas(64) double values[most];
    double total[usual];  // apart from what is made of it, so that rows do not wait for each other
    const swept of_values(values, request.memory);
    const swept of_totals(total, request.memory);
    for (int k = 0; k < whole; ++k)
      for (index i = 0; i < pitch; i += cols)
        std::copy_n(p.numbers + k * p.pitch, std::min(cols, pitch - i), values + k * pitch + i);
    double* const wholes = values + whole * pitch;
    std::fill_n(wholes, pitch, 0.0);

    const auto rest = with_whole_found<whole>(p);
    using rest_type = std::remove_cvref_t<decltype(rest)>;
    const auto& op = std::get<static_cast<std::size_t>(step)>(p.steps).op;
    const bool as_they_lie = request.rows.contiguous() && x.row_stride() == cols;
    turned_block<value_type> near(as_they_lie ? 1 : some, cols, as_they_lie ? 0 : some, request.memory);
    row_totals<Program, value_type, false> totals(p, request.memory);
    for (index at = begin; at < end; at += some) {
      const index n = std::min(some, end - at);
      const value_type* from = near.data();
      if (as_they_lie) {
        from = x.data() + (request.rows.first() + at) * cols;
      } else {
        base::in_some(at, at + n, [&](index b, index rows, const index* sources) {
          for (index i = 0; i < rows; ++i)
            std::copy_n(x.data() + sources[i] * x.row_stride(), cols,
                        near.data() + (b - at + i) * cols);
        });
      }
      for (index r = 0; r < n; ++r) total[r] = totals.template of<step>(from + r * cols);
      for (index r = 0; r < n; ++r) total[r] = op.finish(total[r]);
      for (index r = 0; r < n; ++r) {
        const packet same(total[r]);
        for (index c = 0; c < cols; c += packet::size) store_raw(wholes + r * cols + c, same);
      }
      const value_type* const first[] = {from};
      result* const to[] = {out.data() + at * cols};
      const numbers_of_rows numbers{values, pitch, some * cols};
      // What is written over cannot be read again: there the search comes first.
      const bool over = static_cast<const void*>(from) == static_cast<const void*>(to[0]);
      if ((over && meets_infinity<rest_type>(from, n * cols, numbers)) ||
          run_fast(rest, first, to, n * cols, numbers, stream, 0))
        tile_job<Program, View, Out, Written>{*this}.tiled_rows(at, at + n);
    }
    base::tell(begin, end);
    if (stream) fence_streams();
  }

 private:
  static constexpr index most = 4096;   // numbers: as many as a first-level cache holds
  static constexpr index usual = 2048;  // where rows are short: half of it
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
