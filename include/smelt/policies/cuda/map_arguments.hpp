// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the kernel of a map is given.

#include <smelt/policies/cuda/ring.hpp>
#include <smelt/policies/cuda/rows.hpp>
#include <smelt/policies/cuda/tile.hpp>

namespace smelt::inline v0 {
namespace detail {

/// Doubles that travel with a kernel's arguments; more lie in device memory. With the rest of the
/// arguments they stay below the 4 KiB that a launch costs least with.
inline constexpr int inline_numbers = 384;

/// How the elements of a map go through a block.
enum class map_form : unsigned char {
  run,      ///< row-major, in order, without gaps: one run of vectors
  columns,  ///< column-major, in order: a run of vectors for each piece of a column
  rows,     ///< rows by way of shared memory, each in the registers of a few threads
  tiles     ///< rows too wide for that and seen whole, as doubles in shared or global memory
};

template <class Program, class Source, class Target, class Followers>
struct map_arguments {
  using program_type = typename Program::type;
  static constexpr bool drops = drops_rows<program_type>;
  using source_type = Source;
  using target_type = Target;
  using in_type = typename Source::value_type;
  using out_type = typename Target::value_type;
  /// Elements of a vector: 16 bytes of the wider of both types.
  static constexpr int vector =
      std::max(1, static_cast<int>(16 / std::max(sizeof(in_type), sizeof(out_type))));
  /// Which runs of vectors are compiled in.
  static constexpr bool plain = elementwise<program_type> && Source::dense &&
                                !Source::strided_columns && !Target::strided_columns &&
                                packs<in_type> && packs<out_type>;
  /// Whether rows too wide for the registers of a block are cut into panels: no value needs another.
  static constexpr bool in_panels = elementwise<program_type>;
  static constexpr bool can_run = plain && Source::by_row && Target::by_row;
  /// Whether the numbers of a vector's columns have room in registers.
  static constexpr bool holds_numbers = numbers_in<program_type> * vector <= 32;
  static constexpr bool can_run_columns = plain && !Source::by_row && !Target::by_row;

  /// Rows of a piece of a column.
  SMELT_HD static constexpr int piece(int threads) { return threads * vector * 8; }
  /// Vectors of a run on their way: six of 16 bytes to each of 512 threads are what memory needs.
  static constexpr int ring_depth = 6;
  static constexpr std::size_t ring(int threads) {
    return ring_bytes<packed<in_type, vector>, ring_depth>(threads);
  }

  Program program;
  Source x;
  Target y;
  drawn_rows rows;
  index count = 0;  // rows that are read
  map_form form = map_form::tiles;
  // A run of elements: the first `head` one by one, then `vectors`, then the rest, which begins in
  // column `rest_column`. Each thread takes a vector in each of `turns`, and `last_turn` threads one more.
  // `locked`: a step of the grid is a multiple of the columns, or there is one step.
  bool locked = false;
  int head = 0;
  index vectors = 0;
  unsigned turns = 0;
  unsigned last_turn = 0;
  unsigned rest_column = 0;
  // Rows or panels of them, tiles, or pieces of columns: there are `tiles` of them.
  row_layout stage;
  tile_layout tile;
  int tiles = 0;
  int pieces = 0;                // of a column
  std::byte* scratch = nullptr;  // null: shared memory
  int kept = -1;                 // columns that are written; -1: all
  int kept_at = 0;               // where among the numbers they are listed
  unsigned char* marks = nullptr;
  bool marks_stay = false;
  unsigned long long* states = nullptr;   // of the look-back: the ticket, then a word for each tile
  unsigned long long* written = nullptr;  // rows that stay
  Followers followers;
  device_status* status = nullptr;
  unsigned long long places = 0;   // of its infinities
  const double* placed = nullptr;  // null: the numbers are here
  int number_count = 0;
  double here[inline_numbers];

  SMELT_HD int width() const { return kept < 0 ? program.cols : kept; }
  /// True when rows are closed up, and not only marked.
  SMELT_HD bool closing() const { return drops && !marks; }
  /// Writes one result.
  template <class Context>
  SMELT_HD void put(Context& ctx, index r, int k, out_type value) const {
    if constexpr (std::is_void_v<decltype(y.put(ctx, r, k, value))>)
      y.put(ctx, r, k, value);
    else if (!y.put(ctx, r, k, value))
      ctx.least(&status->refused, places + static_cast<unsigned long long>(r * program.cols + k));
  }
  /// Bytes at the front of shared memory that the numbers take.
  SMELT_HD std::size_t staged() const {
    return (static_cast<std::size_t>(number_count) * sizeof(double) + 15) / 16 * 16;
  }
};

/// Where the block finds the numbers: in device memory, or in shared memory, for an argument that
/// the threads of a warp read in different places is read place by place.
template <class Context, class Arguments>
SMELT_HD const double* stage_numbers(Context& ctx, const Arguments& p) {
  if (p.placed) return p.placed;
  auto* staged = reinterpret_cast<double*>(ctx.shared());
  for (int i = ctx.thread(); i < p.number_count; i += ctx.threads()) ctx.put(staged + i, p.here[i]);
  ctx.sync();
  return staged;
}

}  // namespace detail
}  // namespace smelt::inline v0
