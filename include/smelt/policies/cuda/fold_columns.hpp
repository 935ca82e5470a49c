// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The fold of dense data that is read in order by a chain of functions of one value: the sums
/// of a few columns and one lane in the registers of each thread, from the first row of a leaf to
/// its last. Neither barriers nor shared memory: the eight lanes of a column are neighbours in a
/// warp, and are joined by shuffles in the order of plan/summary.hpp.

#include <smelt/policies/cuda/block.hpp>
#include <smelt/policies/cuda/fold_arguments.hpp>
#include <smelt/policies/cuda/held.hpp>
#include <smelt/policies/cuda/infinities.hpp>
#include <smelt/policies/cuda/join.hpp>

namespace smelt::inline v0 {
namespace detail {

/// One thread's part of a fold over columns.
template <int V, class Context, class Arguments>
class column_folder {
 public:
  using program_type = typename Arguments::program_type;
  using in_type = typename Arguments::in_type;

  SMELT_HD column_folder(Context& ctx, const Arguments& p) : ctx_(ctx), p_(p), coming_(ctx, ctx.shared()) {}

  /// The tasks of this block, or what is its own of one: each eight threads take a vector of columns.
  SMELT_HD void run() {
    const int lane = ctx_.thread() % lanes;
    const int vectors = p_.program.cols / V;
    const column_share share(vectors, ctx_.threads());
    const int mine = ctx_.thread() / lanes / share.slab;
    // Behind the last item lie tasks without leaves.
    const index item = index{ctx_.block()} * share.groups + mine;
    const auto task = static_cast<int>(static_cast<unsigned>(item) / static_cast<unsigned>(share.slabs));
    const int vector = static_cast<int>(item - index{task} * share.slabs) * share.slab +
                       ctx_.thread() / lanes % share.slab;
    fold_task(task, vector * V, lane, mine < share.groups && vector < vectors);
  }

 private:
  /// Shuffles are for whole warps: a thread without columns goes through the same leaves idle.
  SMELT_HD void fold_task(int task, int column, int lane, bool has) {
    const index low = (p_.first_task + task) << p_.level;
    const index first = low < p_.first_leaf() ? p_.first_leaf() : low;
    take_numbers(has ? column : 0);
    if constexpr (V > 1)
      if (has) {
        const index begin = low * leaf_rows < p_.begin ? p_.begin : low * leaf_rows;
        const index all = (low + (index{1} << p_.level)) * leaf_rows;
        const index end = all > p_.end ? p_.end : all;
        const index row = row_of(lane, begin);
        coming_.begin(reinterpret_cast<const packed<in_type, V>*>(element(row, column)),
                      lanes * p_.x.row_stride / V,
                      row < end ? static_cast<unsigned>((end - row + lanes - 1) / lanes) : 0);
      }
    int depth = 0;
    for (index step = 0; step < index{1} << p_.level; ++step) {
      const index leaf = low + step;
      const bool active = has && first <= leaf && leaf <= p_.last_leaf();
      const index from = leaf * leaf_rows < p_.begin ? p_.begin : leaf * leaf_rows;
      const index to = (leaf + 1) * leaf_rows > p_.end ? p_.end : (leaf + 1) * leaf_rows;
      const bool open_end = to < (leaf + 1) * leaf_rows;
      start(active && leaf == p_.first_leaf() && p_.head, column, lane);
      if (active) read_rows(from, to, column, lane);
      close(active && open_end, column, lane);
      if (!active || lane != 0) continue;
      if (open_end) {
        if (column == 0) write_counts(p_.tail, true, count_of(from, to, leaf));
        continue;
      }
      depth = push(task, first, leaf, depth, column, count_of(from, to, leaf));
    }
    if (has && lane == 0 && p_.complete(task)) join_tasks(task, column);
  }

  SMELT_HD double count_of(index from, index to, index leaf) const {
    const double before = leaf == p_.first_leaf() && p_.head ? p_.head[0] : 0.0;
    return before + static_cast<double>(to - from);
  }

  SMELT_HD void take_numbers(int column) {
    for (int i = 0; i < V; ++i)
      numbers_[i] = column_numbers<program_type>(p_.program, p_.numbers, column + i);
    each_mark([&](auto mark, auto&, index, index) {
      for (int i = 0; i < V; ++i)
        shifts_[mark.slot][i] = p_.shifts[mark.slot * p_.program.pitch + column + i];
    });
  }

  template <class F>
  SMELT_HD void each_mark(F&& f) {
    held_.each(p_.program.pitch, 0, 0, f);
  }
  /// Calls `f(statistic, fields, place in an open leaf, place in a closed one)` for all.
  template <class F>
  SMELT_HD void each_statistic(F&& f) {
    each_mark([&](auto mark, auto& statistics, index open, index closed) {
      using layout = slot_layout<decltype(mark)>;
      statistics.each(open + layout::head, p_.program.pitch, f, closed + layout::head);
    });
  }

  /// The identity, or the open leaf that was taken over; what has no lanes, in lane 0.
  SMELT_HD void start(bool from_head, int column, int lane) {
    const index pitch = p_.program.pitch;
    each_statistic([&](auto statistic, auto& f, index open, index) {
      using S = decltype(statistic);
      for (int i = 0; i < V; ++i)
        for (int k = 0; k < S::fields; ++k) {
          f[i][k] = S::identity(k);
          if (from_head && (S::laned || lane == 0))
            f[i][k] = p_.head[open + ((S::laned ? lane : 0) * S::fields + k) * pitch + column + i];
        }
    });
  }

  /// The first row from `from` on that is this lane's.
  SMELT_HD static index row_of(int lane, index from) {
    return from + ((lane - static_cast<int>(from & (lanes - 1))) & (lanes - 1));
  }
  SMELT_HD const in_type* element(index row, int column) const {
    return p_.x.data + (row - p_.rows.offset) * p_.x.row_stride + column * p_.x.col_stride;
  }
  /// Rows [from, to), those of a leaf. In vectors they come by the ring, on which those of the next leaf
  /// follow.
  SMELT_HD void read_rows(index from, index to, int column, int lane) {
    const index first = row_of(lane, from);
    const in_type* const begin = element(first, column);
    const index step = lanes * p_.x.row_stride;
    index row = first;
    const in_type* at = begin;
    bool some = false;
    if constexpr (V > 1) {
      for (; row < to; row += lanes) {
        const packed<in_type, V> x = coming_.next();
        for (int i = 0; i < V; ++i) note(x.at[i], i, some);
      }
    } else {
      constexpr int rows = 16;  // of loads in flight
      for (; row + (rows - 1) * lanes < to; row += rows * lanes, at += rows * step) {
        in_type x[rows];
        for (int r = 0; r < rows; ++r) x[r] = at[r * step];
        for (int r = 0; r < rows; ++r) note(x[r], 0, some);
      }
      for (; row < to; row += lanes, at += step) note(*at, 0, some);
    }
    if (!some) return;
    // The rows are read once more, to tell of the infinities that are refused.
    row = first;
    at = begin;
    for (; row < to; row += lanes, at += step)
      for (int i = 0; i < V; ++i) {
        const numbers_of_column numbers{p_.numbers + column + i, p_.program.pitch};
        const index place = (p_.x.first_row + row - p_.rows.offset) * p_.program.cols + column + i;
        tell_infinities(ctx_, p_.status, p_.places, refused<program_type>(widened(at[i]), numbers),
                        [&](int) { return place; });
      }
  }

  /// Folds an element in; `some` says whether one was infinite, and if that is refused, what is folded is
  /// thrown away.
  SMELT_HD void note(in_type from, int i, bool& some) {
    some |= suspect<program_type>(from);
    double x = widened(from);
    bool present = !absent(from);
    int k = 0;
    p_.program.steps.each([&](const auto& step) {
      using step_type = std::remove_cvref_t<decltype(step)>;
      if constexpr (is_mark<step_type>) {
        each_mark([&](auto mark, auto& statistics, index, index) {
          if constexpr (decltype(mark)::slot == step_type::slot) {
            note_held(statistics, i, x, shifts_[step_type::slot][i], present);
          }
        });
      } else {
        x = step.op.apply(x, numbers_[i].at + k);
        k += step_type::numbers;
        if constexpr (!is_admit<decltype(step_type::op)>) present = !missing(x);
      }
    });
  }

  /// Joins the lanes: l with l + 4, then l + 2, then l + 1; lane 0 has the result. An open leaf is
  /// written first, with its lanes.
  SMELT_HD void close(bool open_end, int column, int lane) {
    const index pitch = p_.program.pitch;
    each_statistic([&](auto statistic, auto& f, index open, index) {
      using S = decltype(statistic);
      auto write = [&](int l) {
        for (int i = 0; i < V; ++i)
          for (int k = 0; k < S::fields; ++k)
            p_.tail[open + (l * S::fields + k) * pitch + column + i] = f[i][k];
      };
      if (open_end && S::laned) write(lane);
      for (int half = lanes / 2; half > 0; half /= 2)
        for (int i = 0; i < V; ++i) {
          double other[static_cast<std::size_t>(S::fields)];
          for (int k = 0; k < S::fields; ++k) other[k] = ctx_.down(f[i][k], half);
          S::merge(f[i], static_cast<const double*>(other));
        }
      for (int i = 0; i < V; ++i) settle<S>(f[i]);
      if (open_end && !S::laned && lane == 0) write(0);
    });
  }

  /// Puts a closed leaf behind the roots of a task, joined with its equals before it.
  SMELT_HD int push(int task, index first, index leaf, int depth, int column, double count) {
    // Equal siblings before it: as many as there are whole subtrees that end with this leaf.
    for (index size = 1; ((leaf + 1) & (2 * size - 1)) == 0 && leaf + 1 - 2 * size >= first;
         size *= 2) {
      --depth;
      const double* left = p_.root(task, depth);
      each_statistic([&](auto statistic, auto& f, index, index closed) {
        using S = decltype(statistic);
        for (int i = 0; i < V; ++i) {
          double a[static_cast<std::size_t>(S::fields)];
          take<S>(a, left + closed + column + i);
          S::merge(a, static_cast<const double*>(f[i]));
          for (int k = 0; k < S::fields; ++k) f[i][k] = a[k];
        }
      });
      if (column == 0) count = add(ctx_.get(left), count);
    }
    double* to = p_.root(task, depth);
    each_statistic([&](auto statistic, auto& f, index, index closed) {
      using S = decltype(statistic);
      for (int i = 0; i < V; ++i) give<S>(to + closed + column + i, f[i]);
    });
    if (column == 0) write_counts(to, false, count);
    return depth + 1;
  }
  /// Every row reaches every mark: all slots have seen as many.
  SMELT_HD void write_counts(double* to, bool open_leaf, double count) {
    each_mark([&](auto, auto&, index open, index closed) {
      ctx_.put(to + (open_leaf ? open : closed), count);
    });
  }
  /// The fields of one column in a closed leaf.
  template <class S>
  SMELT_HD void take(double* f, const double* from) {
    for (int k = 0; k < S::fields; ++k) f[k] = ctx_.get(from + k * p_.program.pitch);
  }
  template <class S>
  SMELT_HD void give(double* to, const double* f) {
    for (int k = 0; k < S::fields; ++k) ctx_.put(to + k * p_.program.pitch, f[k]);
  }

  /// The tree over tasks for the columns of this thread.
  SMELT_HD void join_tasks(int task, int column) {
    // What becomes of the left value, for each field of each column, and for the rows seen.
    auto each = [&](double* to, auto&& change) {
      each_statistic([&](auto statistic, auto&, index, index closed) {
        for (int i = 0; i < V; ++i) change(statistic, to + closed + column + i);
      });
    };
    rise(
        p_, task, column / V, [&](unsigned* counter) { return ctx_.arrive(counter); },
        [&](double* left, const double* right) {
          each(left, [&](auto statistic, double* at) {
            using S = decltype(statistic);
            double a[static_cast<std::size_t>(S::fields)];
            double b[static_cast<std::size_t>(S::fields)];
            take<S>(a, at);
            take<S>(b, right + (at - left));
            S::merge(a, static_cast<const double*>(b));
            give<S>(at, a);
          });
          if (column == 0) write_counts(left, false, add(ctx_.get(left), ctx_.get(right)));
        },
        [&](const double* from, double* to) {
          each(to, [&](auto statistic, double* at) {
            using S = decltype(statistic);
            double a[static_cast<std::size_t>(S::fields)];
            take<S>(a, from + (at - to));
            give<S>(at, a);
          });
          if (column == 0) write_counts(to, false, ctx_.get(from));
        });
  }

  Context& ctx_;
  const Arguments& p_;
  own_ring<Context, packed<in_type, Arguments::most_columns>, Arguments::ring_depth> coming_;
  held_columns<V, program_type> held_;
  column_numbers<program_type> numbers_[static_cast<std::size_t>(V)];
  double shifts_[static_cast<std::size_t>(marks_in<program_type>)][static_cast<std::size_t>(V)];
};

}  // namespace detail
}  // namespace smelt::inline v0
