// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a fold adds up: leaves of 1024 rows in eight lanes, joined by one fixed tree. The same for
/// every policy, thread count, width, type and layout, so that all of them give the same bits.

#include <smelt/core/elements.hpp>
#include <smelt/core/memory.hpp>
#include <smelt/plan/program.hpp>

namespace smelt::inline v0 {

inline constexpr index leaf_rows = 1024;
inline constexpr int lanes = 8;

/// Doubles one statistic holds for `pitch` columns: of one leaf while it is folded.
template <class S>
SMELT_HD constexpr index open_size(index pitch) {
  return (S::laned ? lanes : 1) * S::fields * pitch;
}
/// The same after its lanes have been joined.
template <class S>
SMELT_HD constexpr index closed_size(index pitch) {
  return S::fields * pitch;
}

/// After the last value of a leaf has been noted, or sooner: makes fields that depend on the order of
/// the values, as a zero's sign does, independent of it.
template <class S, class V>
SMELT_HD constexpr void settle(V* f) {
  if constexpr (requires { S::settle(f); }) S::settle(f);
}

/// True for a statistic that a missing value leaves as it is, by its own word.
template <class S>
inline constexpr bool skips_missing = false;
template <class S>
  requires requires { S::skips_missing; }
inline constexpr bool skips_missing<S> = S::skips_missing;

/// The memory of one slot: the number of rows, padded to a cache line, then its statistics one
/// after another; field f of column c of lane l is at `(l * fields + f) * pitch + c`.
template <class Mark>
struct slot_layout;
template <int Slot, class... S>
struct slot_layout<mark_step<Slot, S...>> {
  static constexpr index head = 8;

  SMELT_HD static constexpr index open(index pitch) { return head + (open_size<S>(pitch) + ... + 0); }
  SMELT_HD static constexpr index closed(index pitch) { return head + (closed_size<S>(pitch) + ... + 0); }

  /// Calls `f(statistic{}, open part, closed part)` for each statistic.
  SMELT_CALLS_ANY
  template <class F>
  SMELT_HD static void each(double* open_part, double* closed_part, index pitch, F&& f) {
    open_part += head;
    closed_part += head;
    ((f(S{}, open_part, closed_part), open_part += open_size<S>(pitch),
      closed_part += closed_size<S>(pitch)),
     ...);
  }

  static void clear(double* at, index pitch) {
    std::fill_n(at, head, 0.0);
    double* part = at + head;
    ((clear_one<S>(part, pitch), part += open_size<S>(pitch)), ...);
  }

  /// Joins the lanes by halving: l with l + 4, then l + 2, then l + 1.
  static void close(double* from, double* to, index pitch) {
    to[0] = from[0];
    each(from, to, pitch, [&](auto statistic, double* wide, double* narrow) {
      using Statistic = decltype(statistic);
      constexpr index lane_size = Statistic::fields;
      if constexpr (Statistic::laned)
        for (index half = lanes / 2; half > 0; half /= 2)
          for (index l = 0; l < half; ++l)
            merge_one<Statistic>(wide + l * lane_size * pitch, wide + (l + half) * lane_size * pitch,
                          pitch);
      detail::copy_elements(wide, lane_size * pitch, narrow);
    });
  }

  static void merge(double* a, const double* b, index pitch) {
    a[0] = add(a[0], b[0]);
    double* x = a + head;
    const double* y = b + head;
    ((merge_one<S>(x, y, pitch), x += closed_size<S>(pitch), y += closed_size<S>(pitch)), ...);
  }

  /// The fields of statistic `Wanted` in a closed slot.
  template <class Wanted>
  static const double* find(const double* closed_part, index pitch) {
    const double* part = closed_part + head;
    const double* found = nullptr;
    ((std::is_same_v<S, Wanted> ? void(found = part) : void(), part += closed_size<S>(pitch)), ...);
    return found;
  }

 private:
  template <class Statistic>
  static void clear_one(double* part, index pitch) {
    for (int l = 0; l < (Statistic::laned ? lanes : 1); ++l)
      for (int f = 0; f < Statistic::fields; ++f, part += pitch)
        for (index c = 0; c < pitch; ++c) part[c] = Statistic::identity(f);
  }
  template <class Statistic>
  static void merge_one(double* a, const double* b, index pitch) {
    for (index c = 0; c < pitch; ++c) {
      double x[Statistic::fields];
      double y[Statistic::fields];
      for (int f = 0; f < Statistic::fields; ++f) {
        x[f] = a[f * pitch + c];
        y[f] = b[f * pitch + c];
      }
      Statistic::merge(x, static_cast<const double*>(y));
      for (int f = 0; f < Statistic::fields; ++f) a[f * pitch + c] = x[f];
    }
  }
};

/// All slots of a fold program, one after another in one block of memory.
template <class Program>
struct summary;
template <class... Steps>
struct summary<program<Steps...>> {
  /// Calls `f(mark, offset in an open block, offset in a closed block)` for each mark.
  SMELT_CALLS_ANY
  template <class F>
  SMELT_HD static constexpr void each(index pitch, F&& f) {
    index open = 0;
    index closed = 0;
    (one<Steps>(pitch, open, closed, f), ...);
  }
  SMELT_HD static constexpr index open_size(index pitch) {
    index size = 0;
    each(pitch, [&](auto mark, index, index) { size += slot_layout<decltype(mark)>::open(pitch); });
    return size;
  }
  SMELT_HD static constexpr index closed_size(index pitch) {
    index size = 0;
    each(pitch,
         [&](auto mark, index, index) { size += slot_layout<decltype(mark)>::closed(pitch); });
    return size;
  }
  /// What lies beside the columns of an open leaf made the same, whoever has folded it: pieces are
  /// known by the bits of their open leaves.
  static void tidy(detail::list<double>& leaf, index pitch, index cols) {
    double* const at = leaf.data();
    detail::list<double> fresh(static_cast<std::size_t>(open_size(pitch)), leaf.get_allocator());
    clear(fresh.data(), pitch);
    each(pitch, [&](auto mark, index open, index) {
      using slot = slot_layout<decltype(mark)>;
      std::fill(at + open + 1, at + open + slot::head, 0.0);
      for (index row = open + slot::head; row < open + slot::open(pitch); row += pitch)
        detail::copy_elements(fresh.data() + row + cols, pitch - cols, at + row + cols);
    });
  }
  static void clear(double* at, index pitch) {
    each(pitch, [&](auto mark, index open, index) {
      slot_layout<decltype(mark)>::clear(at + open, pitch);
    });
  }
  static void close(double* from, double* to, index pitch) {
    each(pitch, [&](auto mark, index open, index closed) {
      slot_layout<decltype(mark)>::close(from + open, to + closed, pitch);
    });
  }
  static void merge(double* a, const double* b, index pitch) {
    each(pitch, [&](auto mark, index, index closed) {
      slot_layout<decltype(mark)>::merge(a + closed, b + closed, pitch);
    });
  }

 private:
  SMELT_CALLS_ANY
  template <class Step, class F>
  SMELT_HD static constexpr void one(index pitch, index& open, index& closed, F& f) {
    if constexpr (is_mark<Step>) {
      f(Step{}, open, closed);
      open += slot_layout<Step>::open(pitch);
      closed += slot_layout<Step>::closed(pitch);
    }
  }
};

/// Roots of complete subtrees over leaves, in order of their leaves. The tree over n leaves has as
/// its left child the largest complete power of two; joining equal neighbours as they come and the
/// rest from the right gives exactly that tree, in O(log n) memory.
template <class Summary>
class forest {
 public:
  forest() = default;
  explicit forest(index pitch, resource_ref memory = {})
      : pitch_(pitch), size_(Summary::closed_size(pitch)), roots_(memory), values_(memory) {}

  /// Adds the root of the leaves `leaf`, ..., `leaf + 2^level - 1`, the next in order.
  void push(index leaf, int level, const double* root) {
    roots_.push_back({leaf, level});
    values_.insert(values_.end(), root, root + size_);
    while (roots_.size() > 1) {
      const node right = roots_.back();
      const node left = roots_[roots_.size() - 2];
      const bool siblings = left.level == right.level && ((left.leaf >> left.level) & 1) == 0 &&
                            left.leaf + (index{1} << left.level) == right.leaf;
      if (!siblings) break;
      Summary::merge(at(roots_.size() - 2), at(roots_.size() - 1), pitch_);
      roots_.pop_back();
      values_.resize(values_.size() - static_cast<std::size_t>(size_));
      ++roots_.back().level;
    }
  }
  void push(const forest& later) {
    for (std::size_t i = 0; i < later.roots_.size(); ++i)
      push(later.roots_[i].leaf, later.roots_[i].level, later.at(i));
  }
  /// The root of everything, from the right; false when there is none.
  bool total(detail::list<double>& out) const {
    if (roots_.empty()) return false;
    out.assign(at(roots_.size() - 1), at(roots_.size() - 1) + size_);
    detail::list<double> left(static_cast<std::size_t>(size_), out.get_allocator());
    for (std::size_t i = roots_.size() - 1; i-- > 0;) {
      detail::copy_elements(at(i), size_, left.data());
      Summary::merge(left.data(), out.data(), pitch_);
      out.swap(left);
    }
    return true;
  }

 private:
  struct node {
    index leaf;
    int level;
  };
  double* at(std::size_t i) { return values_.data() + i * static_cast<std::size_t>(size_); }
  const double* at(std::size_t i) const {
    return values_.data() + i * static_cast<std::size_t>(size_);
  }

  index pitch_ = 0;
  index size_ = 0;
  detail::list<node> roots_;
  detail::list<double> values_;
};

}  // namespace smelt::inline v0
