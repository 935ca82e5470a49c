// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Counts the blocks that a program asks for, the largest of them and the bytes held at one time, and
/// can refuse one. It replaces the global operator new, so exactly one file of a program may include it.

#include <atomic>
#include <cstddef>
#include <cstdlib>  // std::aligned_alloc, std::free, std::malloc
#include <cstring>  // std::memset
#include <new>

#if __has_include(<malloc.h>)
#include <malloc.h>  // malloc_usable_size
#endif

namespace smelt_test {

/// Blocks asked for by every thread since the last `start`.
struct allocations {
  static inline std::atomic<std::size_t> count{0};
  static inline std::atomic<std::size_t> largest{0};
  /// Blocks that are given before one is refused; negative when none is.
  static inline std::atomic<long long> before_refusal{-1};

  static void note(std::size_t size) {
    if (before_refusal.load(std::memory_order_relaxed) >= 0 &&
        before_refusal.fetch_sub(1, std::memory_order_relaxed) == 0)
      throw std::bad_alloc();
    count.fetch_add(1, std::memory_order_relaxed);
    std::size_t known = largest.load(std::memory_order_relaxed);
    while (known < size && !largest.compare_exchange_weak(known, size, std::memory_order_relaxed)) {
    }
  }
  static void start() {
    count = 0;
    largest = 0;
    held = 0;
    most_held = 0;
  }
  /// Bytes of the blocks there are, as large as the system made them, since `start`; and the most of them.
  static inline std::atomic<long long> held{0};
  static inline std::atomic<long long> most_held{0};
  static void hold(void* p, int sign) {
#if __has_include(<malloc.h>)
    if (p == nullptr) return;
    const long long bytes = sign * static_cast<long long>(malloc_usable_size(p));
    const long long now = held.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    long long known = most_held.load(std::memory_order_relaxed);
    while (known < now && !most_held.compare_exchange_weak(known, now, std::memory_order_relaxed)) {
    }
#endif
  }
  /// What blocks are filled with before they are given; negative: with nothing.
  static inline std::atomic<int> poison{-1};
  static void* given(void* p, std::size_t size) {
    hold(p, 1);
    if (const int byte = poison.load(std::memory_order_relaxed); byte >= 0) std::memset(p, byte, size);
    return p;
  }
  static void taken(void* p) {
    hold(p, -1);
    std::free(p);
  }
};

/// What a call asked for: how many blocks, and the largest in bytes.
struct asked_for {
  std::size_t blocks = 0;
  std::size_t largest = 0;
  long long most_held = 0;  // bytes at one time
};

/// Runs `f` and says what it asked for; the blocks need not be gone when it returns.
template <class F>
asked_for blocks_of(F&& f) {
  allocations::start();
  f();
  return {allocations::count, allocations::largest, allocations::most_held};
}

/// Runs `f` while the block after `given` more is refused; says whether that one was asked for.
template <class F>
bool refusing_after(long long given, F&& f) {
  allocations::before_refusal = given;
  f();
  const bool asked = allocations::before_refusal < 0;
  allocations::before_refusal = -1;
  return asked;
}

}  // namespace smelt_test

// The nothrow forms call these, and so would the array forms, but for sanitizers that bring their
// own. Never inlined: a compiler that sees malloc in one and not free in the other warns of a
// mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  smelt_test::allocations::note(size);
  if (void* p = std::malloc(size == 0 ? 1 : size)) return smelt_test::allocations::given(p, size);
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  smelt_test::allocations::note(size);
  const auto step = static_cast<std::size_t>(alignment);
  if (void* p = std::aligned_alloc(step, (size + step - 1) / step * step))
    return smelt_test::allocations::given(p, size);
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { smelt_test::allocations::taken(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { smelt_test::allocations::taken(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { smelt_test::allocations::taken(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  smelt_test::allocations::taken(p);
}
[[gnu::noinline]] void* operator new[](std::size_t size) { return ::operator new(size); }
[[gnu::noinline]] void* operator new[](std::size_t size, std::align_val_t alignment) {
  return ::operator new(size, alignment);
}
[[gnu::noinline]] void operator delete[](void* p) noexcept { smelt_test::allocations::taken(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t) noexcept { smelt_test::allocations::taken(p); }
[[gnu::noinline]] void operator delete[](void* p, std::align_val_t) noexcept { smelt_test::allocations::taken(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t, std::align_val_t) noexcept {
  smelt_test::allocations::taken(p);
}
