// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Comparisons of packets, and choosing by them: with mask registers where the machine has them,
/// else as packets of all ones and all zeros.

#include <smelt/policies/eigen/packet_type.hpp>

#include <cstdint>
#include <cstring>  // std::memcpy
#include <limits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

#if SMELT_X86_PACKETS == 512

/// True for each element, as a bit of a mask register.
struct packet_mask {
  __mmask8 bits;
};

SMELT_INLINE packet_mask either(packet_mask a, packet_mask b) {
  return {static_cast<__mmask8>(a.bits | b.bits)};
}
SMELT_INLINE packet_mask both(packet_mask a, packet_mask b) {
  return {static_cast<__mmask8>(a.bits & b.bits)};
}
SMELT_INLINE packet_mask except(packet_mask a, packet_mask b) {
  return {static_cast<__mmask8>(a.bits & ~b.bits)};
}
SMELT_INLINE packet where(packet_mask test, packet yes, packet no) {
  return _mm512_mask_blend_pd(test.bits, no.value, yes.value);
}
/// True when the test holds in some element.
SMELT_INLINE bool any(packet_mask test) { return test.bits != 0; }

/// True for NaN: by its class, which no compiler option lets anyone assume away.
SMELT_INLINE packet_mask missing(packet x) {
  constexpr int quiet_or_signalling = 0x81;
  return {_mm512_fpclass_pd_mask(x.value, quiet_or_signalling)};
}
SMELT_INLINE packet_mask compared_less(packet a, packet b) {
  return {_mm512_cmp_pd_mask(a.value, b.value, _CMP_LT_OQ)};
}
SMELT_INLINE packet_mask compared_equal(packet a, packet b) {
  return {_mm512_cmp_pd_mask(a.value, b.value, _CMP_EQ_OQ)};
}

#else

/// True for each element, as all ones or all zeros.
struct packet_mask {
  raw_packet bits;
};

SMELT_INLINE packet_mask compared_less(packet a, packet b) {
  return {Eigen::internal::pcmp_lt(a.value, b.value)};
}
SMELT_INLINE packet_mask compared_equal(packet a, packet b) {
  return {Eigen::internal::pcmp_eq(a.value, b.value)};
}
SMELT_INLINE packet_mask either(packet_mask a, packet_mask b) {
  return {Eigen::internal::por(a.bits, b.bits)};
}
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
SMELT_INLINE packet_mask except(packet_mask a, packet_mask b) {
  return {Eigen::internal::pandnot(a.bits, b.bits)};
}
SMELT_INLINE packet where(packet_mask test, packet yes, packet no) {
  return Eigen::internal::pselect(test.bits, yes.value, no.value);
}
/// True for NaN: the only x that is smaller than -infinity, or unordered with it.
SMELT_INLINE packet_mask missing(packet x) {
  if constexpr (fast_math) {
    // The compiler may assume that nothing is unordered: look at the bits of each element instead.
    x = unassumed(x);
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

#endif

/// What a comparison says, and false where either is missing: see `comparable(double, double)`.
SMELT_INLINE packet_mask comparable(packet_mask test, packet a, packet b) {
  if constexpr (fast_math)
    return except(test, either(missing(a), missing(b)));
  else
    return test;
}
SMELT_INLINE packet_mask less(packet a, packet b) {
  return comparable(compared_less(unassumed(a), unassumed(b)), a, b);
}
SMELT_INLINE packet_mask equal(packet a, packet b) {
  return comparable(compared_equal(unassumed(a), unassumed(b)), a, b);
}

SMELT_INLINE bool any(bool test) { return test; }

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
