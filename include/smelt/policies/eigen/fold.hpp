// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The fold of on::eigen: one leaf, packets across columns, rows of a lane after one another, sums
/// in registers. Lanes and their order are those of plan/summary.hpp; so are the bits.

#include <smelt/plan/fold.hpp>
#include <smelt/policies/eigen/map.hpp>
#include <smelt/statistics/moments.hpp>

#include <cstddef>
#include <memory>  // std::unique_ptr

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Rows of a block sorted by lane: those of lane l are `rows[first[l]]` to `rows[first[l + 1] - 1]`.
template <class T>
struct by_lane {
  static constexpr index most = 128;
  index first[lanes + 1] = {};
  const T* rows[most];

  /// `row_of(i)` is the address of row i of `n`, `lane[i]` its lane.
  template <class RowOf>
  void sort(const unsigned char* lane, index n, RowOf&& row_of) {
    index count[lanes] = {};
    for (index i = 0; i < n; ++i) ++count[lane[i]];
    for (int l = 0; l < lanes; ++l) first[l + 1] = first[l] + count[l];
    index next[lanes];
    std::copy_n(first, lanes, next);
    for (index i = 0; i < n; ++i) rows[next[lane[i]]++] = row_of(i);
  }
};

/// The value ops that stand before mark `Slot`, on one packet.
template <int Slot, class... Steps, class Numbers>
SMELT_INLINE packet before_mark(const program<Steps...>& p, packet x, const Numbers& numbers) {
  bool reached = false;
  auto one = [&](const auto& step) {
    using step_type = std::remove_cvref_t<decltype(step)>;
    if constexpr (is_mark<step_type>) {
      reached = reached || step_type::slot == Slot;
    } else {
      if (reached) return;
      packet n[static_cast<std::size_t>(step_type::numbers) + 1];
      for (int k = 0; k < step_type::numbers; ++k)
        n[k] = numbers.template get<packet>(step_type::offset + k);
      x = step.op.apply(x, static_cast<const packet*>(n));
    }
  };
  std::apply([&](const auto&... step) { (one(step), ...); }, p.steps);
  return x;
}

/// One statistic over the rows of a block, for the columns of one packet: its fields in registers.
template <class Statistic>
struct held_fields {
  packet f[Statistic::fields];
  SMELT_INLINE void take(const double* part, index pitch) {
    for (int k = 0; k < Statistic::fields; ++k) f[k] = load(part + k * pitch);
  }
  SMELT_INLINE void give(double* part, index pitch) const {
    for (int k = 0; k < Statistic::fields; ++k)
      Eigen::internal::pstoreu(part + k * pitch, f[k].value);
  }
};

/// Notes a block of rows in the open slot of a mark. `value(row, c)` is the packet at column c;
/// `ahead(c)` is called once for each packet of columns.
template <int Slot, class... S, class T, class Value, class Ahead>
SMELT_INLINE void note_block(mark_step<Slot, S...>, double* base, index pitch, const double* shift,
                             const by_lane<T>& block, index cols, Value&& value, Ahead&& ahead) {
  base[0] += static_cast<double>(block.first[lanes]);
  double* parts[sizeof...(S)];
  {
    double* part = base + slot_layout<mark_step<Slot, S...>>::head;
    std::size_t i = 0;
    ((parts[i++] = part, part += open_size<S>(pitch)), ...);
  }
  auto lane_part = [&]<class Statistic>(Statistic, std::size_t i, int l, index c) {
    return parts[i] + (Statistic::laned ? l * Statistic::fields * pitch : 0) + c;
  };
  for (index c = 0; c < cols; c += packet::size) {
    ahead(c);
    const packet shifts = load(shift + c);
    std::tuple<held_fields<S>...> held;
    auto each = [&](auto&& f) {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (f(S{}, std::get<I>(held), I), ...);
      }(std::index_sequence_for<S...>{});
    };
    each([&](auto s, auto& fields, std::size_t i) {
      if constexpr (!decltype(s)::laned) fields.take(lane_part(s, i, 0, c), pitch);
    });
    for (int l = 0; l < lanes; ++l) {
      const index last = block.first[l + 1];
      if (block.first[l] == last) continue;
      each([&](auto s, auto& fields, std::size_t i) {
        if constexpr (decltype(s)::laned) fields.take(lane_part(s, i, l, c), pitch);
      });
      for (index k = block.first[l]; k < last; ++k) {
        const packet x = value(block.rows[k], c);
        const packet_mask gone = missing(x);
        const packet shifted = where(gone, packet(0.0), subtract(x, shifts));
        const present_mask present{gone};
        each([&](auto s, auto& fields, std::size_t) {
          decltype(s)::note(fields.f, x, shifted, present);
        });
      }
      each([&](auto s, auto& fields, std::size_t i) {
        if constexpr (decltype(s)::laned) fields.give(lane_part(s, i, l, c), pitch);
      });
    }
    each([&](auto s, auto& fields, std::size_t i) {
      if constexpr (!decltype(s)::laned) fields.give(lane_part(s, i, 0, c), pitch);
    });
  }
}

/// True when an infinite value shows in the sums of the first slot, because that slot holds moments
/// of the source: then no value needs to be looked at for its own sake. (Such a fit throws, so what
/// else the infinity does to the sums does not matter.)
template <class Program>
inline constexpr bool shows_infinity = false;
template <class... S, class... Steps>
inline constexpr bool shows_infinity<program<mark_step<0, S...>, Steps...>> =
    (std::is_same_v<S, moments> || ...);
template <int Offset, class... Steps>
inline constexpr bool shows_infinity<program<op_step<admit_op, Offset>, Steps...>> =
    shows_infinity<program<Steps...>>;

/// Folds leaves of one pass for one worker.
template <class Program, class View>
class eigen_folder {
 public:
  eigen_folder(const Program& p, const View& x, const double* const* shifts)
      : program_(p), x_(x), shifts_(shifts), tile_(std::make_unique<tile>(p.cols)) {}

  void operator()(const leaf_list& list, double* open, pass_status& status) {
    constexpr bool straight = elementwise<Program> && rows_in_memory<View>;
    if constexpr (straight) {
      // Whole packets may read past the last column only while more rows of the table follow.
      const index past = packets_of(program_.cols) - program_.cols;
      index safe = list.count;
      if (past > 0)
        while (safe > 0 && !(x_.row_stride() == x_.cols() &&
                             (x_.rows() - 1 - list.rows[safe - 1]) * x_.row_stride() >= past))
          --safe;
      fold_straight(list, safe, open, status);
      fold_tiles(list, safe, open, status);
    } else {
      fold_tiles(list, 0, open, status);
    }
  }

 private:
  using value_type = typename View::value_type;
  static index packets_of(index cols) {
    return (cols + packet::size - 1) / packet::size * packet::size;
  }

  /// Rows [0, end) of the list straight from memory.
  void fold_straight(const leaf_list& list, index end, double* open, pass_status& status) {
    constexpr bool late = shows_infinity<Program>;
    const index bytes = static_cast<index>(sizeof(value_type)) * std::max<index>(program_.cols, 1);
    const index step =
        std::clamp<index>(16384 / bytes / lanes * lanes, lanes, by_lane<value_type>::most);
    for (index begin = 0; begin < end; begin += step) {
      const index n = std::min(step, end - begin);
      straight_.sort(list.lane + begin, n, [&](index i) {
        return x_.data() + list.rows[begin + i] * x_.row_stride();
      });
      packet_mask spoiled = equal(packet(0.0), packet(1.0));
      summary<Program>::each(program_.pitch, [&](auto mark, index at, index) {
        constexpr int slot = decltype(mark)::slot;
        note_block(mark, open + at, program_.pitch, shifts_[slot], straight_, program_.cols,
                   [&](const value_type* row, index c) {
                     packet x = load(row + c);
                     const numbers_at numbers{program_.numbers + c, program_.pitch};
                     if constexpr (std::is_floating_point_v<value_type>) {
                       if (!late) {
                         const packet_mask bad = refused<Program>(x, numbers);
                         if constexpr (slot == 0) spoiled = either(spoiled, bad);
                         x = where(bad, packet(missing_value<double>), x);
                       }
                     }
                     return before_mark<slot>(program_, x, numbers);
                   },
                   [&](index c) {
                     if constexpr (slot == 0) {
                       const index next = begin + n;
                       const index some = std::min(step, end - next);
                       read_ahead(list, next + some * c / program_.cols,
                                  next + some * std::min(c + packet::size, program_.cols) /
                                             program_.cols);
                     }
                   });
      });
      if (any(spoiled)) find_infinities(program_, x_, list.rows + begin, n, status);
    }
    if (late && end > 0 && std::is_floating_point_v<value_type> && !finite_sums(open))
      find_infinities(program_, x_, list.rows, end, status);
  }

  /// Asks for rows of the next block, some with each packet of columns. The present block is walked
  /// column by column, an order in which no hardware sees where it leads; and asked for all at once,
  /// the next one would be waited for.
  void read_ahead(const leaf_list& list, index begin, index end) const {
    constexpr index line = 64 / static_cast<index>(sizeof(value_type));
    for (index i = begin; i < end; ++i) {
      const value_type* row = x_.data() + list.rows[i] * x_.row_stride();
      for (index c = 0; c < program_.cols; c += line) __builtin_prefetch(row + c);
    }
  }

  /// Whether the sums of squares of the first slot are all finite.
  bool finite_sums(const double* open) const {
    bool finite = true;
    summary<Program>::each(program_.pitch, [&](auto mark, index at, index) {
      if constexpr (decltype(mark)::slot == 0)
        slot_layout<decltype(mark)>::each(
            const_cast<double*>(open) + at, nullptr, program_.pitch,
            [&](auto statistic, const double* part, const double*) {
              if constexpr (std::is_same_v<decltype(statistic), moments>) {  // braces: for nvcc
                for (int l = 0; l < lanes; ++l)
                  for (index c = 0; c < program_.cols; ++c) {
                    const double q = part[(l * moments::fields + 1) * program_.pitch + c];
                    finite = finite && !missing(q) && !infinite(q);
                  }
              }
            });
    });
    return finite;
  }

  /// Rows [begin, count) through tiles.
  void fold_tiles(const leaf_list& list, index begin, double* open, pass_status& status) {
    for (; begin < list.count; begin += tile_->capacity()) {
      const index n = std::min(tile_->capacity(), list.count - begin);
      tile_->load_rows(program_, x_, list.rows + begin, n, status);
      tile_->template run<false>(
          program_, list.rows + begin, list.numbers + begin, n, [&](auto reached) {
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
              if constexpr (decltype(mark)::slot == std::remove_cvref_t<decltype(reached)>::slot)
                note_block(mark, open + at, program_.pitch, shifts_[decltype(mark)::slot],
                           turned_, program_.cols,
                           [](const double* row, index c) { return load(row + c); },
                           [](index) {});
            });
          });
    }
  }

  const Program& program_;
  const View& x_;
  const double* const* shifts_;
  std::unique_ptr<tile> tile_;
  by_lane<value_type> straight_;
  by_lane<double> turned_;
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
