// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The map of on::cuda, one kernel for a chain. Rows that drop are closed up in the same pass.

#include <smelt/policies/cuda/look_back.hpp>
#include <smelt/policies/cuda/map_arguments.hpp>
#include <smelt/policies/cuda/run.hpp>

namespace smelt::inline v0 {
namespace detail {

struct map_body {
  /// See `map_arguments::ring`.
  static constexpr int least_blocks = 4;

  template <class Context, class Arguments>
  SMELT_HD static void run(Context& ctx, const Arguments& p) {
    if constexpr (Arguments::can_run)
      if (p.form == map_form::run) return element_run<Context, Arguments>(ctx, p).rows();
    if constexpr (Arguments::can_run_columns)
      if (p.form == map_form::columns) return element_run<Context, Arguments>(ctx, p).columns();
    if constexpr (!Arguments::in_panels)
      if (p.form == map_form::tiles) return run_tiles(ctx, p);
    run_rows(ctx, p);
  }

 private:
  /// Rows that are copied in while those before them are run.
  template <class Context, class Arguments>
  SMELT_HD static void run_rows(Context& ctx, const Arguments& p) {
    const double* numbers = stage_numbers(ctx, p);
    row_stage<Context, Arguments> stage(ctx, p, numbers, ctx.shared() + p.staged());
    int buffer = 0;
    int t = -1;  // of the rows that are run; none have come at first
    do {
      const int next = next_tile(ctx, p, stage.look_back_words(), t);
      if (next < p.tiles) stage.fetch(next, 1 - buffer);
      ctx.fetch_group();
      if (t >= 0) {
        ctx.template fetched<1>();
        ctx.sync();
        stage.run(t, buffer);
        index to = 0;
        if constexpr (Arguments::drops) {
          const int stay = stage.count(t);
          tell_dropped(ctx, p, t, p.stage.rows, stay);
          if (p.closing()) to = rows_before(ctx, p, stage.look_back_words(), t, stay);
        }
        stage.store(t, buffer, to);
      }
      t = next;
      buffer = 1 - buffer;
    } while (t < p.tiles);
  }

  template <class Context, class Arguments>
  SMELT_HD static void run_tiles(Context& ctx, const Arguments& p) {
    const double* numbers = stage_numbers(ctx, p);
    std::byte* memory = p.scratch
                            ? p.scratch + static_cast<std::size_t>(ctx.block()) * p.tile.bytes()
                            : ctx.shared() + p.staged();
    block_tile tile(ctx, p.tile, memory, p.program, numbers, p.x, p.status, p.places);
    const bool closing = p.closing();
    for (int t = next_tile(ctx, p, tile.words(), -1); t < p.tiles;
         t = next_tile(ctx, p, tile.words(), t)) {
      const index first = index{t} * p.tile.rows;
      const index left = p.count - first;
      const int n = left < p.tile.rows ? static_cast<int>(left) : p.tile.rows;
      tile.load(n, [&](int r) { return row_place{p.rows(first + r), first + r}; });
      tile.run([](auto) {});
      index to = first;
      if constexpr (Arguments::drops) {
        const int stay = tile.count();
        tell_dropped(ctx, p, t, p.tile.rows, stay);
        if (closing) to = rows_before(ctx, p, tile.words(), t, stay);
      }
      auto place = [&](int r) { return closing ? to + tile.place(r) : to + r; };
      tile.template own<Arguments::target_type::by_row>(p.width(), [&](int r, int k) {
        if (closing && !tile.stays(r)) return;
        const int c = p.kept < 0 ? k : static_cast<int>(numbers[p.kept_at + k]);
        p.put(ctx, place(r), k, narrow<typename Arguments::out_type>(tile.result(r, c)));
      });
      tile.own_row([&](int r) {
        if (p.marks) p.marks[first + r] = tile.stays(r) == p.marks_stay;
        if (!closing || tile.stays(r)) p.followers.copy(place(r), tile.source(r));
      });
    }
  }

  /// Counts the rows of a tile that do not stay.
  template <class Context, class Arguments>
  SMELT_HD static void tell_dropped(Context& ctx, const Arguments& p, int t, int rows, int stay) {
    const index left = p.count - index{t} * rows;
    const int n = left < rows ? static_cast<int>(left) : rows;
    if (ctx.thread() == 0 && stay < n)
      ctx.add(&p.status->dropped, static_cast<unsigned long long>(n - stay));
  }
};

}  // namespace detail
}  // namespace smelt::inline v0
