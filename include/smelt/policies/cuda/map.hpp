// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The map of on::cuda, one kernel for a chain: rows in order and without gaps as one run of vectors;
/// everything else (strides, other layouts, rows drawn, row norms, columns or rows that leave) in
/// tiles. Rows that drop are closed up in the same pass, by looking back at the tiles before.
///
/// Method of the look-back: Merrill and Garland, "Single-pass parallel prefix scan with decoupled
/// look-back", NVIDIA 2016.

#include <smelt/policies/cuda/tile.hpp>

namespace smelt::inline v0 {
namespace detail {

/// Doubles that travel with a kernel's arguments; more lie in device memory. With the rest of the
/// arguments they stay below the 4 KiB that every card takes.
inline constexpr int inline_numbers = 384;

template <class Program, class Source, class Target, class Followers>
struct map_arguments {
  using program_type = typename Program::type;
  static constexpr bool drops = drops_rows<program_type>;
  static constexpr bool out_by_row = Target::by_row;
  using in_type = typename Source::value_type;
  using out_type = typename Target::value_type;
  /// Elements of a vector: 16 bytes of the wider of both types.
  static constexpr int vector =
      std::max(1, static_cast<int>(16 / std::max(sizeof(in_type), sizeof(out_type))));
  /// Whether the run of vectors is compiled in.
  static constexpr bool can_run = elementwise<program_type> && Source::by_row && Target::by_row &&
                                  !Source::strided_columns && !Target::strided_columns &&
                                  packs<in_type> && packs<out_type>;

  Program program;
  Source x;
  Target y;
  drawn_rows rows;
  index count = 0;  // rows that are read
  // A run of elements: the first `head` one by one, then `vectors`, then the rest, which begins in
  // column `rest_column`. `locked`: a step of the grid is a multiple of the columns.
  bool run = false;
  bool locked = false;
  int head = 0;
  index vectors = 0;
  unsigned rest_column = 0;
  // Tiles.
  tile_layout tile;
  int tiles = 0;
  std::byte* scratch = nullptr;  // null: shared memory
  int kept = -1;                 // columns that are written; -1: all
  int kept_at = 0;               // where among the numbers they are listed
  unsigned char* marks = nullptr;
  unsigned long long* states = nullptr;  // of the look-back: the ticket, then a word for each tile
  Followers followers;
  device_status* status = nullptr;
  unsigned long long places = 0;  // of its infinities
  const double* placed = nullptr;  // null: the numbers are here
  int number_count = 0;
  double here[inline_numbers];

  SMELT_HD int width() const { return kept < 0 ? program.cols : kept; }
};

/// A word of the look-back: what is known of a tile, and a number of rows.
namespace look_back {
inline constexpr unsigned long long own = 1ull << 62;     // its rows alone
inline constexpr unsigned long long all = 2ull << 62;     // with those of all tiles before
inline constexpr unsigned long long count = own - 1;
}  // namespace look_back

struct map_body {
  template <class Context, class Arguments>
  SMELT_HD static void run(Context& ctx, const Arguments& p) {
    if constexpr (Arguments::can_run)
      if (p.run) return run_vectors(ctx, p);
    run_tiles(ctx, p);
  }

 private:
  template <class T, int N>
  struct alignas(sizeof(T) * N) packed {
    T at[static_cast<std::size_t>(N)];
  };

  /// Where the block finds the numbers: in device memory, or in shared memory, for an argument that
  /// the threads of a warp read in different places is read place by place.
  template <class Context, class Arguments>
  SMELT_HD static const double* stage_numbers(Context& ctx, const Arguments& p) {
    if (p.placed) return p.placed;
    auto* staged = reinterpret_cast<double*>(ctx.shared());
    for (int i = ctx.thread(); i < p.number_count; i += ctx.threads()) ctx.put(staged + i, p.here[i]);
    ctx.sync();
    return staged;
  }

  /// One element in place `element` of a run, whose column's numbers are at hand.
  template <class Context, class Arguments, class Numbers>
  SMELT_HD static typename Arguments::out_type one(Context& ctx, const Arguments& p,
                                                   typename Arguments::in_type from, index element,
                                                   const Numbers& n) {
    auto x = widened(from);
    bool bad = false;
    if constexpr (std::is_floating_point_v<typename Arguments::in_type>) {
      bad = refused<typename Arguments::program_type>(x, n);
      if (bad) {
        ctx.add(&p.status->infinities, 1ull);
        const index first = (p.x.first_row + p.rows.first()) * p.program.cols;
        ctx.least(&p.status->first, p.places + static_cast<unsigned long long>(first + element));
        x = missing_value<double>;
      }
    }
    int k = 0;
    p.program.steps.each([&](const auto& step) {
      x = step.op.apply(x, n.at + k);
      k += std::remove_cvref_t<decltype(step)>::numbers;
    });
    return narrow<typename Arguments::out_type>(bad ? missing_value<double> : x);
  }

  /// Every element of a run of rows, two vectors at a time in each thread. Where the host has made
  /// the elements of a step a multiple of the columns, a thread stays in its columns and holds their
  /// numbers in registers.
  template <class Context, class Arguments>
  SMELT_HD static void run_vectors(Context& ctx, const Arguments& p) {
    using program_type = typename Arguments::program_type;
    constexpr int size = Arguments::vector;
    constexpr bool can_hold = numbers_in<program_type> * size <= 32;
    const double* numbers = stage_numbers(ctx, p);
    const auto cols = static_cast<unsigned>(p.program.cols);
    const auto me = static_cast<unsigned>(ctx.block() * ctx.threads() + ctx.thread());
    const auto threads = static_cast<unsigned>(ctx.blocks() * ctx.threads());
    const auto* in = p.x.data + p.rows.first() * p.x.row_stride;
    auto* out = p.y.data;
    auto next = [&](unsigned c, unsigned by) {
      c += by;
      return c >= cols ? c - cols : c;
    };
    auto numbers_of = [&](unsigned c) {
      return column_numbers<program_type>(p.program, numbers, static_cast<int>(c));
    };
    auto single = [&](index element, unsigned c) {
      out[element] = one(ctx, p, in[element], element, numbers_of(c));
    };

    if (me < static_cast<unsigned>(p.head)) single(me, me % cols);
    unsigned offset[static_cast<std::size_t>(size)];
    for (int i = 0; i < size; ++i) offset[i] = static_cast<unsigned>(i) % cols;
    const unsigned first = (static_cast<unsigned>(p.head) + me % cols * size) % cols;
    bool done = false;
    if constexpr (can_hold)
      if (p.locked) {
        column_numbers<program_type> held[static_cast<std::size_t>(size)];
        for (int i = 0; i < size; ++i) held[i] = numbers_of(next(first, offset[i]));
        walk(ctx, p, in, out, me, threads, [&](index, int i) -> const auto& { return held[i]; });
        done = true;
      }
    if (!done) {
      const unsigned stride = threads % cols * size % cols;
      unsigned column = first;
      index at = me;
      walk(ctx, p, in, out, me, threads, [&](index vector, int i) {
        if (vector != at) {  // the next of this thread
          at = vector;
          column = next(column, stride);
        }
        return numbers_of(next(column, offset[i]));
      });
    }
    unsigned c = next(p.rest_column, me % cols);
    const index total = p.count * p.program.cols;
    for (index element = p.head + p.vectors * size + me; element < total; element += threads) {
      single(element, c);
      c = next(c, threads % cols);
    }
  }
  /// The vectors of one thread; `numbers(vector, i)` are those of element i of a vector.
  template <class Context, class Arguments, class In, class Out, class Numbers>
  SMELT_HD static void walk(Context& ctx, const Arguments& p, const In* in, Out* out, unsigned me,
                            unsigned threads, Numbers&& numbers) {
    constexpr int size = Arguments::vector;
    using in_vector = packed<In, size>;
    using out_vector = packed<Out, size>;
    const auto* from = reinterpret_cast<const in_vector*>(in + p.head);
    auto* to = reinterpret_cast<out_vector*>(out + p.head);
    auto write = [&](const in_vector& x, index v) {
      out_vector y;
      for (int i = 0; i < size; ++i)
        y.at[i] = one(ctx, p, x.at[i], p.head + v * size + i, numbers(v, i));
      to[v] = y;
    };
    for (index v = me; v < p.vectors; v += index{2} * threads) {
      const index second = v + threads;
      const bool both = second < p.vectors;
      const in_vector a = from[v];
      in_vector b = a;
      if (both) b = from[second];
      write(a, v);
      if (both) write(b, second);
    }
  }

  template <class Context, class Arguments>
  SMELT_HD static void run_tiles(Context& ctx, const Arguments& p) {
    const double* numbers = stage_numbers(ctx, p);
    std::byte* memory = p.scratch
                            ? p.scratch + static_cast<std::size_t>(ctx.block()) * p.tile.bytes()
                            : ctx.shared() + static_cast<std::size_t>(p.number_count) * sizeof(double);
    block_tile tile(ctx, p.tile, memory, p.program, numbers, p.x, p.status, p.places);
    const bool closing = Arguments::drops && !p.marks;
    auto turn = [&](int previous) {
      if (!closing) return previous < 0 ? ctx.block() : previous + ctx.blocks();
      // Tiles go to blocks in the order in which they start: a tile never waits for a later one.
      ctx.sync();
      if (ctx.thread() == 0) ctx.put(tile.words(), ctx.add(p.states, 1ull));
      ctx.sync();
      return static_cast<int>(ctx.get(tile.words()));
    };
    for (int t = turn(-1); t < p.tiles; t = turn(t)) {
      const index first = index{t} * p.tile.rows;
      const index left = p.count - first;
      const int n = left < p.tile.rows ? static_cast<int>(left) : p.tile.rows;
      tile.load(n, [&](int r) {
        return row_place{p.rows(first + r), first + r};
      });
      tile.run([](auto) {});
      index to = first;
      if constexpr (Arguments::drops) {
        const int stay = tile.count();
        if (ctx.thread() == 0 && stay < n)
          ctx.add(&p.status->dropped, static_cast<unsigned long long>(n - stay));
        if (closing) to = rows_before(ctx, p, tile.words(), t, stay);
      }
      auto place = [&](int r) { return closing ? to + tile.place(r) : to + r; };
      tile.template own<Arguments::out_by_row>(p.width(), [&](int r, int k) {
        if (closing && !tile.stays(r)) return;
        const int c = p.kept < 0 ? k : static_cast<int>(numbers[p.kept_at + k]);
        p.y.write(place(r), k, tile.result(r, c));
      });
      for (int r = ctx.thread(); r < n; r += ctx.threads()) {
        if (p.marks) p.marks[first + r] = tile.stays(r) ? 0 : 1;
        if (!closing || tile.stays(r)) p.followers.copy(place(r), tile.source(r));
      }
    }
  }

  /// How many rows of the tiles before tile `t` stay; tells the tiles behind what is known of it.
  template <class Context, class Arguments>
  SMELT_HD static index rows_before(Context& ctx, const Arguments& p, unsigned long long* words,
                                    int t, int stay) {
    if (ctx.thread() == 0) {
      unsigned long long* mine = p.states + 1 + t;
      unsigned long long before = 0;
      if (t > 0) {
        ctx.release(mine, look_back::own | static_cast<unsigned long long>(stay));
        for (const unsigned long long* at = mine - 1;;) {
          const unsigned long long seen = ctx.acquire(at);
          if ((seen & ~look_back::count) == 0) {
            ctx.pause();
            continue;
          }
          before += seen & look_back::count;
          if ((seen & look_back::all) != 0) break;
          --at;
        }
      }
      const unsigned long long all = before + static_cast<unsigned long long>(stay);
      ctx.release(mine, look_back::all | all);
      if (t == p.tiles - 1) p.status->rows = all;
      ctx.put(words + 1, before);
    }
    ctx.sync();
    return static_cast<index>(ctx.get(words + 1));
  }
};

}  // namespace detail
}  // namespace smelt::inline v0
