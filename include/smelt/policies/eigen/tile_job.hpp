// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The loops of a map of on::eigen for rows that must be seen whole, and for rows that drop: through
/// tiles.

#include <smelt/core/table.hpp>
#include <smelt/plan/changes.hpp>
#include <smelt/policies/eigen/map_job.hpp>
#include <smelt/policies/eigen/tile.hpp>

#include <algorithm>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// The loops over tiles.
template <class Program, class View, class Out, class Written>
struct tile_job : map_task<Program, View, Out, Written> {
  using base = map_task<Program, View, Out, Written>;
  using typename base::result;
  using base::found;
  using base::out;
  using base::p;
  using base::request;
  using base::written;
  using base::x;

  /// Rows [begin, end) through tiles, each row out in its place.
  void tiled_rows(index begin, index end) const {
    pass_status status;
    tile rows(p.cols, request.memory);
    index sources[tile::most];
    index numbers[tile::most];
    for (index at = begin; at < end; at += rows.capacity()) {
      const index n = std::min(rows.capacity(), end - at);
      take(rows, at, n, sources, numbers, status);
      for (index i = 0; i < n; ++i) {
        if (!rows.stays(i)) ++status.dropped;
        if (request.marks) request.marks[at + i] = rows.stays(i) == request.marks_stay;
      }
      put(rows, 0, at, n);
      written(at, static_cast<const index*>(sources), n);
    }
    found.merge(status);
  }

  /// Rows that stay, of one task after another, and where they are from.
  struct kept_rows {
    buffer<result> rows;
    list<index> from;
    explicit kept_rows(resource_ref memory) : rows(0, memory), from(memory) {}
  };
  /// Rows [begin, end) of which some drop: kept ones are collected, then written where the rows of
  /// lower tasks end.
  void dropped_rows(index begin, index end, kept_rows& kept, task_turn& turn) const {
    pass_status status;
    tile rows(p.cols, request.memory);
    const index width = request.width(p.cols);
    if (kept.rows.size() < (end - begin) * width) kept.rows = buffer<result>((end - begin) * width, request.memory);
    list<index>& from = kept.from;
    from.clear();
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
        write_row(rows.row(i), kept.rows.data() + static_cast<index>(from.size()) * width);
        from.push_back(sources[i]);
      }
    }
    const auto n = static_cast<index>(from.size());
    const index to = turn.take(n);
    for (index i = 0; i < n; ++i) {
      if constexpr (rows_in_memory<Out>)
        std::copy_n(kept.rows.data() + i * width, width, out.data() + (to + i) * out.row_stride());
      else if constexpr (!block_output<Out>)
        for (index c = 0; c < width; ++c) out(to + i, c) = kept.rows.data()[i * width + c];
    }
    if constexpr (block_output<Out>)
      write_rows(out, to, n, static_cast<const result*>(kept.rows.data()));
    written(to, static_cast<const index*>(from.data()), n);
    found.merge(status);
  }

  /// The same where one task does all rows: kept ones go out as they are found. Returns how many.
  index dropped_rows(index begin, index end) const {
    pass_status status;
    tile rows(p.cols, request.memory);
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

 private:
  void take(tile& rows, index at, index n, index* sources, index* numbers,
            pass_status& status) const {
    request.rows(at, n, sources);
    for (index i = 0; i < n; ++i) numbers[i] = at + i;
    rows.load_rows(p, x, sources, n, status);
    change_counter<Program> changes(n, p.cols, request.memory);
    auto row = [&](index i) { return request.marks || rows.stays(i) ? rows.row(i) : nullptr; };
    auto look = [&](auto mark) { changes.look(mark, row); };
    if (request.marks)
      rows.template run<true>(p, sources, numbers, n, look);
    else
      rows.template run<false>(p, sources, numbers, n, look);
    for (index i = 0; i < n; ++i)
      if (const double* values = row(i)) changes.count(i, values, request, status);
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
    } else if constexpr (block_output<Out>) {
      if (begin == n) return;
      const index width = request.width(p.cols);
      turned_block<result> near(n - begin, width, n - begin, request.memory);
      for (index i = begin; i < n; ++i) write_row(rows.row(i), near.data() + (i - begin) * width);
      write_rows(out, at + begin, n - begin, static_cast<const result*>(near.data()));
    } else {
      for (index k = 0; k < request.width(p.cols); ++k)
        for (index i = begin; i < n; ++i)
          out(at + i, k) = narrow<result>(rows.row(i)[request.column(k)]);
    }
  }
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
