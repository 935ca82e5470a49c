// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Registers of a host as the compiler's vectors of 64 bits a lane, for codecs: they know no library of
/// packets, and are written once for every width.

#include <smelt/core/config.hpp>

#include <cstdint>
#include <cstring>  // std::memcpy
#include <type_traits>
#include <utility>  // std::integer_sequence

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Doubles in a register.
#if defined(__AVX512F__)
inline constexpr int vector_lanes = 8;
#elif defined(__AVX__)
inline constexpr int vector_lanes = 4;
#else
inline constexpr int vector_lanes = 2;
#endif

/// Registers of so many lanes.
template <int Lanes>
struct registers {
  typedef double doubles __attribute__((vector_size(Lanes * 8)));
  typedef std::uint64_t bits __attribute__((vector_size(Lanes * 8)));
  template <class T>
  struct of {
    typedef T vector __attribute__((vector_size(Lanes * sizeof(T))));
  };
  using floats = typename of<float>::vector;
  using words = typename of<std::uint32_t>::vector;

  /// Unsigned integers of 8 or 16 bits, next to each other in memory.
  template <class T>
  SMELT_INLINE static bits load(const T* from) {
    static_assert(std::is_unsigned_v<T> && sizeof(T) <= 2);
    if constexpr (sizeof(T) == 1) {
      // Compilers convert bytes one by one; so all of them are put in every lane.
      std::uint64_t all = 0;
      std::memcpy(&all, from, Lanes);
      return ((bits{} + all) >> places(std::make_integer_sequence<int, Lanes>{})) & 0xff;
    } else {
      return __builtin_convertvector(load_words(from), bits);
    }
  }
  /// The same in lanes of 32 bits.
  template <class T>
  SMELT_INLINE static words load_words(const T* from) {
    static_assert(std::is_unsigned_v<T> && sizeof(T) <= 2);
    typename of<std::uint16_t>::vector halves;
    if constexpr (sizeof(T) == 1) {
      typename of<std::uint8_t>::vector some;
      std::memcpy(&some, from, sizeof some);
      halves = __builtin_convertvector(some, typename of<std::uint16_t>::vector);
    } else {
      std::memcpy(&halves, from, sizeof halves);
    }
    return __builtin_convertvector(halves, words);
  }
  /// The low bits of each lane.
  template <class T>
  SMELT_INLINE static void store(T* to, bits x) {
    const auto low = __builtin_convertvector(x, words);
    if constexpr (sizeof(T) == 1) {
      const auto halves = __builtin_convertvector(low, typename of<std::uint16_t>::vector);
      const auto bytes = __builtin_convertvector(halves, typename of<std::uint8_t>::vector);
      std::memcpy(to, &bytes, sizeof bytes);
    } else {
      const auto some = __builtin_convertvector(low, typename of<T>::vector);
      std::memcpy(to, &some, sizeof some);
    }
  }

 private:
  template <int... L>
  SMELT_INLINE static bits places(std::integer_sequence<int, L...>) {
    return bits{static_cast<std::uint64_t>(8 * L)...};
  }
};
using vector_doubles = registers<vector_lanes>::doubles;
using vector_bits = registers<vector_lanes>::bits;

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
