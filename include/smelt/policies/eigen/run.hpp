// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How on::eigen runs a map: which of its loops fits the layouts and the program, in tasks of some
/// rows.

#include <smelt/policies/concurrency.hpp>
#include <smelt/policies/eigen/across_job.hpp>
#include <smelt/policies/eigen/drop_job.hpp>
#include <smelt/policies/eigen/map_job.hpp>
#include <smelt/policies/eigen/tile_job.hpp>
#include <smelt/policies/executor.hpp>

#include <algorithm>  // std::max, std::min
#include <atomic>
#include <numeric>  // std::gcd
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Whether results are better written past the caches: where they do not fit in them, or another core
/// reads them and has those that were there before. A line that is written whole need not be read first.
template <class View, class Out>
bool worth_streaming(const View& x, const Out& out, bool elsewhere = false) {
  if constexpr (!dense_view<View> && !block_view<View>) {
    return false;
  } else {
    auto same_memory = [&] {
      if constexpr (requires { x.data(); out.data(); })
        return static_cast<const void*>(x.data()) == static_cast<const void*>(out.data());
      else
        return false;
    };
    constexpr index surely_cached = index{1} << 20;  // elements
    const index elements = out.rows() * out.cols();
    return (elsewhere || (elements > surely_cached &&
                          elements * static_cast<index>(sizeof(typename Out::value_type)) >
                              last_cache())) &&
           !same_memory();
  }
}

/// Who is told where rows have gone, when the rows at hand are `rows` further on.
template <class Written>
struct told_further_on {
  static constexpr bool none = requires { requires Written::none; };
  const Written& written;
  index rows;
  void operator()(index at, const index* sources, index n) const { written(at + rows, sources, n); }
};

/// Whether rows of both lie in memory in runs that may be alike, and not in one.
template <class View, class Out>
inline constexpr bool run_in_memory = (run_view<View> && (run_view<Out> || dense_view<Out>)) ||
                                      (dense_view<View> && run_view<Out>);

/// Runs a map on an executor; returns the number of rows written.
template <class Program, class View, class Out, class Written>
index run_eigen_map(const executor& on, const Program& p, const View& x,
                    const map_request& request, const Out& out, pass_status& status,
                    const Written& written) {
  shared_status found;
  const map_task<Program, View, Out, Written> map{p,       x,     request,          out,
                                                  written, found, worth_streaming(x, out, request.elsewhere)};
  const tile_job<Program, View, Out, Written> tiles{map};
  const index rows = request.rows.count();
  const index step = map_rows(p.cols);
  using result = typename Out::value_type;
  index out_rows = rows;
  constexpr bool by_element = elementwise<Program> && !counts_changes<Program>;
  auto in_tasks = [&](index tasks, auto&& task) {
    if (tasks == 1)
      task(0, 0);
    else if (tasks > 1)
      on(tasks, task);
  };
  auto each_block = [&](index size, auto&& f) {
    in_tasks((rows + size - 1) / size,
             [&](index t, int) { f(t * size, std::min(rows, (t + 1) * size)); });
  };
  if constexpr (drops_rows<Program>) {
    if (!request.marks) {
      const index tasks = (rows + step - 1) / step;
      // One task's rows, by the faster loops where they can; false where they cannot.
      auto fast = [&]([[maybe_unused]] index b, [[maybe_unused]] index e, [[maybe_unused]] auto&& place) {
        if constexpr (only_drops<Program> && rows_in_memory<View> && rows_in_memory<Out>) {
          const drop_job<Program, View, Out, Written> job{map};
          return job.serves() && job.dropped_rows(b, e, place);
        }
        return false;
      };
      index end = 0;
      if (tasks <= 1) {
        if (!fast(0, rows, [&](index n) { return end = n, index{0}; })) end = tiles.dropped_rows(0, rows);
        status.merge(found.all());
        return end;
      }
      std::atomic<index> next{0};
      using job_type = decltype(tiles);
      list<typename job_type::kept_rows> kept(static_cast<std::size_t>(on.size),
                                              typename job_type::kept_rows{request.memory}, request.memory);
      auto task = [&](index t, int worker) {
        auto& mine = kept[static_cast<std::size_t>(worker)];
        task_turn turn{next, end, t};
        const index b = t * step;
        const index e = std::min(rows, b + step);
        if (!fast(b, e, [&](index n) { return turn.take(n); })) tiles.dropped_rows(b, e, mine, turn);
      };
      on(tasks, task);
      status.merge(found.all());
      return end;
    }
  }
  if constexpr (lone_across<Program> >= 0 && rows_in_memory<View> && rows_in_memory<Out>) {
    const across_job<Program, View, Out, Written> whole{map};
    if (whole.serves()) {
      each_block(step, [&](index b, index e) { whole.whole_rows(b, e); });
      status.merge(found.all());
      return out_rows;
    }
  }
  map_job<Program, View, Out, Written> job{map};
  constexpr bool by_rows = rows_in_memory<View> && rows_in_memory<Out>;
  constexpr bool turns = (columns_in_memory<View> && rows_in_memory<Out>) ||
                         (rows_in_memory<View> && columns_in_memory<Out>);
  if constexpr (by_element && (by_rows || turns)) {
    const bool in_order = request.rows.contiguous();
    if (!request.kept && (by_rows || in_order)) {
      repeated_numbers numbers;  // 16 KiB: not worth a block of the heap for each batch
      bool packed = false;
      if constexpr (by_rows)
        packed = in_order && x.row_stride() == p.cols && out.row_stride() == p.cols;
      const bool repeats = (turns || packed) && rows > repeated_numbers::few &&
                           repeated_numbers::fits(number_rows<Program>, p.cols);
      if (repeats) numbers.repeat(p.numbers, number_rows<Program>, p.cols, p.pitch);
      const auto all = numbers.numbers();
      if constexpr (turns) {
        constexpr index least = 64;  // rows: some lines of a cache down every column
        each_block(std::max(step, least),
                   [&](index b, index e) { job.turned_rows(b, e, repeats ? &all : nullptr); });
      } else if (repeats) {
        each_block(step, [&](index b, index e) { job.packed_rows(b, e, all); });
      } else {
        // A row that begins within a line of the caches writes its first and its last in two parts.
        constexpr index line = 64;
        constexpr index bytes = sizeof(result);
        job.stream = job.stream && (begins_lines(out.data(), out.row_stride()) ||
                                    p.cols * bytes >= 16 * line);
        const index apart =
            job.stream ? line / std::gcd(line, out.row_stride() * bytes) : 1;
        constexpr index drawn = 256;  // rows worth a task: they wait for memory, not for arithmetic
        each_block(in_order ? step : std::min(step, drawn),
                   [&](index b, index e) { job.straight_rows(b, e, apart); });
      }
      status.merge(found.all());
      return out_rows;
    }
  }
  if constexpr (by_element && run_in_memory<View, Out>) {
    if (rows == 0) return out_rows;
    const auto from = rows_from(x, 0);
    const auto to = rows_from(out, 0);
    const bool down = from.row_stride() == 1 && to.row_stride() == 1;
    const bool along = from.col_stride() == 1 && to.col_stride() == 1 && !request.kept;
    if (request.rows.contiguous() && (down || along)) {
      // Of a shorter run too many lines of the caches are written in part.
      constexpr index worth_it = 16384;  // bytes
      const index size = down ? std::min(from.rows(), to.rows()) : p.cols;
      job.stream = job.stream && size * index{sizeof(result)} >= worth_it;
      repeated_numbers numbers;
      const bool repeats = !down && from.row_stride() == p.cols && to.row_stride() == p.cols &&
                           rows > repeated_numbers::few && repeated_numbers::fits(number_rows<Program>, p.cols);
      if (repeats) numbers.repeat(p.numbers, number_rows<Program>, p.cols, p.pitch);
      const auto all = numbers.numbers();
      each_block(step,
                 [&](index b, index e) { job.straight_runs(b, e, down, repeats ? &all : nullptr); });
      status.merge(found.all());
      return out_rows;
    }
  }
  constexpr bool takes_columns = columns_in_memory<Out> || column_output<Out>;
  if constexpr (by_element && columns_in_memory<View> && takes_columns) {
    if (request.rows.contiguous()) {
      // Long runs down a few columns. There is a task for no column too: companions may follow.
      constexpr index down = map_rows(1);
      constexpr index few = 8;
      const index width = request.width(p.cols);
      const index blocks = (rows + down - 1) / down;
      in_tasks(blocks * std::max<index>((width + few - 1) / few, 1), [&](index t, int) {
        const index b = t % blocks * down;
        const index k = t / blocks * few;
        job.straight_columns(b, std::min(rows, b + down), k, std::min(width, k + few));
      });
      status.merge(found.all());
      return out_rows;
    }
  }
  if constexpr (by_element && block_output<Out>) {
    // Some rows at a time, near, by the loops for rows in memory.
    const index width = request.width(p.cols);
    each_block(step, [&](index b, index e) {
      turned_block<result> near(e - b, width, 1, request.memory);
      for (index at = b; at < e; at += near.rows()) {
        const index n = std::min(near.rows(), e - at);
        const drawn_rows these{request.rows.members, request.rows.draw.slice(at, n)};
        const map_request mine{these, request.kept, nullptr, request.placed, false, false, request.memory};
        pass_status met;
        run_eigen_map(inline_executor(), p, x, mine, matrix_view<result>(near.data(), n, width), met,
                      told_further_on<Written>{written, at});
        found.merge(met);
        write_near(out, at, n, static_cast<const result*>(near.data()));
      }
    });
    status.merge(found.all());
    return out_rows;
  }
  if constexpr (by_element && block_view<View> && rows_in_memory<Out>) {
    if (!request.kept) {
      repeated_numbers numbers;
      const bool repeats = out.row_stride() == p.cols && rows > repeated_numbers::few &&
                           repeated_numbers::fits(number_rows<Program>, p.cols);
      if (repeats) numbers.repeat(p.numbers, number_rows<Program>, p.cols, p.pitch);
      const auto all = numbers.numbers();
      // Within lines of the caches whole ones are not written; see above.
      job.stream = job.stream && repeats;
      each_block(step, [&](index b, index e) { job.decoded_rows(b, e, repeats ? &all : nullptr); });
      status.merge(found.all());
      return out_rows;
    }
  }
  each_block(step, [&](index b, index e) { tiles.tiled_rows(b, e); });
  status.merge(found.all());
  return out_rows;
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
