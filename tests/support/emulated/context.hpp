// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a kernel body sees of the emulated device: the members of a device context, each of which
/// may stop the thread.

#include "support/emulated/grid.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>  // std::memcpy
#include <string>
#include <type_traits>

namespace smelt_test {

/// One CUDA thread, with warps of `Warp` lanes. The line arguments are for messages: a body leaves
/// them out.
template <int Warp>
class emulated_context {
 public:
  static_assert(Warp == 32 || Warp == 4,
                "warps have 32 lanes, or 4 to make small cases of large ones");
  static constexpr int warp = Warp;

  explicit emulated_context(emulated::lane& me) : me_(&me), grid_(me.device) {}

  int thread() const { return me_->thread; }
  int threads() const { return grid_->threads(); }
  int block() const { return me_->block->index; }
  int blocks() const { return grid_->blocks(); }
  std::byte* shared() { return me_->block->shared->data(); }

  void sync(int line = __builtin_LINE()) { grid_->sync(*me_, line); }

  template <class T>
  T get(const T* at, int line = __builtin_LINE()) {
    grid_->call(*me_);
    seen(at, emulated::touch::read, true, line);
    return *at;
  }
  template <class T>
  void put(T* at, std::type_identity_t<T> value, int line = __builtin_LINE()) {
    grid_->call(*me_);
    seen(at, emulated::touch::write, false, line);
    // To write what is there already is no progress for those who wait.
    if (std::memcmp(at, &value, sizeof value) != 0) grid_->changed();
    *at = value;
  }
  template <class T>
  T add(T* at, std::type_identity_t<T> value, int line = __builtin_LINE()) {
    return exchange(at, line, [&](T old) { return static_cast<T>(old + value); });
  }
  template <class T>
  T least(T* at, std::type_identity_t<T> value, int line = __builtin_LINE()) {
    return exchange(at, line, [&](T old) { return value < old ? value : old; });
  }
  void set_bits(unsigned* at, unsigned bits, int line = __builtin_LINE()) {
    exchange(at, line, [&](unsigned old) { return old | bits; });
  }
  void clear_bits(unsigned* at, unsigned bits, int line = __builtin_LINE()) {
    exchange(at, line, [&](unsigned old) { return old & ~bits; });
  }
  unsigned arrive(unsigned* at, int line = __builtin_LINE()) {
    const unsigned before = exchange(at, line, [](unsigned old) { return old + 1; });
    if (grid_->watching()) {
      grid_->judge().acquires(*me_, at);
      grid_->judge().releases(*me_, at);
    }
    return before;
  }
  void tell(unsigned long long* at, unsigned long long value, int line = __builtin_LINE()) {
    grid_->call(*me_);
    seen(at, emulated::touch::atomic_write, false, line);
    if (*at != value) grid_->changed();
    *at = value;
  }
  unsigned long long look(const unsigned long long* at, int line = __builtin_LINE()) {
    grid_->call(*me_);
    seen(at, emulated::touch::atomic_read, true, line);
    grid_->look(*me_);
    return *at;
  }
  void release(unsigned long long* at, unsigned long long value, int line = __builtin_LINE()) {
    grid_->call(*me_);
    seen(at, emulated::touch::atomic_write, false, line);
    if (grid_->watching()) grid_->judge().releases(*me_, at);
    if (*at != value) grid_->changed();
    *at = value;
  }
  unsigned long long acquire(const unsigned long long* at, int line = __builtin_LINE()) {
    grid_->call(*me_);
    seen(at, emulated::touch::atomic_read, true, line);
    if (grid_->watching()) grid_->judge().acquires(*me_, at);
    grid_->look(*me_);
    return *at;
  }
  void pause() { grid_->pause(*me_); }

  /// A copy that is made when it is waited for, never before: who does not wait finds the old bytes.
  template <class T>
  void fetch(T* to, const T* from, int line = __builtin_LINE()) {
    static_assert(std::is_trivially_copyable_v<T>);
    grid_->call(*me_);
    seen(from, emulated::touch::read, true, line);
    if constexpr (sizeof(T) == 4 || sizeof(T) == 8 || sizeof(T) == 16)
      me_->coming.push_back({to, from, sizeof(T), me_->groups, line});
    else
      put(to, *from, line);
  }
  void fetch_group() { ++me_->groups; }
  template <int But>
  void fetched() {
    std::size_t left = 0;
    for (const emulated::copy& c : me_->coming) {
      if (c.group + But >= me_->groups) {
        me_->coming[left++] = c;
        continue;
      }
      if (grid_->watching())
        grid_->judge().touches(*me_, c.to, c.bytes, emulated::touch::write, false, c.line);
      std::memcpy(c.to, c.from, c.bytes);
      grid_->changed();
    }
    me_->coming.resize(left);
  }

  template <class T>
  T across(T value, int mask, int line = __builtin_LINE()) {
    return shuffled(emulated::together::across, value, mask, line);
  }
  template <class T>
  T down(T value, int by, int line = __builtin_LINE()) {
    return shuffled(emulated::together::down, value, by, line);
  }
  template <class T>
  T from_lane(T value, int lane, int line = __builtin_LINE()) {
    return shuffled(emulated::together::from_lane, value, lane, line);
  }
  unsigned ballot(bool yes, int line = __builtin_LINE()) {
    return static_cast<unsigned>(
        grid_->collective(*me_, emulated::together::ballot, yes ? 1 : 0, 0, line));
  }

 private:
  template <class T>
  void seen(const T* at, emulated::touch kind, bool needs_value, int line) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (!grid_->watching()) return;
    if (reinterpret_cast<std::uintptr_t>(at) % alignof(T) != 0)
      throw emulation_error("misaligned address: block " + std::to_string(block()) + ": thread " +
                            std::to_string(thread()) + " (line " + std::to_string(line) + ")");
    grid_->judge().touches(*me_, at, sizeof(T), kind, needs_value, line);
  }
  template <class T, class Change>
  T exchange(T* at, int line, const Change& change) {
    static_assert(std::is_same_v<T, unsigned> || std::is_same_v<T, unsigned long long>);
    grid_->call(*me_);
    seen(at, emulated::touch::atomic_write, true, line);
    const T old = *at;
    *at = change(old);
    if (*at == old)
      grid_->look(*me_);
    else
      grid_->changed();
    return old;
  }
  template <class T>
  T shuffled(emulated::together what, T value, int argument, int line) {
    static_assert(std::is_trivially_copyable_v<T> && (sizeof(T) == 4 || sizeof(T) == 8));
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    bits = grid_->collective(*me_, what, bits, argument, line);
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  emulated::lane* me_;
  emulated::grid* grid_;
};

}  // namespace smelt_test
