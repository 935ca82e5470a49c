// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Several doubles at once: Eigen's packet under the names that ops use for one double, so that an
/// op is written once. Each function is the same IEEE operation in every element.

#include <smelt/core/lanes.hpp>
#include <smelt/policies/eigen/packet_mask.hpp>

#include <cstdint>
#include <cstring>  // std::memcpy
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Where values are there: the opposite of `missing`.
struct present_mask {
  packet_mask mask;
};
SMELT_INLINE packet where(present_mask there, packet yes, packet no) {
#if SMELT_X86_PACKETS == 512
  return where(there.mask, yes, no);  // not negated: it becomes a part of the operation before it
#else
  return where(there.mask, no, yes);
#endif
}
SMELT_INLINE present_mask present(packet x) {
#if SMELT_X86_PACKETS == 512
  if constexpr (fast_math)
    return {{static_cast<__mmask8>(~missing(x).bits)}};
  else
    return {{_mm512_cmp_pd_mask(x.value, x.value, _CMP_ORD_Q)}};
#else
  return {missing(x)};
#endif
}
/// As for one double: b where b < a, else a.
SMELT_INLINE packet lesser(packet a, packet b) {
  // Not where a compiler may turn the machine's own form around, nor of other machines: theirs answer
  // otherwise for missing values and for zeros of both signs.
  if constexpr (fast_math) return where(less(b, a), b, a);
#if SMELT_X86_PACKETS == 512
  // The zeroing forms, here and in `load`: the plain ones make g++ 12 warn of a value never read.
  return _mm512_maskz_min_pd(0xff, b.value, a.value);
#elif defined(__SSE2__)
  return Eigen::internal::pmin(a.value, b.value);
#else
  return where(less(b, a), b, a);
#endif
}
SMELT_INLINE packet greater(packet a, packet b) {
  if constexpr (fast_math) return where(less(a, b), b, a);
#if SMELT_X86_PACKETS == 512
  return _mm512_maskz_max_pd(0xff, b.value, a.value);
#elif defined(__SSE2__)
  return Eigen::internal::pmax(a.value, b.value);
#else
  return where(less(a, b), b, a);
#endif
}

#if SMELT_X86_PACKETS == 512 || SMELT_X86_PACKETS == 256
/// Integers of up to 32 bits that a packet converts at once. (`__builtin_convertvector` of bytes takes
/// them out one by one.)
template <class T>
inline constexpr bool converts = std::is_same_v<T, bool> ||
                                 (std::is_integral_v<T> && sizeof(T) < sizeof(std::int32_t)) ||
                                 std::is_same_v<T, std::int32_t>;
template <class T>
SMELT_INLINE packet convert(const T* from) {
  using bits = std::conditional_t<sizeof(T) * packet::size == 4, std::int32_t, std::int64_t>;
  constexpr bool is_signed = std::is_signed_v<T>;
  __m128i few = _mm_setzero_si128();
  if constexpr (sizeof(T) * packet::size >= 16) {
    few = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  } else {
    bits all;
    std::memcpy(&all, from, sizeof all);
    if constexpr (sizeof all == 4)
      few = _mm_cvtsi32_si128(all);
    else
      few = _mm_cvtsi64_si128(all);
  }
#if SMELT_X86_PACKETS == 512
  __m256i ints;
  if constexpr (sizeof(T) == 1)
    ints = is_signed ? _mm256_cvtepi8_epi32(few) : _mm256_cvtepu8_epi32(few);
  else if constexpr (sizeof(T) == 2)
    ints = is_signed ? _mm256_cvtepi16_epi32(few) : _mm256_cvtepu16_epi32(few);
  else
    ints = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return _mm512_maskz_cvtepi32_pd(0xff, ints);
#else
  if constexpr (sizeof(T) == 1)
    few = is_signed ? _mm_cvtepi8_epi32(few) : _mm_cvtepu8_epi32(few);
  else if constexpr (sizeof(T) == 2)
    few = is_signed ? _mm_cvtepi16_epi32(few) : _mm_cvtepu16_epi32(few);
  return _mm256_cvtepi32_pd(few);
#endif
}
#else
template <class T>
inline constexpr bool converts = false;
#endif

/// A type of elements that says how its bits become those of floats and come from those of doubles, in
/// the lanes of a vector.
template <class T>
concept coded = requires { typename T::codec; } && std::is_unsigned_v<typename T::stored_bits>;

using packet_register = registers<static_cast<int>(packet::size)>;
/// Stored bits in lanes of 32. Written for x86: g++ 12 makes three instructions more of what it converts.
template <class T>
SMELT_INLINE packet_register::words stored_words(const T* from) {
#if SMELT_X86_PACKETS == 512
  if constexpr (sizeof(T) == 2)
    return bits_as<packet_register::words>(
        _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
  else
    return bits_as<packet_register::words>(
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
#elif SMELT_X86_PACKETS == 256
  if constexpr (sizeof(T) == 2)
    return bits_as<packet_register::words>(
        _mm_cvtepu16_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
#endif
  return packet_register::load_words(from);
}
template <class T>
SMELT_INLINE packet load_coded(const T* from) {
#if defined(__F16C__) && (SMELT_X86_PACKETS == 512 || SMELT_X86_PACKETS == 256)
  if constexpr (T::codec::is_binary16) {  // the machine's own
#if SMELT_X86_PACKETS == 512
    return _mm512_maskz_cvtps_pd(
        0xff, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
#else
    return _mm256_cvtps_pd(_mm_cvtph_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
#endif
  }
#endif
  using floats = packet_register::floats;
  const auto wide = bits_as<floats>(T::codec::template widen<floats>(
      stored_words(reinterpret_cast<const typename T::stored_bits*>(from))));
#if SMELT_X86_PACKETS == 512
  return _mm512_maskz_cvtps_pd(0xff, bits_as<__m256>(wide));
#elif SMELT_X86_PACKETS == 256
  return _mm256_cvtps_pd(bits_as<__m128>(wide));
#else
  return bits_as<raw_packet>(__builtin_convertvector(wide, packet_register::doubles));
#endif
}
template <class T>
SMELT_INLINE void store_coded(T* to, packet x) {
  packet_register::bits wide;
  std::memcpy(&wide, &x.value, sizeof wide);
  packet_register::store(reinterpret_cast<typename T::stored_bits*>(to),
                         T::codec::template narrow<packet_register::doubles>(wide));
}

/// Elements next to each other in memory, as doubles.
template <class T>
SMELT_INLINE packet load(const T* from) {
  if constexpr (coded<T>) {
    return load_coded(from);
  } else if constexpr (std::is_same_v<T, double>) {
    return Eigen::internal::ploadu<raw_packet>(from);
#if SMELT_X86_PACKETS == 512
  } else if constexpr (std::is_same_v<T, float>) {
    return _mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(from));
#elif SMELT_X86_PACKETS == 256
  } else if constexpr (std::is_same_v<T, float>) {
    return _mm256_cvtps_pd(_mm_loadu_ps(from));
#endif
  } else if constexpr (converts<T>) {
    return convert(from);
  } else {
    constexpr auto size = static_cast<std::size_t>(packet::size);
    // No vector holds bool.
    using stored = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;
    typedef stored few __attribute__((vector_size(sizeof(T) * size)));
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
/// `n` elements, at most a packet; the rest are 0 and are not read.
template <class T>
SMELT_INLINE packet load_some(const T* from, index n) {
#if SMELT_X86_PACKETS == 512
  const auto some = static_cast<__mmask8>((1u << n) - 1u);
  if constexpr (std::is_same_v<T, double>)
    return _mm512_maskz_loadu_pd(some, from);
  else if constexpr (std::is_same_v<T, float>)
    return _mm512_maskz_cvtps_pd(0xff, _mm256_maskz_loadu_ps(some, from));
#endif
  T all[packet::size] = {};
  for (index i = 0; i < packet::size; ++i)
    if (i < n) all[i] = from[i];
  return load(static_cast<const T*>(all));
}

/// Element l + `by` in the place of element l, for the first `by` elements, where `by` is half of the
/// packet, a quarter, and so on: what the last steps of a sum by halving join.
SMELT_INLINE packet moved_down(packet x, index by) {
#if SMELT_X86_PACKETS == 512
  if (by == 4) return _mm512_maskz_shuffle_f64x2(0xff, x.value, x.value, 0x4e);
  if (by == 2) return _mm512_maskz_permutex_pd(0xff, x.value, 0x4e);
  return _mm512_maskz_permute_pd(0xff, x.value, 0x55);
#elif SMELT_X86_PACKETS == 256
  if (by == 2) return _mm256_permute2f128_pd(x.value, x.value, 1);
  return _mm256_permute_pd(x.value, 5);
#else
  double all[packet::size];
  Eigen::internal::pstoreu(all, x.value);
  for (index l = 0; l < by; ++l) all[l] = all[l + by];
  return load(static_cast<const double*>(all));
#endif
}
SMELT_INLINE double first_of(packet x) {
#if SMELT_X86_PACKETS == 512
  return x.value[0];  // pfirst makes g++ 12 warn, as above
#else
  return Eigen::internal::pfirst(x.value);
#endif
}

/// A function of one double, of each element.
template <class F>
SMELT_INLINE packet each_element(packet x, F&& f) {
  double all[packet::size];
  Eigen::internal::pstoreu(all, x.value);
  for (double& one : all) one = f(one);
  return load(static_cast<const double*>(all));
}

/// Every NaN the canonical one.
SMELT_INLINE packet settled(packet x) {
  return where(present(x), x, packet(missing_value<double>));
}
/// Writes elements, rounded to nearest even.
template <class T>
SMELT_INLINE void store_raw(T* to, packet x) {
  if constexpr (coded<T>) {
    store_coded(to, x);
  } else if constexpr (std::is_same_v<T, double>) {
    Eigen::internal::pstoreu(to, x.value);
  } else {
    constexpr auto size = static_cast<std::size_t>(packet::size);
    typedef T few __attribute__((vector_size(sizeof(T) * size)));
    typedef double doubles __attribute__((vector_size(sizeof(double) * size)));
    doubles wide;
    std::memcpy(&wide, &x.value, sizeof wide);
    const few v = __builtin_convertvector(wide, few);
    std::memcpy(to, &v, sizeof v);
  }
}
/// Writes elements, rounded once, every NaN the canonical one.
template <class T>
SMELT_INLINE void store(T* to, packet x) {
  store_raw(to, settled(x));
}
/// The first `n` elements of a packet, at most all.
template <class T>
SMELT_INLINE void store_some(T* to, packet x, index n) {
#if SMELT_X86_PACKETS == 512
  const auto some = static_cast<__mmask8>((1u << n) - 1u);
  if constexpr (std::is_same_v<T, double>)
    return _mm512_mask_storeu_pd(to, some, settled(x).value);
  else if constexpr (std::is_same_v<T, float>)
    return _mm256_mask_storeu_ps(to, some, _mm512_maskz_cvtpd_ps(0xff, settled(x).value));
#endif
  T all[packet::size];
  store(static_cast<T*>(all), x);
  for (index i = 0; i < packet::size; ++i)
    if (i < n) to[i] = all[i];
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
