// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the loops of on::eigen take from the heap: the same choices as in run.hpp and fold.hpp, in
/// bytes.

#include <smelt/plan/policy.hpp>
#include <smelt/policies/eigen/fold.hpp>
#include <smelt/policies/eigen/run.hpp>

#include <algorithm>  // std::max, std::min

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// A block for `least` rows or more, beyond what lies on the stack.
template <class T>
constexpr index block_scratch(index cols, index least) {
  constexpr index own = 4096;
  return least * cols > own ? least * cols * index{sizeof(T)} : 0;
}
/// The rows and terms of a tile.
template <class View, class Out>
constexpr index tile_scratch(index cols) {
  constexpr index own = 2048;
  const index width = padded_width(cols);
  const index rows = std::clamp<index>(own / width, 1, tile::most);
  index bytes = width > own ? width * bytes_of_a_double : 0;
  if (width > own / 2) bytes += width * bytes_of_a_double;
  if constexpr (block_view<View>) bytes += block_scratch<typename View::value_type>(cols, 1);
  if constexpr (block_output<Out>) bytes += block_scratch<typename Out::value_type>(cols, rows);
  return bytes;
}

/// A folder, whose sums for eight rows are those of eight times the columns.
template <class Program, class View>
index folder_bytes(index cols) {
  using value = typename View::value_type;
  constexpr bool tiles = !elementwise<Program> || !(rows_in_memory<View> || block_view<View>);
  index bytes = tiles ? index{sizeof(tile)} + tile_scratch<View, View>(cols) : 0;
  if constexpr (elementwise<Program>) {
    const index eight = number_rows<Program> * lanes * cols +
                        summary<Program>::closed_size(lanes * cols) + 16 * lanes * cols;
    bytes += index{sizeof(eight_rows<Program>)} + grown(eight * bytes_of_a_double);
    if constexpr (block_view<View>) {
      const index row = std::max<index>(cols, 1) * index{sizeof(value)};
      const index near = std::min<index>(131072, leaf_rows * row);
      using folder = eigen_folder<Program, matrix_view<const value>>;
      bytes += index{sizeof(decoded_rows<value, folder>)} +
               std::max(near, lanes * row);
    }
  }
  return bytes;
}

/// A map in tasks of some rows. `Chosen`: not every row or column stays where it is.
template <class Program, class View, class Out>
index map_bytes(const int workers, index rows, index cols, bool chosen) {
  using value = typename View::value_type;
  using result = typename Out::value_type;
  const index step = map_rows(cols);
  const index tasks = (rows + step - 1) / step;
  const index at_once = std::min<index>(tasks, workers);
  if (rows == 0) return 0;
  if constexpr (drops_rows<Program>) {
    using kept_rows = typename tile_job<Program, View, Out, followers<>>::kept_rows;
    const index tiles = tile_scratch<View, Out>(cols);
    if (tasks <= 1) return tiles;
    return workers * index{sizeof(kept_rows)} +
           at_once * (tiles + step * cols * index{sizeof(result)} +
                      grown(step * index{sizeof(index)}));
  } else if constexpr (!elementwise<Program>) {
    return at_once * tile_scratch<View, Out>(cols);
  } else {
    const bool by_rows = rows_in_memory<View> && rows_in_memory<Out>;
    const bool by_columns = columns_in_memory<View> && columns_in_memory<Out>;
    if ((by_rows || by_columns) && !chosen) return 0;
    // Blocks that are turned, read or encoded near; where rows are picked, tiles.
    constexpr index least = 64;
    index bytes = std::max(block_scratch<value>(cols, least), block_scratch<result>(cols, least)) +
                  tile_scratch<View, matrix_view<result>>(cols);
    if constexpr (block_output<Out>) bytes += block_scratch<result>(cols, 1);
    return at_once * bytes;
  }
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
