// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// One map of on::eigen, prepared: the loops for rows and columns that lie in memory, and for rows that
/// are decoded.

#include <smelt/core/table.hpp>
#include <smelt/plan/changes.hpp>
#include <smelt/policies/eigen/map.hpp>
#include <smelt/policies/eigen/turn.hpp>
#include <smelt/policies/executor.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// One map: what every task needs.
template <class Program, class View, class Out, class Written>
struct map_task {
  using value_type = typename View::value_type;
  using result = typename Out::value_type;

  const Program& p;
  const View& x;
  const map_request& request;
  const Out& out;
  const Written& written;
  shared_status& found;
  bool stream;  // results go past the caches

 protected:
  static constexpr index some_rows = 256;

  /// Calls `f(at, n, sources)` for a few of the rows [begin, end) at a time.
  template <class F>
  void in_some(index begin, index end, F&& f) const {
    index sources[some_rows];
    for (index at = begin; at < end; at += some_rows) {
      const index n = std::min(some_rows, end - at);
      request.rows(at, n, sources);
      f(at, n, static_cast<const index*>(sources));
    }
  }
  /// Tells companions where the rows [begin, end) have gone.
  void tell(index begin, index end) const {
    constexpr bool nobody = requires { requires Written::none; };
    if constexpr (!nobody)
      in_some(begin, end, [&](index at, index n, const index* from) { written(at, from, n); });
  }
  void finish(const pass_status& status) const {
    if (stream) fence_streams();
    found.merge(status);
  }
};

/// The loops over memory.
template <class Program, class View, class Out, class Written>
struct map_job : map_task<Program, View, Out, Written> {
  using base = map_task<Program, View, Out, Written>;
  using typename base::result;
  using typename base::value_type;
  using base::out;
  using base::p;
  using base::request;
  using base::stream;
  using base::written;
  using base::x;

  /// How many rows before they are read picked ones are asked for: some hundred nanoseconds.
  static constexpr index picked_ahead = 12;

  /// Rows [begin, end) that each stay where they are, a few at a time from memory: those that are
  /// `apart` from one another, whose results lie alike in their lines of a cache.
  void straight_rows(index begin, index end, index apart) const {
    pass_status status;
    const bool picked = !request.rows.contiguous();
    in_some(begin, end, [&](index at, index n, const index* sources) {
      index i = 0;
      for (; i + few * apart <= n; i += few * apart)
        for (index k = i; k < i + apart; ++k) {
          index rows[few];
          for (int r = 0; r < few; ++r) rows[r] = k + r * apart;
          if (picked)
            for (const index row : rows)
              if (row + picked_ahead < n) ask_for(sources[row + picked_ahead], at + row + picked_ahead);
          these_rows(at, sources, rows, status, picked);
        }
      for (; i < n; ++i) these_rows(at, sources, {i}, status, picked);
      written(at, sources, n);
    });
    finish(status);
  }
  template <std::size_t Rows>
  void these_rows(index at, const index* sources, const index (&rows)[Rows],
                  pass_status& status, bool picked) const {
    const value_type* from[Rows];
    result* to[Rows];
    for (std::size_t r = 0; r < Rows; ++r) {
      from[r] = x.data() + sources[rows[r]] * x.row_stride();
      to[r] = out.data() + (at + rows[r]) * out.row_stride();
    }
    index apart = 0;  // of rows that follow one another
    if constexpr (Rows > 1)
      if (!picked) apart = from[Rows - 1] - from[0] + (from[1] - from[0]);
    map_run(p, from, to, p.cols, numbers_of_rows{p.numbers, p.pitch, p.pitch}, stream, apart,
            [&](int r, index c) { status.infinite_at(x.first_row() + sources[rows[r]], c); });
  }

  /// Asks for the lines that a picked row lies in, and those it goes to: another core may have read
  /// them. Nothing else can know where the next row lies; of a long one the rest is foreseen.
  SMELT_INLINE void ask_for(index source, index to) const {
    constexpr index line = 64;
    constexpr index most = 8 * line;  // bytes
    const auto* from = reinterpret_cast<const char*>(x.data() + source * x.row_stride());
    auto* result_at = reinterpret_cast<char*>(out.data() + to * out.row_stride());
    const index bytes = std::min<index>(p.cols * index{sizeof(value_type)}, most);
    const index results = stream ? 0 : std::min<index>(p.cols * index{sizeof(result)}, most);
    for (index b = 0; b < bytes; b += line) __builtin_prefetch(from + b, 0, 3);
    for (index b = 0; b < results; b += line) __builtin_prefetch(result_at + b, 1, 3);
  }

  /// Rows that follow one another without a gap.
  void packed_rows(index begin, index end, const numbers_of_rows& numbers) const {
    pass_status status;
    const index first = request.rows.first() + begin;
    side_by_side(x.data() + first * p.cols, out.data() + begin * p.cols, end - begin, numbers, stream,
                 ahead, [=](index i) { return first + i; }, status);
    tell(begin, end);
    finish(status);
  }

  /// From column-major to row-major or back: a block of rows at a time is turned where it is near.
  /// `repeated` are the numbers for packed rows, or null.
  void turned_rows(index begin, index end, const numbers_of_rows* repeated) const {
    constexpr bool turns_source = columns_in_memory<View>;
    // Some lines of a cache down every column; but where columns that are written begin within lines,
    // few: the longer ones were found to take twice as long.
    bool few_rows = false;
    if constexpr (!turns_source) few_rows = !begins_lines(out.data(), out.col_stride());
    pass_status status;
    turned_block<std::conditional_t<turns_source, value_type, result>> block(end - begin, p.cols,
                                                                             few_rows ? 16 : 64,
                                                                             request.memory);
    for (index at = begin; at < end; at += block.rows()) {
      const index n = std::min(block.rows(), end - at);
      const index first = request.rows.first() + at;
      if constexpr (turns_source) {
        turn(x.data() + first, x.col_stride(), p.cols, n, block.data(), p.cols, false);
        near_rows(block.data(), p.cols, out.data() + at * out.row_stride(), out.row_stride(), n,
                  repeated, stream, [=](index i) { return first + i; }, status);
      } else {
        near_rows(x.data() + first * x.row_stride(), x.row_stride(), block.data(), p.cols, n, repeated,
                  false, [=](index i) { return first + i; }, status);
        turn(block.data(), p.cols, n, p.cols, out.data() + at, out.col_stride(), stream);
      }
    }
    tell(begin, end);
    finish(status);
  }

  /// Rows that are decoded: some at a time, where they are near.
  void decoded_rows(index begin, index end, const numbers_of_rows* repeated) const {
    pass_status status;
    constexpr index near = 16384 / index{sizeof(value_type)};  // elements, half of a first-level cache
    const index most = std::max<index>(near / std::max<index>(p.cols, 1), 1);
    turned_block<value_type> block(std::min({end - begin, base::some_rows, most}), p.cols, 1, request.memory);
    index sources[base::some_rows];
    for (index at = begin; at < end; at += block.rows()) {
      const index n = std::min(block.rows(), end - at);
      request.rows(at, n, sources);
      read_near(x, static_cast<const index*>(sources), n, block.data());
      near_rows(block.data(), p.cols, out.data() + at * out.row_stride(), out.row_stride(), n, repeated,
                stream, [&](index i) { return sources[i]; }, status);
    }
    tell(begin, end);
    finish(status);
  }

  /// Rows [begin, end) in runs, from each to one like it: `down` their columns, or along their rows.
  /// `repeated` as above.
  void straight_runs(index begin, index end, bool down, const numbers_of_rows* repeated) const {
    pass_status status;
    for (index at = begin; at < end;) {
      const index first = request.rows.first() + at;
      const auto from = rows_from(x, first);
      const auto to = rows_from(out, at);
      const index n = std::min({from.rows(), to.rows(), end - at});
      if (!down)
        near_rows(from.data(), from.row_stride(), to.data(), to.row_stride(), n, repeated, stream,
                  [=](index i) { return first + i; }, status);
      for (index k = 0; down && k < to.cols(); ++k) {
        const index c = request.column(k);
        // Runs are too short for hardware to see the next one coming.
        if (k + 1 < to.cols()) {
          ask_for<0>(from.data() + request.column(k + 1) * from.col_stride(), n);
          ask_for<1>(to.data() + (k + 1) * to.col_stride(), n);
        }
        map_run(p, {from.data() + c * from.col_stride()}, {to.data() + k * to.col_stride()}, n,
                numbers_down{p.numbers + c, p.pitch}, stream, 0,
                [&](int, index i) { status.infinite_at(x.first_row() + first + i, c); });
      }
      at += n;
    }
    tell(begin, end);
    finish(status);
  }

  /// Rows [begin, end) of columns [from, to) that are written, column by column, both column-major; by way of
  /// near memory where columns are encoded.
  void straight_columns(index begin, index end, index from, index to) const {
    pass_status status;
    const index first = request.rows.first() + begin;
    const index n = end - begin;
    for (index k = from; k < to; ++k) {
      const index c = request.column(k);
      auto run = [&](result* results, bool past_caches) {
        map_run(p, {x.data() + c * x.col_stride() + first}, {results}, n, numbers_down{p.numbers + c, p.pitch},
                past_caches, ahead, [&](int, index i) { status.infinite_at(x.first_row() + first + i, c); });
      };
      if constexpr (columns_in_memory<Out>) {
        run(out.data() + k * out.col_stride() + begin, stream);
      } else {
        turned_block<result> near(n, 1, n, request.memory);
        run(near.data(), false);
        write_column(out, k, begin, n, static_cast<const result*>(near.data()));
      }
    }
    if (from == 0) tell(begin, end);
    finish(status);
  }

  /// `n` rows, `from_step` apart, to rows that are `to_step` apart.
  template <class Source>
  void near_rows(const value_type* from, index from_step, result* to, index to_step, index n,
                 const numbers_of_rows* repeated, bool past_caches, const Source& source,
                 pass_status& status) const {
    if (repeated && from_step == p.cols && to_step == p.cols)
      return side_by_side(from, to, n, *repeated, past_caches, 0, source, status);
    for (index i = 0; i < n; ++i)
      map_run(p, {from + i * from_step}, {to + i * to_step}, p.cols,
              numbers_of_rows{p.numbers, p.pitch, p.pitch}, past_caches, 0,
              [&](int, index c) { status.infinite_at(x.first_row() + source(i), c); });
  }

 private:
  static constexpr int few = 2;         // rows with the same numbers at once
  static constexpr index ahead = 2048;  // elements: beyond the page at hand, where hardware stops

  /// Asks for `n` elements, to read (0) or to write them (1).
  template <int Write, class T>
  static void ask_for(const T* at, index n) {
    constexpr index line = 64 / sizeof(T);
    for (index i = 0; i < n; i += line) __builtin_prefetch(at + i, Write, 2);
  }
  /// `n` rows without gaps, as two runs of elements in the order of memory, for which numbers are read
  /// once, and what is left; row i is row `source(i)` of the view.
  template <class Source>
  void side_by_side(const value_type* from, result* to, index n, const numbers_of_rows& numbers,
                    bool past_caches, index asked_ahead, const Source& source,
                    pass_status& status) const {
    const index part = rows_side_by_side(n, p.cols * index{sizeof(result)}) * p.cols;
    auto report = [&](index i) {
      status.infinite_at(x.first_row() + source(i / p.cols), i % p.cols);
    };
    if (part > 0)
      map_run(p, {from, from + part}, {to, to + part}, part, numbers, past_caches, asked_ahead,
              [&](int r, index i) { report(r * part + i); });
    map_run(p, {from + 2 * part}, {to + 2 * part}, n * p.cols - 2 * part, numbers, past_caches,
            asked_ahead, [&](int, index i) { report(2 * part + i); });
  }
  using base::finish;
  using base::in_some;
  using base::tell;
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
