// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the kernel of a fold is given, and where it leaves its roots.

#include <smelt/plan/fold.hpp>
#include <smelt/policies/cuda/block.hpp>
#include <smelt/policies/cuda/ring.hpp>
#include <smelt/policies/cuda/tile.hpp>

namespace smelt::inline v0 {
namespace detail {

/// Doubles that the statistics of a program hold for a column and lane.
template <class Program>
inline constexpr int fields_in = 0;
template <class... S>
inline constexpr int fields_of_mark = 0;
template <int Slot, class... S>
inline constexpr int fields_of_mark<mark_step<Slot, S...>> = (S::fields + ... + 0);
template <class... Steps>
inline constexpr int fields_in<program<Steps...>> = (fields_of_mark<Steps> + ... + 0);

/// How many marks a program has.
template <class Program>
inline constexpr int marks_in = 0;
template <class... Steps>
inline constexpr int marks_in<program<Steps...>> = (int{is_mark<Steps>} + ... + 0);

/// How the threads of a block share rows of so many vectors of columns, eight lanes to a vector: `slab`
/// vectors are one task's, `groups` tasks are folded beside each other, `slabs` make a row.
struct column_share {
  int slab;
  int slabs;
  int groups;
  SMELT_HD column_share(int vectors, int threads) {
    const int at_once = threads / lanes;
    slab = vectors < at_once ? vectors : at_once;
    slabs = (vectors + slab - 1) / slab;
    groups = at_once / slab;
  }
};

template <class Program, class Source>
struct fold_arguments {
  using program_type = typename Program::type;
  using in_type = typename Source::value_type;
  using layout = summary<program_type>;
  /// Columns of a thread where rows can be read in vectors: 16 bytes, four at most. Where the elements of a row
  /// do not lie side by side, one: the eight lanes of a column then read what lies side by side in it.
  static constexpr int most_columns = !Source::by_row || Source::strided_columns ? 1
                                      : sizeof(in_type) < 4
                                          ? 4
                                          : std::max(1, static_cast<int>(16 / sizeof(in_type)));
  /// Whether the state of these columns has room in the registers of a thread.
  static constexpr bool can_hold =
      elementwise<program_type> && Source::dense && packs<in_type> &&
      (fields_in<program_type> + numbers_in<program_type>) * most_columns <= 48;
  /// Vectors of columns on their way: six of 16 bytes to each of 512 threads are what memory needs, and
  /// more of shorter ones.
  static constexpr int ring_depth = most_columns * sizeof(in_type) < 16 ? 12 : 6;
  static constexpr std::size_t ring(int threads) {
    return ring_bytes<packed<in_type, most_columns>, ring_depth>(threads);
  }

  Program program;
  Source x;
  fold_rows rows;
  index begin = 0;  // row numbers
  index end = 0;
  int level = 0;  // a task is an aligned subtree of 2^level leaves
  index first_task = 0;
  int vector = 0;  // columns of a thread that holds them in registers; 0: rows go through tiles
  int tasks = 0;
  tile_layout tile;
  std::byte* scratch = nullptr;  // null: shared memory
  std::size_t tile_bytes = 0;    // of shared memory or scratch before the open leaf
  const double* numbers = nullptr;
  const double* shifts = nullptr;  // a pitch for each slot
  const double* head = nullptr;    // the open leaf taken over; null: none
  double* tail = nullptr;          // the open leaf at the end
  // Closed leaves and subtrees, `closed_size` doubles each: those of tasks under way, and what the
  // host gets, `finals` and the roots of the two tasks at the edges.
  double* closed = nullptr;
  double* finals = nullptr;
  double* edges = nullptr;
  index closed_size = 0;
  unsigned* arrivals = nullptr;  // for each task and part of its columns
  int parts = 1;
  device_status* status = nullptr;
  unsigned long long places = 0;  // of its infinities

  SMELT_HD index first_leaf() const { return begin / leaf_rows; }
  SMELT_HD index last_leaf() const { return (end - 1) / leaf_rows; }
  /// The complete tasks, counted from the first row of the source: all leaves of theirs are closed
  /// here.
  SMELT_HD index first_complete() const {
    return (first_leaf() + (index{1} << level) - 1) >> level;
  }
  SMELT_HD index end_complete() const {
    const index found = (end / leaf_rows) >> level;
    return found > first_complete() ? found : first_complete();
  }
  SMELT_HD bool complete(int task) const {
    return first_task + task >= first_complete() && first_task + task < end_complete();
  }
  /// Roots that a task which is not complete may have at a time: two subtrees of each height below
  /// its own.
  SMELT_HD int most_roots() const { return 2 * level; }
  /// Where root `k` of a task lies while it is folded.
  SMELT_HD double* root(int task, int k) const {
    if (complete(task)) return closed + (index{k} * tasks + task) * closed_size;
    const int edge = first_task + task < first_complete() ? 0 : 1;
    return edges + (index{edge} * most_roots() + k) * closed_size;
  }
  /// Where the host finds a subtree of 2^height tasks, the `number`-th of that height: of each height
  /// there is one, at most, that is a left child, and one that is a right child.
  SMELT_HD double* final_root(int height, index number) const {
    return finals + (2 * height + (number & 1)) * closed_size;
  }
};

}  // namespace detail
}  // namespace smelt::inline v0
