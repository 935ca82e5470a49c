// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Two packets at once: as many floats as a register holds, and what is done to them as floats, at
/// half the price. Each function is the same IEEE operation in every element.

#include <smelt/policies/eigen/packet.hpp>

#include <cstdint>
#include <cstring>  // std::memcpy
#include <limits>
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Floats of two packets of doubles.
struct float_packet {
  using raw = Eigen::internal::packet_traits<float>::type;
  static constexpr index size = sizeof(raw) / sizeof(float);
  static_assert(size == 2 * packet::size);
  raw value;

  float_packet() = default;
  SMELT_INLINE float_packet(raw v) : value(v) {}
  SMELT_INLINE explicit float_packet(double x)
      : value(Eigen::internal::pset1<raw>(static_cast<float>(x))) {}
};
SMELT_INLINE float_packet load_floats(const float* from) {
  return Eigen::internal::ploadu<float_packet::raw>(from);
}
/// Half of them from each of two places.
SMELT_INLINE float_packet load_floats(const float* low, const float* high) {
#if SMELT_X86_PACKETS == 512
  return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(low)), _mm256_loadu_ps(high), 1);
#else
  float all[float_packet::size];
  std::memcpy(all, low, sizeof all / 2);
  std::memcpy(all + packet::size, high, sizeof all / 2);
  return load_floats(all);
#endif
}
#if SMELT_X86_PACKETS == 512
struct present_floats {
  __mmask16 mask;
};
SMELT_INLINE present_floats present(float_packet x) {
  if constexpr (fast_math)
    return {static_cast<__mmask16>(~_mm512_fpclass_ps_mask(x.value, 0x81))};
  else
    return {_mm512_cmp_ps_mask(x.value, x.value, _CMP_ORD_Q)};
}
SMELT_INLINE float_packet where(present_floats there, float_packet yes, float_packet no) {
  return _mm512_mask_blend_ps(there.mask, no.value, yes.value);
}
SMELT_INLINE float_packet lesser(float_packet a, float_packet b) {
  return _mm512_maskz_min_ps(0xffff, b.value, a.value);
}
SMELT_INLINE float_packet greater(float_packet a, float_packet b) {
  return _mm512_maskz_max_ps(0xffff, b.value, a.value);
}
SMELT_INLINE float_packet add(float_packet a, float_packet b) {
  return _mm512_maskz_add_ps(0xffff, a.value, b.value);
}
#else
struct present_floats {
  float_packet::raw gone;
};
SMELT_INLINE present_floats present(float_packet x) {
  if constexpr (fast_math) {
    // As for doubles: look at the bits.
    std::uint32_t bits[float_packet::size];
    std::memcpy(bits, &x.value, sizeof bits);
    for (auto& b : bits) b = (b & 0x7fffffffu) > 0x7f800000u ? ~std::uint32_t{0} : std::uint32_t{0};
    present_floats there;
    std::memcpy(&there.gone, bits, sizeof bits);
    return there;
  } else {
    return {Eigen::internal::pcmp_lt_or_nan(
        x.value, Eigen::internal::pset1<float_packet::raw>(-std::numeric_limits<float>::infinity()))};
  }
}
SMELT_INLINE float_packet where(present_floats there, float_packet yes, float_packet no) {
  return Eigen::internal::pselect(there.gone, no.value, yes.value);
}
#if defined(__SSE2__)
SMELT_INLINE float_packet lesser(float_packet a, float_packet b) {
  return Eigen::internal::pmin(a.value, b.value);
}
SMELT_INLINE float_packet greater(float_packet a, float_packet b) {
  return Eigen::internal::pmax(a.value, b.value);
}
#else
// As for doubles.
SMELT_INLINE float_packet lesser(float_packet a, float_packet b) {
  return Eigen::internal::pselect(Eigen::internal::pcmp_lt(b.value, a.value), b.value, a.value);
}
SMELT_INLINE float_packet greater(float_packet a, float_packet b) {
  return Eigen::internal::pselect(Eigen::internal::pcmp_lt(a.value, b.value), b.value, a.value);
}
#endif
SMELT_INLINE float_packet add(float_packet a, float_packet b) {
  return Eigen::internal::padd(a.value, b.value);
}
#endif


/// Which floats are infinite.
#if SMELT_X86_PACKETS == 512
struct float_mask {
  __mmask16 mask;
};
SMELT_INLINE float_mask infinities(float_packet x) { return {_mm512_fpclass_ps_mask(x.value, 0x18)}; }
SMELT_INLINE float_mask either(float_mask a, float_mask b) {
  return {static_cast<__mmask16>(a.mask | b.mask)};
}
SMELT_INLINE bool any(float_mask test) { return test.mask != 0; }
#else
struct float_mask {
  float_packet::raw mask;
};
SMELT_INLINE float_mask infinities(float_packet x) {
  auto far = Eigen::internal::pset1<float_packet::raw>(infinite_value<float>);
  if constexpr (fast_math) asm("" : "+" SMELT_FP_REGISTER(far));  // see `unassumed`
  return {Eigen::internal::pcmp_eq(Eigen::internal::pabs(x.value), far)};
}
SMELT_INLINE float_mask either(float_mask a, float_mask b) {
  return {Eigen::internal::por(a.mask, b.mask)};
}
SMELT_INLINE bool any(float_mask test) {
  std::uint32_t bits[float_packet::size];
  std::memcpy(bits, &test.mask, sizeof bits);
  std::uint32_t all = 0;
  for (std::uint32_t b : bits) all |= b;
  return all != 0;
}
#endif

/// Two packets rounded to floats.
SMELT_INLINE float_packet rounded(packet a, packet b) {
#if SMELT_X86_PACKETS == 512
  const __m512 low = _mm512_castps256_ps512(_mm512_maskz_cvtpd_ps(0xff, a.value));
  return _mm512_insertf32x8(low, _mm512_maskz_cvtpd_ps(0xff, b.value), 1);
#elif SMELT_X86_PACKETS == 256
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(a.value)),
                              _mm256_cvtpd_ps(b.value), 1);
#else
  float all[float_packet::size];
  store_raw(all, a);
  store_raw(all + packet::size, b);
  return load_floats(all);
#endif
}

/// Writes a register past the caches, to an address that is a multiple of its size; false where the
/// machine cannot.
SMELT_INLINE bool stream_raw([[maybe_unused]] float* to, [[maybe_unused]] float_packet x) {
#if SMELT_X86_PACKETS == 512
  _mm512_stream_ps(to, x.value);
#elif SMELT_X86_PACKETS == 256
  _mm256_stream_ps(to, x.value);
#elif defined(__SSE2__)
  _mm_stream_ps(to, x.value);
#else
  return false;
#endif
  return true;
}
SMELT_INLINE bool stream_raw([[maybe_unused]] double* to, [[maybe_unused]] packet x) {
#if SMELT_X86_PACKETS == 512
  _mm512_stream_pd(to, x.value);
#elif SMELT_X86_PACKETS == 256
  _mm256_stream_pd(to, x.value);
#elif defined(__SSE2__)
  _mm_stream_pd(to, x.value);
#else
  return false;
#endif
  return true;
}

/// Two packets as they are stored: rounded once, every NaN the canonical one. `stream`: past the
/// caches.
template <class T>
SMELT_INLINE void store_two(T* to, packet a, packet b, bool stream) {
  if constexpr (std::is_same_v<T, float>) {
    const float_packet x = rounded(a, b);
    const float_packet clean = where(present(x), x, float_packet(missing_value<double>));
    if (!(stream && stream_raw(to, clean))) Eigen::internal::pstoreu(to, clean.value);
  } else {
    if constexpr (std::is_same_v<T, double>)
      if (stream && stream_raw(to, settled(a)) && stream_raw(to + packet::size, settled(b))) return;
    store(to, a);
    store(to + packet::size, b);
  }
}
/// After the last store past the caches of a task: what another thread is told then, it finds.
SMELT_INLINE void fence_streams() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
