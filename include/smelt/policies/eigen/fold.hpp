// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The fold of on::eigen: one leaf. Where a chain is a function of one value, rows or columns go
/// straight from memory into registers; elsewhere through tiles.

#include <smelt/core/shared.hpp>
#include <smelt/plan/fold.hpp>
#include <smelt/policies/eigen/decoded.hpp>
#include <smelt/policies/eigen/eight_rows.hpp>
#include <smelt/policies/eigen/map.hpp>
#include <smelt/policies/eigen/note.hpp>
#include <smelt/policies/eigen/note_bytes.hpp>
#include <smelt/policies/eigen/turn.hpp>

#include <algorithm>  // std::clamp, std::max, std::min
#include <type_traits>
#include <utility>  // std::pair

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Folds leaves of one pass for one worker.
template <class Program, class View>
class eigen_folder {
 public:
  eigen_folder(const Program& p, const View& x, const double* const* shifts, resource_ref memory = {})
      : program_(p), x_(x), shifts_(shifts), memory_(memory) {}

  void operator()(leaf_list& list, double* open, pass_status& status) {
    if constexpr (elementwise<Program> && rows_in_memory<View>)
      fold_rows(list, open, status);
    else if constexpr (elementwise<Program> && columns_in_memory<View>)
      fold_columns(list, open, status);
    else if constexpr (elementwise<Program> && block_view<View>)
      fold_decoded(list, open, status);
    else
      fold_tiles(list, 0, list.count, open, status);
  }

  /// A leaf of all its rows, from source row `row` on, joined where its sums are; false where it is
  /// folded the other way: where it is no better, or to find its infinities.
  bool whole(index row, double* closed) {
    if constexpr (counts_leaves<Program, View>)
      if (count_leaf(program_, x_, shifts_[0], row, closed, memory_)) return true;
    if constexpr (elementwise<Program> && (rows_in_memory<View> || columns_in_memory<View>)) {
      if (rows_in_memory<View> && !packs_rows()) return false;
      eights().begin();
      bool spoiled = note_groups(row, leaf_rows / lanes);
      eights_->close(leaf_rows, closed);
      if constexpr (has_infinity<value_type> && shows_infinity<Program>)
        spoiled = !finite_sums(program_, closed, false);
      return !spoiled;
    }
    return false;
  }

 private:
  using value_type = typename View::value_type;
  using block = by_lane<value_type>;

  /// A value is looked at for its own sake only where its infinity would not show in the sums.
  static constexpr bool watch = has_infinity<value_type> && !shows_infinity<Program> &&
                                !admits_all<Program>;
  static constexpr index cached = 131072;  // bytes of a block
  /// Eight elements of a column are a packet: two columns at once are two chains of additions.
  static constexpr bool column_is_packet = columns_in_memory<View> && packet::size == lanes;

  /// Notes the block of rows at hand, of `cols` columns, in all marks. `sums(mark, open, closed)` are
  /// the sums and shifts of a mark with these places in an open and in a closed leaf.
  template <class Sums>
  bool note_all(const numbers_at& numbers, index pitch, Sums&& sums, index cols) {
    bool spoiled = false;
    summary<Program>::each(pitch, [&](auto mark, index open, index closed) {
      constexpr int slot = decltype(mark)::slot;
      const auto [fields, shift] = sums(mark, open, closed);
      read_ahead ahead = slot == 0 ? ahead_ : read_ahead();
      constexpr bool looks = watch && slot == 0;
      if constexpr (column_is_packet)
        spoiled = note_packets<looks>(program_, numbers, fields, shift, block_, cols / lanes,
                                      x_.col_stride(), ahead) || spoiled;
      else
        spoiled = note_block<looks>(program_, numbers, fields, shift, block_, cols, ahead) || spoiled;
    });
    return spoiled;
  }

  // Rows that lie in memory.

  void fold_rows(leaf_list& list, double* open, pass_status& status) {
    bool spoiled = false;
    index begin = 0;
    if (list.contiguous && packs_rows()) {
      begin = std::min<index>((lanes - list.lane[0]) % lanes, list.count);
      spoiled = fold_lanes(list, 0, begin, open);
      const index groups = (list.count - begin) / lanes;
      if (groups > 0) spoiled = fold_eights(list.rows[0] + begin, groups, open) || spoiled;
      begin += groups * lanes;
    }
    spoiled = fold_lanes(list, begin, list.count, open) || spoiled;
    count_rows(open, list.count);
    if constexpr (has_infinity<value_type> && shows_infinity<Program>)
      spoiled = !finite_sums(program_, open, true);
    if (spoiled) {
      list.spell_out();
      find_infinities(program_, x_, list.rows, list.count, status);
    }
  }

  /// Rows that follow one another without a gap, few enough columns for the sums of eight rows of
  /// them to stay near.
  bool packs_rows() const {
    return x_.row_stride() == program_.cols && program_.cols <= 128;
  }

  /// Rows [begin, end) of a list, lane by lane.
  bool fold_lanes(leaf_list& list, index begin, index end, double* open) {
    if (begin == end) return false;
    if (!list.contiguous) list.spell_out();
    const index bytes = static_cast<index>(sizeof(value_type)) * std::max<index>(program_.cols, 1);
    const index step = std::clamp<index>(cached / bytes / lanes * lanes, 64, block::most);
    auto sums = [&](auto mark, index at, index) {
      using layout = slot_layout<decltype(mark)>;
      return std::pair(sums_of<decltype(mark)>(open + at + layout::head, program_.pitch, true),
                       shifts_[mark.slot]);
    };
    auto row_of = [&](index i) {
      return x_.data() + (list.contiguous ? list.rows[0] + i : list.rows[i]) * x_.row_stride();
    };
    bool spoiled = false;
    for (index at = begin; at < end; at += step) {
      const index n = std::min(step, end - at);
      if (list.contiguous)
        block_.follow((list.lane[0] + at) % lanes, n, row_of(at), x_.row_stride());
      else
        block_.sort(list.lane + at, n, [&](index i) { return row_of(at + i); });
      ask_behind(row_of(at + n - 1));
      spoiled =
          note_all({program_.numbers, program_.pitch}, program_.pitch, sums, program_.cols) ||
          spoiled;
    }
    return spoiled;
  }
  /// The next rows to be asked for are those behind this one.
  void ask_behind(const value_type* row) {
    constexpr index size = sizeof(value_type);
    ahead_ = read_ahead(row + x_.row_stride(), program_.cols * size, x_.row_stride() * size);
  }

  /// Groups of eight rows from source row `row` on, the first of which is in lane 0.
  bool fold_eights(index row, index groups, double* open) {
    eights().take(open);
    const bool spoiled = note_groups(row, groups);
    eights_->give(open);
    return spoiled;
  }
  eight_rows<Program>& eights() {
    constexpr bool rows = rows_in_memory<View>;
    if (!eights_)
      eights_ = share_in<eight_rows<Program>>(memory_, program_, shifts_, rows ? program_.cols : 1,
                                              rows ? 1 : lanes, memory_);
    return *eights_;
  }
  bool note_groups(index row, index groups) requires rows_in_memory<View> {
    const index cols = lanes * program_.cols;
    const index step = std::clamp<index>(
        cached / (static_cast<index>(sizeof(value_type)) * cols), 8, block::most);
    const value_type* from = x_.data() + row * program_.cols;
    bool spoiled = false;
    for (index at = 0; at < groups; at += step) {
      const index n = std::min(step, groups - at);
      block_.stack(n, from + at * cols, cols);
      ask_behind(from + (at + n) * cols - program_.cols);
      spoiled = note_eights(0, cols) || spoiled;
    }
    return spoiled;
  }
  /// The rows of the block in the sums of places `first` to `first + cols - 1`.
  bool note_eights(index first, index cols) {
    const numbers_at numbers = eights_->numbers();
    return note_all(
        {numbers.at + first, numbers.pitch}, eights_->pitch(),
        [&](auto mark, index, index closed) {
          auto sums = eights_->template sums<decltype(mark)>(closed);
          sums.move(first);
          return std::pair(sums, eights_->shift(mark.slot) + first);
        },
        cols);
  }

  // Columns that lie in memory.

  void fold_columns(leaf_list& list, double* open, pass_status& status) {
    const index begin = std::min<index>((lanes - list.lane[0]) % lanes, list.count);
    const index groups = list.contiguous ? (list.count - begin) / lanes : 0;
    if (groups == 0) return fold_tiles(list, 0, list.count, open, status);
    fold_tiles(list, 0, begin, open, status);
    bool spoiled = fold_eights(list.rows[0] + begin, groups, open);
    count_rows(open, groups * lanes);
    if constexpr (has_infinity<value_type> && shows_infinity<Program>)
      spoiled = !finite_sums(program_, open, true);
    if (spoiled) {
      list.spell_out();
      find_infinities(program_, x_, list.rows + begin, groups * lanes, status);
    }
    fold_tiles(list, begin + groups * lanes, list.count, open, status);
  }
  bool note_groups(index row, index groups) requires columns_in_memory<View> {
    const index rows = groups * lanes;
    bool spoiled = false;
    for (index c = 0; c < program_.cols;) {
      const index some = column_is_packet && c + 2 <= program_.cols ? 2 : 1;
      const value_type* next = column_from(x_, row, rows, c + some);
      const index step = some == 2 ? column_from(x_, row, rows, c + 3) - next : rows;
      block_.stack(groups, column_from(x_, row, rows, c), lanes);
      ahead_ = read_ahead(next, rows * index{sizeof *next}, step * index{sizeof *next});
      spoiled = note_eights(c * lanes, some * lanes) || spoiled;
      c += some;
    }
    return spoiled;
  }

  void count_rows(double* open, index rows) {
    summary<Program>::each(program_.pitch, [&](auto, index at, index) {
      open[at] += static_cast<double>(rows);
    });
  }

  // Rows that are decoded.

  /// Some rows at a time, near, where another folder takes them for rows in memory.
  void fold_decoded(leaf_list& list, double* open, pass_status& status) {
    if (!decoded_)
      decoded_ = share_in<typename decltype(decoded_)::element_type>(memory_, program_, shifts_, memory_);
    const index step = decoded_->capacity();
    list.spell_out();
    for (index at = 0; at < list.count; at += step) {
      const index n = std::min(step, list.count - at);
      read_near(x_, list.rows + at, n, decoded_->rows());
      if (decoded_->fold(list, at, n, open))
        find_infinities(program_, x_, list.rows + at, n, status);
    }
  }

  // Anything else.

  /// Rows [begin, end) of a list through tiles.
  void fold_tiles(leaf_list& list, index begin, index end, double* open, pass_status& status) {
    if (begin == end) return;
    if (!tile_) tile_ = share_in<tile>(memory_, program_.cols, memory_);
    list.spell_out();
    for (; begin < end; begin += tile_->capacity()) {
      const index n = std::min(tile_->capacity(), end - begin);
      tile_->load_rows(program_, x_, list.rows + begin, n, status);
      tile_->template run<false>(program_, list.rows + begin, list.numbers + begin, n,
                                 [&](auto reached) { note_tile(reached, list, begin, n, open); });
    }
  }
  /// Notes the rows of a tile that have come as far as a mark.
  template <class Mark>
  void note_tile(Mark, const leaf_list& list, index begin, index n, double* open) {
    unsigned char lane[tile::most];
    const double* rows[tile::most];
    index kept = 0;
    for (index i = 0; i < n; ++i)
      if (tile_->stays(i)) {
        lane[kept] = list.lane[begin + i];
        rows[kept++] = tile_->row(i);
      }
    turned_.sort(lane, kept, [&](index i) { return rows[i]; });
    summary<Program>::each(program_.pitch, [&](auto mark, index at, index) {
      using mark_type = decltype(mark);
      if constexpr (mark_type::slot == Mark::slot) {
        open[at] += static_cast<double>(kept);
        const sums_of<mark_type> sums(open + at + slot_layout<mark_type>::head, program_.pitch, true);
        read_ahead nothing;
        // The steps are done: no number is read, but places among them are made.
        note_block<false>(program<>{}, numbers_at{program_.numbers, program_.pitch}, sums,
                          shifts_[Mark::slot], turned_, program_.cols, nothing);
      }
    });
  }

  const Program& program_;
  const View& x_;
  const double* const* shifts_;
  resource_ref memory_;
  shared<tile> tile_;
  shared<eight_rows<Program>> eights_;
  shared<decoded_rows<value_type, eigen_folder<Program, matrix_view<const value_type>>>> decoded_;
  block block_;
  read_ahead ahead_;
  by_lane<double> turned_;
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
