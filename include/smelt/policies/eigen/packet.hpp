// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Several doubles at once: Eigen's packet under the names that ops use for one double, so that an
/// op is written once. Each function is the same IEEE operation in every element.

#include <smelt/policies/eigen/packet_mask.hpp>

#include <cstdint>
#include <cstring>  // std::memcpy
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// The opposite of `missing`, without computing it.
struct present_mask {
  packet_mask gone;
};
SMELT_INLINE packet where(present_mask present, packet yes, packet no) {
  return where(present.gone, no, yes);
}
/// As for one double: b where b < a, else a.
#if SMELT_X86_PACKETS == 512
// The zeroing forms, here and in `load`: the plain ones make g++ 12 warn of a value never read.
SMELT_INLINE packet lesser(packet a, packet b) {
  return _mm512_maskz_min_pd(0xff, b.value, a.value);
}
SMELT_INLINE packet greater(packet a, packet b) {
  return _mm512_maskz_max_pd(0xff, b.value, a.value);
}
#else
SMELT_INLINE packet lesser(packet a, packet b) { return Eigen::internal::pmin(a.value, b.value); }
SMELT_INLINE packet greater(packet a, packet b) { return Eigen::internal::pmax(a.value, b.value); }
#endif

/// Elements next to each other in memory, as doubles.
template <class T>
SMELT_INLINE packet load(const T* from) {
  if constexpr (std::is_same_v<T, double>) {
    return Eigen::internal::ploadu<raw_packet>(from);
#if SMELT_X86_PACKETS == 512
  } else if constexpr (std::is_same_v<T, float>) {
    return _mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(from));
#elif SMELT_X86_PACKETS == 256
  } else if constexpr (std::is_same_v<T, float>) {
    return _mm256_cvtps_pd(_mm_loadu_ps(from));
#endif
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
