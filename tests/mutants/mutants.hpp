// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The mutant that a program of mutants runs, and how often each was asked for.

#include <cstdint>
#include <type_traits>

namespace smelt_mutants {

inline constexpr int most = 1 << 14;
/// 0: none.
inline int chosen = 0;
/// How often each mutant was asked for.
inline std::uint32_t asked[most];
/// Asked for more often than this, the chosen one goes on for ever.
inline std::uint32_t enough = ~std::uint32_t{0};

[[noreturn]] void goes_on_for_ever();

inline bool is(int id) {
  const std::uint32_t times = ++asked[id];
  if (id != chosen) return false;
  if (times > enough) goes_on_for_ever();
  return true;
}
/// The same in a function that a compiler may run. It runs the mutant that the compiler is told of.
#if !defined(SMELT_MUTANT_COMPILED)
#define SMELT_MUTANT_COMPILED 0
#endif
constexpr bool is_constexpr(int id) {
  if (std::is_constant_evaluated()) return id == SMELT_MUTANT_COMPILED;
  return is(id);
}

/// True; not for types that a mutant may not confuse, for what is made of them would not compile. With
/// a signed and an unsigned one, whatever is chosen would be unsigned.
template <class A, class B, class C = std::remove_cvref_t<A>, class D = std::remove_cvref_t<B>>
  requires(std::is_same_v<C, D> ||
           (std::is_integral_v<C> && std::is_integral_v<D> &&
            std::is_signed_v<C> == std::is_signed_v<D> &&
            std::is_same_v<C, bool> == std::is_same_v<D, bool>))
constexpr bool alike() {
  return true;
}

}  // namespace smelt_mutants
