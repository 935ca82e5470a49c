// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// How on::eigen notes a block of rows in the sums of a leaf: packets across columns, the rows of a
/// lane after one another, sums in registers. Lanes and their order are those of plan/summary.hpp;
/// so are the bits.

#include <smelt/policies/eigen/sums.hpp>
#include <smelt/policies/eigen/tile.hpp>

#include <algorithm>  // std::copy_n, std::fill_n, std::max
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>  // std::make_integer_sequence

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Rows of a block sorted by lane: those of lane l are `rows[first[l]]` to `rows[first[l + 1] - 1]`,
/// each `moved` elements further on.
template <class T>
struct by_lane {
  static constexpr index most = 128;
  index first[lanes + 1] = {};
  index moved = 0;
  const T* rows[most];

  /// `row_of(i)` is the address of row i of `n`, `lane[i]` its lane.
  template <class RowOf>
  void sort(const unsigned char* lane, index n, RowOf&& row_of) {
    write_anew(0, 0);
    index count[lanes] = {};
    for (index i = 0; i < n; ++i) ++count[lane[i]];
    for (int l = 0; l < lanes; ++l) first[l + 1] = first[l] + count[l];
    index next[lanes];
    std::copy_n(first, lanes, next);
    for (index i = 0; i < n; ++i) rows[next[lane[i]]++] = row_of(i);
  }
  /// `n` rows, `step` apart, of which the first is in lane `lane`.
  void follow(index lane, index n, const T* row, index step) {
    write_anew(0, 0);
    index at = 0;
    for (index l = 0; l < lanes; ++l) {
      first[l] = at;
      for (index i = (l - lane + lanes) % lanes; i < n; i += lanes) rows[at++] = row + i * step;
    }
    first[lanes] = at;
  }
  /// The same, all in lane 0. Those of the same table as last time have only moved on.
  void stack(index n, const T* row, index step) {
    if (n > 0 && n == stacked_ && step == step_) {
      moved = row - rows[0];
      return;
    }
    write_anew(n, step);
    for (index i = 0; i < n; ++i) rows[i] = row + i * step;
    std::fill_n(first + 1, lanes, n);
  }

 private:
  void write_anew(index stacked, index step) {
    moved = 0;
    stacked_ = stacked;
    step_ = step;
  }
  index stacked_ = 0;
  index step_ = 0;
};

/// Asks for memory in the order in which it lies, a little with each packet that is noted. A block
/// is walked column by column, an order in which no hardware sees where it leads, and all at once
/// the next one would be waited for. What lies behind the end of a table is asked for in vain.
class read_ahead {
 public:
  read_ahead() = default;
  /// Rows of `bytes`, `step` bytes apart.
  read_ahead(const void* row, index bytes, index step)
      : at_(reinterpret_cast<std::uintptr_t>(row)),
        end_(step == bytes ? ~std::uintptr_t{0} : at_ + static_cast<std::uintptr_t>(bytes)),
        gap_(static_cast<std::uintptr_t>(step - bytes)),
        step_(static_cast<std::uintptr_t>(step)) {}

  template <index Bytes>
  SMELT_INLINE void ask() {
    constexpr index line = 64;
    for (index b = 0; b < Bytes; b += line)
      __builtin_prefetch(reinterpret_cast<const void*>(at_ + static_cast<std::uintptr_t>(b)), 0, 2);
    at_ += static_cast<std::uintptr_t>(Bytes);
    if (at_ < end_) [[likely]]
      return;
    at_ += gap_;
    end_ += step_;
  }

 private:
  std::uintptr_t at_ = 0;
  std::uintptr_t end_ = ~std::uintptr_t{0};
  std::uintptr_t gap_ = 0;
  std::uintptr_t step_ = 0;
};

/// Where `rows` rows from `row` on begin in column c of a table whose columns lie in memory. Behind the
/// last one comes the first, of the rows that follow.
template <class View>
auto column_from(const View& x, index row, index rows, index c) {
  return x.data() + c % x.cols() * x.col_stride() + (c < x.cols() ? row : row + rows);
}

/// How many steps stand before mark `Slot`, and how many of them are ops.
struct place_of_mark {
  int steps = 0;
  int ops = 0;
};
template <class Program, int Slot>
inline constexpr place_of_mark before_mark{};
template <class... Steps, int Slot>
inline constexpr place_of_mark before_mark<program<Steps...>, Slot> = [] {
  place_of_mark made;
  bool reached = false;
  [[maybe_unused]] auto one = [&]<class Step>(std::type_identity<Step>) {
    if constexpr (is_mark<Step>) reached = reached || Step::slot == Slot;
    if (reached) return;
    ++made.steps;
    if (!is_mark<Step>) ++made.ops;
  };
  (one(std::type_identity<Steps>{}), ...);
  return made;
}();

/// Elements of a row as a mark sees them: loaded, infinities that are not let in taken out, and
/// through the ops before the mark. `Watch`: infinities are looked for.
template <class Program, int Slot, bool Watch>
struct marked_value {
  const Program& program;
  numbers_at numbers;
  /// Values come as they are stored.
  static constexpr bool untouched = before_mark<Program, Slot>.ops == 0 && !Watch;
  packet_mask spoiled = equal(packet(0.0), packet(1.0));

  SMELT_INLINE packet operator()(packet x, index c) {
    const numbers_at here{numbers.at + c, numbers.pitch};
    if constexpr (Watch) {
      const packet_mask bad = refused<Program>(x, here);
      spoiled = either(spoiled, bad);
      x = where(bad, packet(missing_value<double>), x);
    }
    return through<0>(program, x, here,
                      std::make_integer_sequence<int, before_mark<Program, Slot>.steps>{});
  }
};
/// Notes the rows of a block in the sums of a mark, for `Packets` packets of columns from `c` on, or
/// with none for the `some` that are left. With `Apart` the second packet is `some` elements behind the
/// first, wherever its columns are.
template <int Packets, bool Apart = false, class Mark, class T, class Value>
SMELT_INLINE void note_columns(const sums_of<Mark>& sums, const double* shift,
                               const by_lane<T>& block, index c, [[maybe_unused]] index some,
                               Value& value, read_ahead& reader) {
  read_ahead ahead = reader;
  constexpr bool narrow = Packets == 2 && std::is_same_v<T, float> && Value::untouched;
  held_sums<std::max(Packets, 1), narrow, Mark> held;
  held.begin(sums, shift, c);
  for (int l = 0; l < lanes; ++l) {
    const index last = block.first[l + 1];
    if (block.first[l] == last) continue;
    held.take(sums, l, c);
    for (index k = block.first[l]; k < last; ++k) {
      const T* row = block.rows[k] + (block.moved + c);
      const index second = Apart ? some : packet::size;
      ahead.ask<std::max(Packets, 1) * packet::size * static_cast<index>(sizeof(T))>();
      if constexpr (narrow && Apart)
        held.note(load_floats(row, row + second));
      else if constexpr (narrow)
        held.note(load_floats(row));
      if constexpr (Packets == 0)
        held.note(value(load_some(row, some), c), 0);
      else
        held.note(value(load(row), c), 0);
      if constexpr (Packets == 2)
        held.note(value(load(row + second), c + packet::size), 1);
    }
    held.give(sums, l, c);
  }
  reader = ahead;
  held.end(sums, c);
}

/// Notes a block of rows of `cols` columns in the sums of a mark; true when an infinity was met that
/// is not let in.
template <bool Watch, class Program, class Mark, class T>
SMELT_FLATTEN bool note_block(const Program& p, const numbers_at& numbers, const sums_of<Mark>& sums,
                const double* shift, const by_lane<T>& block, index cols, read_ahead& ahead) {
  constexpr index size = packet::size;
  marked_value<Program, Mark::slot, Watch> value{p, numbers};
  index c = 0;
  for (; c + 2 * size <= cols; c += 2 * size)
    note_columns<2>(sums, shift, block, c, 2 * size, value, ahead);
  if (c + size <= cols) {
    note_columns<1>(sums, shift, block, c, size, value, ahead);
    c += size;
  }
  if (c < cols) note_columns<0>(sums, shift, block, c, cols - c, value, ahead);
  return any(value.spoiled);
}

/// Notes one block of rows of a packet each, or two, the second `apart` elements behind the first, with
/// their sums next to one another: two chains of additions, and one register of those that are noted
/// as floats.
template <bool Watch, class Program, class Mark, class T>
SMELT_FLATTEN bool note_packets(const Program& p, const numbers_at& numbers,
                                const sums_of<Mark>& sums, const double* shift,
                                const by_lane<T>& block, index packets, index apart,
                                read_ahead& ahead) {
  marked_value<Program, Mark::slot, Watch> value{p, numbers};
  if (packets == 2)
    note_columns<2, true>(sums, shift, block, 0, apart, value, ahead);
  else
    note_columns<1>(sums, shift, block, 0, 0, value, ahead);
  return any(value.spoiled);
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
