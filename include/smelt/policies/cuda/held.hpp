// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The statistics of a fold in the registers of one thread: for a few columns and one lane, all the
/// fields of all marks of a program. Indices are compile-time constants throughout: an array that
/// is not would lie in local memory.

#include <smelt/plan/summary.hpp>

namespace smelt::inline v0 {
namespace detail {

/// The fields of the statistics of one mark, for `V` columns and one lane.
template <int V, class... S>
struct held_statistics;
template <int V>
struct held_statistics<V> {
  template <class F>
  SMELT_HD void each(index, index, F&&, index = 0) {}
};
template <int V, class S, class... More>
struct held_statistics<V, S, More...> {
  double f[static_cast<std::size_t>(V)][static_cast<std::size_t>(S::fields)];
  held_statistics<V, More...> rest;

  /// Calls `f(statistic, fields, place in an open leaf, place in a closed one)`.
  template <class F>
  SMELT_HD void each(index open, index pitch, F&& call, index closed = 0) {
    call(S{}, f, open, closed);
    rest.each(open + (S::laned ? lanes : 1) * S::fields * pitch, pitch, call,
              closed + S::fields * pitch);
  }
};

/// Folds a value into the statistics of column i. In the place of a missing one no number is chosen where a
/// statistic can do without.
template <int V, class... S>
SMELT_HD void note_held(held_statistics<V, S...>& statistics, int i, double x, double shift, bool present) {
  if (present)
    statistics.each(0, 0, [&](auto statistic, auto& f, index, index) {
      using T = decltype(statistic);
      if constexpr (skips_missing<T>) T::note(f[i], x, subtract(x, shift), true);
    });
  statistics.each(0, 0, [&](auto statistic, auto& f, index, index) {
    using T = decltype(statistic);
    if constexpr (!skips_missing<T>) T::note(f[i], x, where(present, subtract(x, shift), 0.0), present);
  });
}

/// The same for all marks of a program, in their order.
template <int V, class... Steps>
struct held_marks;
template <int V>
struct held_marks<V> {
  template <class F>
  SMELT_HD void each(index, index, index, F&&) {}
};
template <int V, class Step, class... More>
struct held_marks<V, Step, More...> : held_marks<V, More...> {};
template <int V, int Slot, class... S, class... More>
struct held_marks<V, mark_step<Slot, S...>, More...> {
  held_statistics<V, S...> here;
  held_marks<V, More...> rest;

  /// Calls `call(mark, statistics, place in an open leaf, place in a closed one)`.
  template <class F>
  SMELT_HD void each(index pitch, index open, index closed, F&& call) {
    using layout = slot_layout<mark_step<Slot, S...>>;
    call(mark_step<Slot, S...>{}, here, open, closed);
    rest.each(pitch, open + layout::open(pitch), closed + layout::closed(pitch), call);
  }
};

template <int V, class Program>
struct held_columns;
template <int V, class... Steps>
struct held_columns<V, program<Steps...>> : held_marks<V, Steps...> {};

}  // namespace detail
}  // namespace smelt::inline v0
