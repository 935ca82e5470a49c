// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The fold of on::cuda, one kernel for a pass: each block folds whole aligned subtrees of leaves, in
/// any order and of any size. Leaves, lanes and the order in which they are joined are those of
/// plan/summary.hpp; so are the bits. Here is the form for any program and data, on tiles; that for
/// functions of one value on dense data is in policies/cuda/fold_columns.hpp.

#include <smelt/policies/cuda/fold_columns.hpp>
#include <smelt/policies/cuda/join.hpp>
#include <smelt/policies/cuda/tile.hpp>

namespace smelt::inline v0 {
namespace detail {

struct fold_body {
  /// Sums of four columns in the registers of each thread leave room for no more.
  static constexpr int least_blocks = 4;

  template <class Context, class Arguments>
  SMELT_HD static void run(Context& ctx, const Arguments& p) {
    if constexpr (Arguments::can_hold && Context::warp >= lanes) {
      if (p.vector == Arguments::most_columns)
        return column_folder<Arguments::most_columns, Context, Arguments>(ctx, p).run();
      if (p.vector == 1) return column_folder<1, Context, Arguments>(ctx, p).run();
    }
    std::byte* memory = ctx.shared();
    if (p.scratch) {
      const std::size_t bytes =
          p.tile_bytes + static_cast<std::size_t>(open_size(p)) * sizeof(double);
      memory = p.scratch + static_cast<std::size_t>(ctx.block()) * bytes;
    }
    block_tile tile(ctx, p.tile, memory, p.program, p.numbers, p.x, p.status, p.places);
    auto* open = reinterpret_cast<double*>(memory + p.tile_bytes);
    fold_task(ctx, p, tile, open, ctx.block());
  }

 private:
  template <class Arguments>
  SMELT_HD static index open_size(const Arguments& p) {
    return Arguments::layout::open_size(p.program.pitch);
  }

  template <class Context, class Arguments, class Tile>
  SMELT_HD static void fold_task(Context& ctx, const Arguments& p, Tile& tile, double* open,
                                 int task) {
    const index low = (p.first_task + task) << p.level;
    const index high = ((p.first_task + task + 1) << p.level) - 1;
    const index first = low < p.first_leaf() ? p.first_leaf() : low;
    const index last = high > p.last_leaf() ? p.last_leaf() : high;
    int depth = 0;
    for (index leaf = first; leaf <= last; ++leaf) {
      const index from = leaf * leaf_rows < p.begin ? p.begin : leaf * leaf_rows;
      const index to = (leaf + 1) * leaf_rows > p.end ? p.end : (leaf + 1) * leaf_rows;
      start_leaf(ctx, p, open, leaf == p.first_leaf() ? p.head : nullptr);
      for (index row = from; row < to; row += p.tile.rows)
        fold_rows_of(ctx, p, tile, open, row,
                     to - row < p.tile.rows ? static_cast<int>(to - row) : p.tile.rows);
      if (to < (leaf + 1) * leaf_rows) {  // the table ends inside this leaf
        copy(ctx, open, p.tail, open_size(p));
        continue;
      }
      close(ctx, p, open, p.root(task, depth));
      // Equal siblings before it: as many as there are whole subtrees that end with this leaf.
      for (index size = 1; ((leaf + 1) & (2 * size - 1)) == 0 && leaf + 1 - 2 * size >= first;
           size *= 2) {
        --depth;
        merge(ctx, p, p.root(task, depth), p.root(task, depth + 1));
      }
      ++depth;
    }
    if (!p.complete(task)) return;
    rise(
        p, task, 0,
        [&](unsigned* counter) {
          // All have written what the other may join: `close` and `merge` end with a barrier.
          auto* const word = reinterpret_cast<unsigned*>(tile.words());
          if (ctx.thread() == 0) ctx.put(word, ctx.arrive(counter));
          ctx.sync();
          return ctx.get(word);
        },
        [&](double* left, const double* right) { merge(ctx, p, left, right); },
        [&](const double* from, double* to) { copy(ctx, from, to, p.closed_size); });
  }

  template <class Context>
  SMELT_HD static void copy(Context& ctx, const double* from, double* to, index n) {
    for (index i = ctx.thread(); i < n; i += ctx.threads()) ctx.put(to + i, ctx.get(from + i));
  }

  /// The identity, or the open leaf that was taken over. Nobody is at the leaf before: `close` ends
  /// with a barrier; and `load` begins with one, before rows go to this one.
  template <class Context, class Arguments>
  SMELT_HD static void start_leaf(Context& ctx, const Arguments& p, double* open,
                                  const double* head) {
    const index pitch = p.program.pitch;
    if (head) return copy(ctx, head, open, open_size(p));
    Arguments::layout::each(pitch, [&](auto mark, index at, index) {
      using slot = slot_layout<decltype(mark)>;
      if (ctx.thread() == 0)
        for (int i = 0; i < slot::head; ++i) ctx.put(open + at + i, 0.0);
      slot::each(open + at, open + at, pitch, [&](auto statistic, double* part, double*) {
        using S = decltype(statistic);
        for (int part_of = 0; part_of < (S::laned ? lanes : 1) * S::fields; ++part_of)
          for (index c = ctx.thread(); c < pitch; c += ctx.threads())
            ctx.put(part + part_of * pitch + c, S::identity(part_of % S::fields));
      });
    });
  }

  /// Rows of one leaf, from row number `first` on, into the open leaf.
  template <class Context, class Arguments, class Tile>
  SMELT_HD static void fold_rows_of(Context& ctx, const Arguments& p, Tile& tile, double* open,
                                    index first, int n) {
    tile.load(n, [&](int r) { return p.rows.at(first + r - p.rows.offset); });
    tile.run([&](auto reached) {
      Arguments::layout::each(p.program.pitch, [&](auto mark, index at, index) {
        if constexpr (decltype(mark)::slot == std::remove_cvref_t<decltype(reached)>::slot)
          note(ctx, p, tile, mark, open + at, first, n);
      });
      ctx.sync();
    });
  }
  template <class Context, class Arguments, class Tile, class Mark>
  SMELT_HD static void note(Context& ctx, const Arguments& p, Tile& tile, Mark, double* base,
                            index first, int n) {
    const index pitch = p.program.pitch;
    const double* shift = p.shifts + Mark::slot * pitch;
    if (ctx.thread() == 0) {
      double seen = ctx.get(base);
      for (int r = 0; r < n; ++r) seen += tile.stays(r) ? 1.0 : 0.0;
      ctx.put(base, seen);
    }
    slot_layout<Mark>::each(base, base, pitch, [&](auto statistic, double* part, double*) {
      using S = decltype(statistic);
      constexpr int ways = S::laned ? lanes : 1;
      const auto cols = static_cast<unsigned>(p.program.cols);
      for (auto i = static_cast<unsigned>(ctx.thread()); i < ways * cols;
           i += static_cast<unsigned>(ctx.threads())) {
        const unsigned lane = i / cols;
        const unsigned c = i - lane * cols;
        double* fields = part + lane * S::fields * pitch + c;
        double f[S::fields];
        for (int k = 0; k < S::fields; ++k) f[k] = ctx.get(fields + k * pitch);
        // The first row of the tile in this lane, then each eighth.
        const auto begun = static_cast<unsigned>(first & (ways - 1));
        for (unsigned r = (lane - begun) & (ways - 1); r < static_cast<unsigned>(n); r += ways) {
          if (!tile.stays(static_cast<int>(r))) continue;
          const double x = tile.value(static_cast<int>(r), static_cast<int>(c));
          const bool present = !missing(x);
          S::note(f, x, where(present, subtract(x, shift[c]), 0.0), present);
        }
        settle<S>(f);
        for (int k = 0; k < S::fields; ++k) ctx.put(fields + k * pitch, f[k]);
      }
    });
  }

  template <class Context, class S>
  SMELT_HD static void merge_parts(Context& ctx, S, double* a, const double* b, index pitch) {
    for (index c = ctx.thread(); c < pitch; c += ctx.threads()) {
      double x[S::fields];
      double y[S::fields];
      for (int k = 0; k < S::fields; ++k) {
        x[k] = ctx.get(a + k * pitch + c);
        y[k] = ctx.get(b + k * pitch + c);
      }
      S::merge(x, static_cast<const double*>(y));
      for (int k = 0; k < S::fields; ++k) ctx.put(a + k * pitch + c, x[k]);
    }
  }
  /// Joins the lanes of an open leaf by halving; leaves the closed leaf in `to`.
  template <class Context, class Arguments>
  SMELT_HD static void close(Context& ctx, const Arguments& p, double* open, double* to) {
    const index pitch = p.program.pitch;
    Arguments::layout::each(pitch, [&](auto mark, index at, index closed) {
      using slot = slot_layout<decltype(mark)>;
      if (ctx.thread() == 0)
        for (int i = 0; i < slot::head; ++i) ctx.put(to + closed + i, ctx.get(open + at + i));
      slot::each(open + at, to + closed, pitch, [&](auto statistic, double* wide, double* narrow) {
        using S = decltype(statistic);
        const index lane = S::fields * pitch;
        // Every column is one thread's, through all lanes: no barrier.
        if constexpr (S::laned)
          for (int half = lanes / 2; half > 0; half /= 2)
            for (int l = 0; l < half; ++l)
              merge_parts(ctx, statistic, wide + l * lane, wide + (l + half) * lane, pitch);
        for (int k = 0; k < S::fields; ++k)
          for (index c = ctx.thread(); c < pitch; c += ctx.threads())
            ctx.put(narrow + k * pitch + c, ctx.get(wide + k * pitch + c));
      });
    });
    ctx.sync();
  }
  template <class Context, class Arguments>
  SMELT_HD static void merge(Context& ctx, const Arguments& p, double* a, const double* b) {
    const index pitch = p.program.pitch;
    Arguments::layout::each(pitch, [&](auto mark, index, index closed) {
      using slot = slot_layout<decltype(mark)>;
      if (ctx.thread() == 0) ctx.put(a + closed, add(ctx.get(a + closed), ctx.get(b + closed)));
      double* x = a + closed;
      slot::each(x, x, pitch, [&](auto statistic, double*, double* part) {
        merge_parts(ctx, statistic, part, b + (part - a), pitch);
      });
    });
    ctx.sync();
  }
};

}  // namespace detail
}  // namespace smelt::inline v0
