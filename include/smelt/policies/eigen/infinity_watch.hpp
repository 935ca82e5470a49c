// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Looking for infinities on the way, at the price of one comparison of two packets.

#include <smelt/plan/program.hpp>
#include <smelt/policies/eigen/float_packet.hpp>

#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// The infinities that a program does not let in, looked for and no more: such a value, once in a
/// long while, is what a run is done again for.
template <class Program, class T>
class infinity_watch {
 public:
  static constexpr bool needed = has_infinity<T> && !admits_all<Program>;
  /// Two packets can be looked at as floats.
  static constexpr bool as_floats =
      needed && std::is_same_v<T, float> && admit_row<Program> < 0;

  template <class Numbers>
  SMELT_INLINE void look([[maybe_unused]] packet x, [[maybe_unused]] const Numbers& numbers) {
    if constexpr (needed) seen_ = either(seen_, refused<Program>(x, numbers));
  }
  SMELT_INLINE void look(float_packet x) { floats_ = either(floats_, infinities(x)); }
  SMELT_INLINE bool found() const { return any(seen_) || any(floats_); }

 private:
  packet_mask seen_ = equal(packet(0.0), packet(1.0));
  float_mask floats_ = infinities(float_packet(0.0));
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
