// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Several doubles at once: Eigen's packet, and arithmetic on it under the names that ops use for
/// one double.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/types.hpp>

#include <Eigen/Core>  // packets of this machine

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

// The packet forms below would hide those for one double, which the ends of rows need.
using v0::add;
using v0::divide;
using v0::either;
using v0::equal;
using v0::less;
using v0::magnitude;
using v0::missing;
using v0::product;
using v0::subtract;
using v0::where;

using raw_packet = Eigen::internal::packet_traits<double>::type;

/// `size` doubles.
struct packet {
  static constexpr index size = sizeof(raw_packet) / sizeof(double);
  raw_packet value;

  packet() = default;
  SMELT_INLINE packet(raw_packet v) : value(v) {}
  SMELT_INLINE explicit packet(double x) : value(Eigen::internal::pset1<raw_packet>(x)) {}
};

/// See `unassumed(double)`.
SMELT_INLINE packet unassumed(packet a) {
  if constexpr (fast_math) asm("" : "+" SMELT_FP_REGISTER(a.value));
  return a;
}
SMELT_INLINE packet add(packet a, packet b) { return Eigen::internal::padd(a.value, b.value); }
SMELT_INLINE packet subtract(packet a, packet b) {
  return Eigen::internal::psub(a.value, b.value);
}
/// A product that no compiler contracts; see `product(double, double)`.
SMELT_INLINE packet product(packet a, packet b) {
  raw_packet p = Eigen::internal::pmul(a.value, b.value);
  asm("" : "+" SMELT_FP_REGISTER(p));
  return p;
}
SMELT_INLINE packet divide(packet a, packet b) { return Eigen::internal::pdiv(a.value, b.value); }
SMELT_INLINE packet magnitude(packet a) { return Eigen::internal::pabs(a.value); }
/// Correctly rounded, one by one: Eigen's wide form is an estimate that it refines.
SMELT_INLINE packet root(packet a) {
  double each[packet::size];
  Eigen::internal::pstoreu(each, a.value);
  for (double& x : each) x = v0::root(x);
  return Eigen::internal::ploadu<raw_packet>(each);
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
