// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Several doubles at once: Eigen's packet under the names that ops use for one double, so that an
/// op is written once. Each function is the same IEEE operation in every element.

#include <smelt/core/arithmetic.hpp>
#include <smelt/core/types.hpp>

#include <Eigen/Core>  // packets of this machine

#include <cstdint>
#include <cstring>  // std::memcpy
#include <type_traits>

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

/// True for each element, as all ones or all zeros.
struct packet_mask {
  raw_packet bits;
};

/// `size` doubles.
struct packet {
  static constexpr index size = sizeof(raw_packet) / sizeof(double);
  raw_packet value;

  packet() = default;
  SMELT_INLINE packet(raw_packet v) : value(v) {}
  SMELT_INLINE explicit packet(double x) : value(Eigen::internal::pset1<raw_packet>(x)) {}
};

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
SMELT_INLINE packet root(packet a) { return Eigen::internal::psqrt(a.value); }
SMELT_INLINE packet_mask less(packet a, packet b) {
  return {Eigen::internal::pcmp_lt(a.value, b.value)};
}
SMELT_INLINE packet_mask equal(packet a, packet b) {
  return {Eigen::internal::pcmp_eq(a.value, b.value)};
}
SMELT_INLINE packet_mask either(packet_mask a, packet_mask b) {
  return {Eigen::internal::por(a.bits, b.bits)};
}
/// True when the test holds in some element.
SMELT_INLINE bool any(bool test) { return test; }
SMELT_INLINE bool any(packet_mask test) {
  std::uint64_t bits[packet::size];
  std::memcpy(bits, &test.bits, sizeof bits);
  std::uint64_t all = 0;
  for (std::uint64_t b : bits) all |= b;
  return all != 0;
}
SMELT_INLINE packet_mask both(packet_mask a, packet_mask b) {
  return {Eigen::internal::pand(a.bits, b.bits)};
}
SMELT_INLINE packet where(packet_mask test, packet yes, packet no) {
  return Eigen::internal::pselect(test.bits, yes.value, no.value);
}
/// The opposite of `missing`, without computing it.
struct present_mask {
  packet_mask gone;
};
SMELT_INLINE packet where(present_mask present, packet yes, packet no) {
  return where(present.gone, no, yes);
}
/// As for one double: b where b < a, else a.
SMELT_INLINE packet lesser(packet a, packet b) { return where(less(b, a), b, a); }
SMELT_INLINE packet greater(packet a, packet b) { return where(less(a, b), b, a); }

/// True for NaN: the only x that is smaller than -infinity, or unordered with it.
SMELT_INLINE packet_mask missing(packet x) {
  if constexpr (fast_math) {
    // The compiler may assume that nothing is unordered: look at the bits of each element instead.
    std::uint64_t bits[packet::size];
    std::memcpy(bits, &x.value, sizeof bits);
    for (auto& b : bits)
      b = (b & 0x7fffffffffffffffu) > 0x7ff0000000000000u ? ~std::uint64_t{0} : std::uint64_t{0};
    packet_mask mask;
    std::memcpy(&mask.bits, bits, sizeof bits);
    return mask;
  } else {
    const packet lowest(-std::numeric_limits<double>::infinity());
    return {Eigen::internal::pcmp_lt_or_nan(x.value, lowest.value)};
  }
}

/// Elements next to each other in memory, as doubles.
template <class T>
SMELT_INLINE packet load(const T* from) {
  if constexpr (std::is_same_v<T, double>) {
    return Eigen::internal::ploadu<raw_packet>(from);
  } else {
    constexpr auto size = static_cast<std::size_t>(packet::size);
    typedef T few __attribute__((vector_size(sizeof(T) * size)));
    typedef std::int32_t ints __attribute__((vector_size(sizeof(std::int32_t) * size)));
    typedef double doubles __attribute__((vector_size(sizeof(double) * size)));
    few v;
    std::memcpy(&v, from, sizeof v);
    doubles wide;
    if constexpr (sizeof(T) < sizeof(std::int32_t))
      wide = __builtin_convertvector(__builtin_convertvector(v, ints), doubles);
    else
      wide = __builtin_convertvector(v, doubles);
    raw_packet p;
    std::memcpy(&p, &wide, sizeof p);
    return p;
  }
}
/// Rounds each element once and stores it; missing values as the canonical one.
template <class T>
SMELT_INLINE void store(T* to, packet x) {
  const packet settled = where(missing(x), packet(missing_value<double>), x);
  if constexpr (std::is_same_v<T, double>) {
    Eigen::internal::pstoreu(to, settled.value);
  } else {
    constexpr auto size = static_cast<std::size_t>(packet::size);
    typedef T few __attribute__((vector_size(sizeof(T) * size)));
    typedef double doubles __attribute__((vector_size(sizeof(double) * size)));
    doubles wide;
    std::memcpy(&wide, &settled.value, sizeof wide);
    const few v = __builtin_convertvector(wide, few);
    std::memcpy(to, &v, sizeof v);
  }
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
