// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The sums of a leaf in registers, for one or two packets of columns and one lane at a time.

#include <smelt/plan/summary.hpp>
#include <smelt/policies/eigen/float_packet.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Where the sums of one mark lie: `at[i] + (lane * fields + f) * pitch + c` for field f of its i-th
/// statistic, lane 0 for one without lanes.
template <class Mark>
struct sums_of;
template <int Slot, class... S>
struct sums_of<mark_step<Slot, S...>> {
  double* at[sizeof...(S) + 1];
  index pitch;

  sums_of(double* part, index columns, bool with_lanes) : pitch(columns) {
    std::size_t i = 0;
    ((at[i++] = part, part += with_lanes ? open_size<S>(columns) : closed_size<S>(columns)), ...);
  }
  /// Those of the columns from `columns` on. (The last of `at` is there for marks of no statistic: it has no value.)
  void move(index columns) {
    for (double** part = at; part != at + sizeof...(S); ++part) *part += columns;
  }
};

/// The fields of one statistic for a few packets of columns, in registers.
template <class Statistic, int Packets>
struct held_fields {
  using statistic = Statistic;
  packet of[static_cast<std::size_t>(Packets)][static_cast<std::size_t>(Statistic::fields)];

  SMELT_INLINE void take(const double* part, index pitch) {
    for (int j = 0; j < Packets; ++j)
      for (int k = 0; k < Statistic::fields; ++k)
        of[j][k] = load(part + k * pitch + j * packet::size);
  }
  SMELT_INLINE void give(double* part, index pitch) {
    for (int j = 0; j < Packets; ++j) {
      settle<Statistic>(of[j]);
      for (int k = 0; k < Statistic::fields; ++k)
        Eigen::internal::pstoreu(part + k * pitch + j * packet::size, of[j][k].value);
    }
  }
};

/// True for a statistic that may note floats as they are stored: fields that hold a value noted, or a
/// count of a leaf, are exact in a float.
template <class Statistic>
inline constexpr bool is_narrow = false;
template <class Statistic>
  requires requires { Statistic::narrow; }
inline constexpr bool is_narrow<Statistic> = Statistic::narrow;

/// The fields of one for two packets of columns, in registers of floats: begun anew and merged.
template <class Statistic>
struct narrow_fields {
  float_packet of[Statistic::fields];

  SMELT_INLINE void take(const double*, index) {
    for (int k = 0; k < Statistic::fields; ++k) of[k] = float_packet(Statistic::identity(k));
  }
  SMELT_INLINE void give(double* part, index pitch) {
    float each[Statistic::fields][float_packet::size];
    for (int k = 0; k < Statistic::fields; ++k) Eigen::internal::pstoreu(each[k], of[k].value);
    for (index c = 0; c < float_packet::size; c += packet::size) {
      packet mine[Statistic::fields];
      packet all[Statistic::fields];
      for (int k = 0; k < Statistic::fields; ++k) {
        mine[k] = load(each[k] + c);
        all[k] = load(part + k * pitch + c);
      }
      Statistic::merge(all, static_cast<const packet*>(mine));
      settle<Statistic>(all);
      for (int k = 0; k < Statistic::fields; ++k)
        Eigen::internal::pstoreu(part + k * pitch + c, all[k].value);
    }
  }
};

/// Those of all statistics of a mark. `Narrow`: values are noted as the floats they are stored as by
/// the statistics that allow it.
template <int Packets, bool Narrow, class Mark>
struct held_sums;
template <int Packets, bool Narrow, int Slot, class... S>
struct held_sums<Packets, Narrow, mark_step<Slot, S...>> {
  using sums_type = sums_of<mark_step<Slot, S...>>;

  SMELT_INLINE void begin(const sums_type& sums, const double* shift, index c) {
    for (int j = 0; j < Packets; ++j) shift_[j] = load(shift + c + j * packet::size);
    each<false>(sums, 0, c, [](auto& f, double* part, index pitch) { f.take(part, pitch); });
  }
  /// Takes the sums of a lane.
  SMELT_INLINE void take(const sums_type& sums, int lane, index c) {
    each<true>(sums, lane, c, [](auto& f, double* part, index pitch) { f.take(part, pitch); });
  }
  SMELT_INLINE void give(const sums_type& sums, int lane, index c) {
    each<true>(sums, lane, c, [](auto& f, double* part, index pitch) { f.give(part, pitch); });
  }
  SMELT_INLINE void end(const sums_type& sums, index c) {
    each<false>(sums, 0, c, [](auto& f, double* part, index pitch) { f.give(part, pitch); });
  }

  /// One value of a row for each column of packet j.
  SMELT_INLINE void note(packet x, int j) {
    const present_mask there = present(x);
    const packet shifted = where(there, subtract(x, shift_[j]), packet(0.0));
    (note_one<S>(x, shifted, there, j), ...);
  }
  /// The same for all packets, as floats.
  SMELT_INLINE void note(float_packet x) {
    const present_floats there = present(x);
    (note_one<S>(x, there), ...);
  }

 private:
  template <class Statistic>
  static constexpr bool as_floats = Narrow && is_narrow<Statistic>;
  template <class Statistic>
  using held = std::conditional_t<as_floats<Statistic>, narrow_fields<Statistic>,
                                  held_fields<Statistic, Packets>>;

  template <class Statistic>
  SMELT_INLINE void note_one(packet x, packet shifted, present_mask there, int j) {
    if constexpr (!as_floats<Statistic>)
      Statistic::note(std::get<held<Statistic>>(fields_).of[j], x, shifted, there);
  }
  template <class Statistic>
  SMELT_INLINE void note_one(float_packet x, present_floats there) {
    if constexpr (as_floats<Statistic>)
      Statistic::note(std::get<held<Statistic>>(fields_).of, x, x, there);
  }
  template <bool Laned, class F>
  SMELT_INLINE void each(const sums_type& sums, int lane, index c, F&& f) {
    std::size_t i = 0;
    auto one = [&]<class Statistic>(std::type_identity<Statistic>) {
      double* part = sums.at[i++] + c + lane * Statistic::fields * sums.pitch;
      if constexpr (Statistic::laned == Laned) f(std::get<held<Statistic>>(fields_), part, sums.pitch);
    };
    (one(std::type_identity<S>{}), ...);
  }

  std::tuple<held<S>...> fields_;
  packet shift_[static_cast<std::size_t>(Packets)];
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
