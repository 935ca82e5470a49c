// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Folds of rows that are decoded: some of them near, where a folder of rows in memory takes them. And
/// whether sums show an infinity.

#include <smelt/core/table.hpp>
#include <smelt/plan/leaf_list.hpp>
#include <smelt/plan/map.hpp>
#include <smelt/plan/summary.hpp>
#include <smelt/statistics/moments.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>  // std::as_const

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Rows that were decoded, and what folds them.
template <class T, class Folder>
class decoded_rows {
 public:
  template <class Program>
  decoded_rows(const Program& p, const double* const* shifts, resource_ref memory)
      : rows_(capacity_of(p.cols), p.cols, {}, memory), folder_(p, view_, shifts, memory) {}
  index capacity() const { return rows_.rows(); }
  T* rows() { return rows_.data(); }
  /// Folds the first `n`, which are those of a list from `at` on; true when there were infinities.
  bool fold(const leaf_list& list, index at, index n, double* open) {
    list_.follow(list, at, n);
    pass_status met;
    folder_(list_, open, met);
    return met.infinities > 0;
  }

 private:
  static index capacity_of(index cols) {
    constexpr index near = 131072;  // bytes
    const index row = std::max<index>(cols, 1) * static_cast<index>(sizeof(T));
    return std::clamp<index>(near / row / lanes * lanes, lanes, leaf_rows);
  }
  table<T> rows_;
  matrix_view<const T> view_ = std::as_const(rows_).view();
  leaf_list list_;
  Folder folder_;
};

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

/// Whether the sums of squares of the first slot are all finite, in a leaf that is open or not.
template <class Program>
bool finite_sums(const Program& program, const double* leaf, bool is_open) {
  bool finite = true;
  summary<Program>::each(program.pitch, [&](auto mark, index at, index) {
    if constexpr (decltype(mark)::slot == 0)
      slot_layout<decltype(mark)>::each(
          const_cast<double*>(leaf) + at, const_cast<double*>(leaf) + at, program.pitch,
          [&](auto statistic, const double* open, const double* closed) {
            if constexpr (std::is_same_v<decltype(statistic), moments>) {  // braces: for nvcc
              const double* part = is_open ? open : closed;
              for (int l = 0; l < (is_open ? lanes : 1); ++l)
                for (index c = 0; c < program.cols; ++c) {
                  const double q = part[(l * moments::fields + 1) * program.pitch + c];
                  finite = finite && !missing(q) && !infinite(q);
                }
            }
          });
  });
  return finite;
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
