// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Eight rows as one. Row r of a leaf is in lane r mod 8, so element e of eight rows that lie next to
/// one another is of one column and one lane whatever the rows. They are noted like one row of eight
/// times the columns and a single lane, in packets that are always full, however narrow or odd the
/// table is. So are eight elements of a column that lies in memory as a whole.

#include <smelt/policies/eigen/map.hpp>
#include <smelt/policies/eigen/note.hpp>

#include <algorithm>  // std::fill_n
#include <cstddef>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// The numbers, shifts and sums of a fold for each column and lane: lane l of column c is at
/// `l * lane_step + c * column_step`.
template <class Program>
class eight_rows {
 public:
  using layout = summary<Program>;

  eight_rows(const Program& p, const double* const* shifts, index lane_step, index column_step,
             resource_ref memory = {})
      : pitch_(lanes * p.cols),
        open_pitch_(p.pitch),
        cols_(p.cols),
        lane_step_(lane_step),
        column_step_(column_step),
        values_(memory) {
    for (int k = 0; k < number_rows<Program>; ++k) repeat(p.numbers + k * p.pitch);
    shifts_at_ = values_.size();
    layout::each(p.pitch, [&](auto mark, index, index) { repeat(shifts[mark.slot]); });
    sums_at_ = values_.size();
    // Sums are read in whole packets.
    values_.resize(sums_at_ + static_cast<std::size_t>(layout::closed_size(pitch_) + packet::size));
  }

  numbers_at numbers() const { return {values_.data(), pitch_}; }
  const double* shift(int slot) const { return values_.data() + shifts_at_ + slot * pitch_; }
  /// The sums of a mark that are `closed` behind the first in a closed leaf of `pitch()` columns.
  template <class Mark>
  sums_of<Mark> sums(index closed) {
    return {values_.data() + sums_at_ + closed + slot_layout<Mark>::head, pitch_, false};
  }
  index pitch() const { return pitch_; }

  /// Begins a leaf.
  void begin() {
    each_sum([&](auto statistic, double* fields, index) {
      using S = decltype(statistic);
      for (int k = 0; k < S::fields; ++k) std::fill_n(fields + k * pitch_, pitch_, S::identity(k));
    });
  }
  /// Ends one of `rows` rows that was begun here: joins its lanes, by halving as ever, into a closed one.
  void close(index rows, double* closed) {
    layout::each(open_pitch_, [&](auto, index, index at) { closed[at] = static_cast<double>(rows); });
    each_sum([&](auto statistic, double* fields, index at) {
      using S = decltype(statistic);
      if (cols_ == 1 || lane_step_ == 1)
        for (index c = 0; c < cols_; ++c) join<S>(fields + c * lanes, closed + at + c);
      else
        join_rows<S>(fields, closed + at);
    });
  }

  /// Takes over the lanes of an open leaf; what has none begins anew.
  void take(double* open) {
    each(open, [](auto statistic, double& mine, const double& its, int k, index, index) {
      using S = decltype(statistic);
      mine = S::laned ? its : S::identity(k);
    });
  }
  /// Gives the lanes back; what has none is merged.
  void give(double* open) {
    each(open, [](auto statistic, double& mine, double& its, int k, index my_step, index its_step) {
      using S = decltype(statistic);
      if constexpr (S::laned) {
        its = mine;
      } else if (k == 0) {
        double a[S::fields];
        double b[S::fields];
        for (int f = 0; f < S::fields; ++f) {
          a[f] = (&its)[f * its_step];
          b[f] = (&mine)[f * my_step];
        }
        S::merge(a, static_cast<const double*>(b));
        for (int f = 0; f < S::fields; ++f) (&its)[f * its_step] = a[f];
      }
    });
  }

 private:
  /// Calls `f(statistic, its sums here, where they are in a closed leaf)`.
  template <class F>
  void each_sum(F&& f) {
    double* mine = values_.data() + sums_at_;
    layout::each(open_pitch_, [&](auto mark, index, index at) {
      using slot = slot_layout<decltype(mark)>;
      double* fields = mine + slot::head;
      at += slot::head;
      slot::each(fields, fields, 0, [&](auto statistic, double*, double*) {
        using S = decltype(statistic);
        f(statistic, fields, at);
        fields += closed_size<S>(pitch_);
        at += closed_size<S>(open_pitch_);
      });
      mine += slot::closed(pitch_);
    });
  }
  /// Joins the lanes of a column, which lie next to one another.
  template <class S>
  void join(const double* fields, double* to) const {
    constexpr auto packets = static_cast<std::size_t>(lanes / packet::size);
    packet of[packets][static_cast<std::size_t>(S::fields)];
    for (std::size_t i = 0; i < packets; ++i)
      for (int k = 0; k < S::fields; ++k)
        of[i][k] = load(fields + k * pitch_ + static_cast<index>(i) * packet::size);
    for (std::size_t half = packets / 2; half > 0; half /= 2)
      for (std::size_t i = 0; i < half; ++i)
        S::merge(of[i], static_cast<const packet*>(of[i + half]));
    for (index half = packet::size / 2; half > 0; half /= 2) {
      packet other[S::fields];
      for (int k = 0; k < S::fields; ++k) other[k] = moved_down(of[0][k], half);
      S::merge(of[0], static_cast<const packet*>(other));
    }
    for (int k = 0; k < S::fields; ++k) to[k * open_pitch_] = first_of(of[0][k]);
  }
  /// The same for all columns, of which those of a lane lie next to one another: lanes l and l + 4 of
  /// all of them are halves. What the last packet of a half writes behind it, is not read again.
  template <class S>
  void join_rows(double* fields, double* to) const {
    for (index half = pitch_ / 2; half >= cols_; half /= 2)
      for (index i = 0; i < half; i += packet::size) {
        packet a[S::fields];
        packet b[S::fields];
        for (int k = 0; k < S::fields; ++k) {
          a[k] = load(fields + k * pitch_ + i);
          b[k] = load(fields + k * pitch_ + i + half);
        }
        S::merge(a, static_cast<const packet*>(b));
        for (int k = 0; k < S::fields; ++k) store_raw(fields + k * pitch_ + i, a[k]);
      }
    for (int k = 0; k < S::fields; ++k)
      copy_elements(fields + k * pitch_, cols_, to + k * open_pitch_);
  }
  void repeat(const double* of_columns) {
    const std::size_t at = values_.size();
    values_.resize(at + static_cast<std::size_t>(pitch_));
    for (index l = 0; l < lanes; ++l)
      for (index c = 0; c < cols_; ++c)
        values_[at + static_cast<std::size_t>(l * lane_step_ + c * column_step_)] = of_columns[c];
  }
  /// Calls `f(statistic, mine, its, k, step to my next field, step to its next)` for field k of each
  /// statistic, lane and column.
  template <class F>
  void each(double* open, F&& f) {
    double* mine = values_.data() + sums_at_;
    layout::each(open_pitch_, [&](auto mark, index at, index) {
      using slot = slot_layout<decltype(mark)>;
      double* fields = mine + slot::head;
      slot::each(open + at, open + at, open_pitch_, [&](auto statistic, double* part, double*) {
        using S = decltype(statistic);
        for (index l = 0; l < lanes; ++l)
          for (int k = 0; k < S::fields; ++k)
            for (index c = 0; c < cols_; ++c)
              f(statistic, fields[k * pitch_ + l * lane_step_ + c * column_step_],
                part[((S::laned ? l : 0) * S::fields + k) * open_pitch_ + c], k, pitch_,
                open_pitch_);
        fields += closed_size<S>(pitch_);
      });
      mine += slot::closed(pitch_);
    });
  }

  index pitch_;
  index open_pitch_;
  index cols_;
  index lane_step_;
  index column_step_;
  std::size_t shifts_at_ = 0;
  std::size_t sums_at_ = 0;
  list<double> values_;
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
