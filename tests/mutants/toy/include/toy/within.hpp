// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Host code for the test of the mutants: one mutant or more of every end.

namespace toy {

/// Run by a compiler, never by the program.
constexpr int half(int n) { return n / 2; }

/// The number of [low, high] that is nearest to n.
inline int within(int n, int low, int high) {
#if defined(TOY_OTHER_MACHINE)
  return clamped(n, low + high);
#else
  if (n < low) return low;
  return n > high ? high : n;
#endif
}

inline int last_before(const int* end) { return *(end - 1); }

}  // namespace toy
