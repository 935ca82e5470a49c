// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How on::eigen runs a map: which of its loops fits the layouts and the program, in tasks of some
/// rows.

#include <smelt/core/table.hpp>
#include <smelt/policies/eigen/map.hpp>
#include <smelt/policies/executor.hpp>

#include <vector>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// One map, prepared: what every task needs.
template <class Program, class View, class Out, class Written>
struct map_job {
  using value_type = typename View::value_type;
  using result = typename Out::value_type;

  const Program& p;
  const View& x;
  const map_request& request;
  const Out& out;
  const Written& written;
  shared_status& found;

  index count() const { return request.rows.count(); }

  /// Runs over rows [begin, end) that each stay where they are, row by row from memory.
  void straight_rows(index begin, index end, const repeated_numbers* repeated) const {
    pass_status status;
    index sources[256];
    const bool overwrites = is_in_place();
    for (index at = begin; at < end; at += 256) {
      const index n = std::min<index>(256, end - at);
      request.rows(at, n, sources);
      // What is written over cannot be searched afterwards.
      if (overwrites) find_infinities(p, x, sources, n, status);
      bool bad = false;
      if (repeated) {
        bad = map_repeated(sources[0], at, n, *repeated);
      } else {
        for (index i = 0; i < n; ++i)
          bad = map_span(p, x.data() + sources[i] * x.row_stride(),
                         out.data() + (at + i) * out.row_stride(), p.cols, p.numbers, p.pitch) ||
                bad;
      }
      if (bad && !overwrites) find_infinities(p, x, sources, n, status);
      written(at, static_cast<const index*>(sources), n);
    }
    found.merge(status);
  }

  /// Rows that follow one another without a gap, as one run of elements.
  bool map_repeated(index source, index at, index n, const repeated_numbers& numbers) const {
    const value_type* from = x.data() + source * p.cols;
    result* to = out.data() + at * p.cols;
    bool bad = false;
    for (index left = n * p.cols; left > 0; left -= numbers.period) {
      const index some = std::min(left, numbers.period);
      bad = map_span(p, from, to, some, numbers.values, numbers.period) || bad;
      from += some;
      to += some;
    }
    return bad;
  }

  /// Column by column, both column-major.
  void straight_columns(index begin, index end) const {
    pass_status status;
    const index n = end - begin;
    const index first = request.rows.first() + begin;
    std::vector<index> sources(static_cast<std::size_t>(n));
    request.rows(begin, n, sources.data());
    const bool overwrites = is_in_place();
    if (overwrites) find_infinities(p, x, sources.data(), n, status);
    bool bad = false;
    for (index k = 0; k < request.width(p.cols); ++k) {
      const index c = request.column(k);
      bad = map_column(p, x.data() + c * x.col_stride() + first,
                       out.data() + k * out.col_stride() + begin, n, p.numbers + c, p.pitch) ||
            bad;
    }
    if (!overwrites && bad) find_infinities(p, x, sources.data(), n, status);
    written(begin, static_cast<const index*>(sources.data()), n);
    found.merge(status);
  }

  /// Rows [begin, end) through tiles, each row out in its place.
  void tiled_rows(index begin, index end) const {
    pass_status status;
    tile rows(p.cols);
    index sources[tile::most];
    index numbers[tile::most];
    for (index at = begin; at < end; at += rows.capacity()) {
      const index n = std::min(rows.capacity(), end - at);
      take(rows, at, n, sources, numbers, status);
      for (index i = 0; i < n; ++i) {
        if (!rows.stays(i)) ++status.dropped;
        if (request.marks) request.marks[at + i] = rows.stays(i) ? 0 : 1;
      }
      put(rows, 0, at, n);
      written(at, static_cast<const index*>(sources), n);
    }
    found.merge(status);
  }

  /// Rows [begin, end) of which some drop: kept ones are collected, then written where the rows of
  /// lower tasks end. `ends[task]` is where task's rows begin, negative until that is known.
  template <class Await>
  void dropped_rows(index begin, index end, const Await& await) const {
    pass_status status;
    tile rows(p.cols);
    const index width = request.width(p.cols);
    table<result> kept(end - begin, width);
    std::vector<index> from;
    index sources[tile::most];
    index numbers[tile::most];
    for (index at = begin; at < end; at += rows.capacity()) {
      const index n = std::min(rows.capacity(), end - at);
      take(rows, at, n, sources, numbers, status);
      for (index i = 0; i < n; ++i) {
        if (!rows.stays(i)) {
          ++status.dropped;
          continue;
        }
        write_row(rows.row(i), kept.data() + static_cast<index>(from.size()) * width);
        from.push_back(sources[i]);
      }
    }
    const auto n = static_cast<index>(from.size());
    const index to = await(n);
    for (index i = 0; i < n; ++i) {
      if constexpr (rows_in_memory<Out>)
        std::copy_n(kept.data() + i * width, width, out.data() + (to + i) * out.row_stride());
      else
        for (index c = 0; c < width; ++c) out(to + i, c) = kept(i, c);
    }
    written(to, static_cast<const index*>(from.data()), n);
    found.merge(status);
  }

  /// The same where one task does all rows: kept ones go out as they are found. Returns how many.
  index dropped_rows(index begin, index end) const {
    pass_status status;
    tile rows(p.cols);
    index sources[tile::most];
    index numbers[tile::most];
    index to = 0;
    for (index at = begin; at < end; at += rows.capacity()) {
      const index n = std::min(rows.capacity(), end - at);
      take(rows, at, n, sources, numbers, status);
      index kept = 0;
      for (index i = 0; i < n; ++i) {
        if (!rows.stays(i)) {
          ++status.dropped;
          continue;
        }
        put(rows, i, to + kept - i, i + 1);
        sources[kept++] = sources[i];
      }
      written(to, static_cast<const index*>(sources), kept);
      to += kept;
    }
    found.merge(status);
    return to;
  }

  bool is_in_place() const {
    if constexpr (dense_view<View>)
      return static_cast<const void*>(x.data()) == static_cast<const void*>(out.data());
    else
      return false;
  }

 private:
  void take(tile& rows, index at, index n, index* sources, index* numbers,
            pass_status& status) const {
    request.rows(at, n, sources);
    for (index i = 0; i < n; ++i) numbers[i] = at + i;
    rows.load_rows(p, x, sources, n, status);
    if (request.marks)
      rows.template run<true>(p, sources, numbers, n, [](auto) {});
    else
      rows.template run<false>(p, sources, numbers, n, [](auto) {});
  }
  void write_row(const double* from, result* to) const {
    if (request.kept) {
      for (index k = 0; k < request.width(p.cols); ++k)
        to[k] = narrow<result>(from[request.column(k)]);
      return;
    }
    index c = 0;
    for (; c + packet::size <= p.cols; c += packet::size) store(to + c, load(from + c));
    for (; c < p.cols; ++c) to[c] = narrow<result>(from[c]);
  }
  void put(tile& rows, index begin, index at, index n) const {
    if constexpr (rows_in_memory<Out>) {
      for (index i = begin; i < n; ++i)
        write_row(rows.row(i), out.data() + (at + i) * out.row_stride());
    } else {
      for (index k = 0; k < request.width(p.cols); ++k)
        for (index i = begin; i < n; ++i)
          out(at + i, k) = narrow<result>(rows.row(i)[request.column(k)]);
    }
  }
};

/// Runs a map on an executor; returns the number of rows written.
template <class Program, class View, class Out, class Written>
index run_eigen_map(const executor& on, const Program& p, const View& x,
                    const map_request& request, const Out& out, pass_status& status,
                    const Written& written) {
  shared_status found;
  const map_job<Program, View, Out, Written> job{p, x, request, out, written, found};
  const index rows = request.rows.count();
  const index step = map_rows(p.cols);
  const index tasks = (rows + step - 1) / step;
  index out_rows = rows;
  auto each_block = [&](auto&& f) {
    auto task = [&](index t, int) { f(t * step, std::min(rows, (t + 1) * step)); };
    if (tasks <= 1) {
      if (tasks == 1) task(0, 0);
    } else {
      on(tasks, task);
    }
  };
  if constexpr (drops_rows<Program>) {
    if (!request.marks) {
      if (tasks <= 1) {
        const index end = job.dropped_rows(0, rows);
        status.merge(found.all());
        return end;
      }
      // Where the rows of task t begin is known when task t - 1 has counted its own.
      std::atomic<index> turn{0};
      index end = 0;
      auto task = [&](index t, int) {
        job.dropped_rows(t * step, std::min(rows, (t + 1) * step), [&](index n) {
          while (turn.load(std::memory_order_acquire) != t) std::this_thread::yield();
          const index begin = end;
          end += n;
          turn.store(t + 1, std::memory_order_release);
          return begin;
        });
      };
      on(tasks, task);
      status.merge(found.all());
      return end;
    }
  }
  if constexpr (elementwise<Program> && rows_in_memory<View> && rows_in_memory<Out>) {
    if (!request.kept) {
      const bool packed = request.rows.contiguous() && x.row_stride() == p.cols &&
                          out.row_stride() == p.cols && p.cols % packet::size != 0 && rows > 64 &&
                          repeated_numbers::fits(number_rows<Program>, p.cols);
      if (packed) {
        repeated_numbers numbers;  // 32 KiB: not worth a block of the heap for each batch
        numbers.repeat(p.numbers, number_rows<Program>, p.cols, p.pitch);
        each_block([&](index b, index e) { job.straight_rows(b, e, &numbers); });
      } else {
        each_block([&](index b, index e) { job.straight_rows(b, e, nullptr); });
      }
      status.merge(found.all());
      return out_rows;
    }
  }
  if constexpr (elementwise<Program> && columns_in_memory<View> && columns_in_memory<Out>) {
    if (request.rows.contiguous()) {
      each_block([&](index b, index e) { job.straight_columns(b, e); });
      status.merge(found.all());
      return out_rows;
    }
  }
  each_block([&](index b, index e) { job.tiled_rows(b, e); });
  status.merge(found.all());
  return out_rows;
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
