// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Memory of the emulated device: heap memory between red zones, poisoned when it is new, and the
/// list of allocations in which addresses are looked up.

#include "support/emulated/fiber.hpp"
#include "support/emulated/shadow.hpp"

#include <algorithm>  // std::any_of
#include <cstddef>
#include <cstdint>
#include <cstdlib>  // std::aligned_alloc
#include <cstring>  // std::memset
#include <map>
#include <memory>
#include <new>  // std::bad_alloc
#include <stdexcept>
#include <string>
#include <vector>

namespace smelt_test {

/// A kernel, or a call of the runtime, did what a device would not forgive, or not always.
class emulation_error : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace smelt_test

namespace smelt_test::emulated {

/// What memory holds before anybody wrote it, and after it was given back.
inline constexpr int poison = 0xCD;
inline constexpr int released_poison = 0xDD;

/// True where red zones are AddressSanitizer's: it ends the program at the access itself.
#if defined(SMELT_TEST_ASAN)
inline constexpr bool sanitized_zones = true;
#else
inline constexpr bool sanitized_zones = false;
#endif

/// Memory between two red zones, 256-byte aligned like that of cudaMalloc.
class guarded {
 public:
  explicit guarded(std::size_t bytes)
      : bytes_(bytes), whole_(zone + (bytes + zone - 1) / zone * zone + zone) {
    base_ = static_cast<std::byte*>(std::aligned_alloc(zone, whole_));
    if (base_ == nullptr) throw std::bad_alloc();
    std::memset(base_, mark, zone);
    std::memset(data(), poison, bytes_);
    std::memset(data() + bytes_, mark, whole_ - zone - bytes_);
#if defined(SMELT_TEST_ASAN)
    __asan_poison_memory_region(base_, zone);
    __asan_poison_memory_region(data() + bytes_, whole_ - zone - bytes_);
#endif
  }
  ~guarded() {
#if defined(SMELT_TEST_ASAN)
    __asan_unpoison_memory_region(base_, whole_);
#endif
    std::free(base_);
  }
  guarded(const guarded&) = delete;
  guarded& operator=(const guarded&) = delete;

  std::byte* data() const noexcept { return base_ + zone; }
  std::size_t size() const noexcept { return bytes_; }
  /// Whether nobody has written around the memory.
  bool intact() const noexcept {
    if (sanitized_zones) return true;
    return all(base_, zone, mark) && all(data() + bytes_, whole_ - zone - bytes_, mark);
  }
  /// Nobody may touch the memory from now on.
  void retire() noexcept {
    std::memset(data(), released_poison, bytes_);
#if defined(SMELT_TEST_ASAN)
    __asan_poison_memory_region(data(), bytes_);
#endif
  }
  /// Whether nobody has written a retired memory.
  bool untouched() const noexcept {
    return sanitized_zones || all(data(), bytes_, released_poison);
  }

 private:
  static constexpr std::size_t zone = 256;
  static constexpr int mark = 0xFA;

  static bool all(const std::byte* from, std::size_t bytes, int value) noexcept {
    return bytes == 0 || (from[0] == static_cast<std::byte>(value) &&
                          std::memcmp(from, from + 1, bytes - 1) == 0);
  }

  std::size_t bytes_;
  std::size_t whole_;
  std::byte* base_ = nullptr;
};

/// In place of the number of a device: pinned or managed memory, which every device reaches.
inline constexpr int host_too = -1;

/// An allocation of the device.
struct allocation {
  allocation(std::size_t bytes, int serial, int of) : memory(bytes), number(serial), device(of) {}
  guarded memory;
  int number;
  int device;
  shadow seen{};
};

/// Every allocation that lives, and the last ones that were given back.
class heap {
 public:
  void* allocate(std::size_t bytes, int device = 0) {
    auto made = std::make_unique<allocation>(bytes, ++made_, device);
    void* at = made->memory.data();
    live_.emplace(reinterpret_cast<std::uintptr_t>(at), std::move(made));
    used_ += bytes;
    return at;
  }

  /// What was wrong with the release, or nothing.
  std::string release(void* at) {
    const auto found = live_.find(reinterpret_cast<std::uintptr_t>(at));
    if (found == live_.end())
      return "release of memory that is not allocated, or not where it begins";
    last_ = nullptr;
    const std::string wrong = broken_zone(*found->second);
    used_ -= found->second->memory.size();
    found->second->memory.retire();
    retired_bytes_ += found->second->memory.size();
    retired_.push_back(std::move(found->second));
    live_.erase(found);
    if (retired_bytes_ > most_retired) return wrong.empty() ? sweep() : wrong + sweep();
    return wrong;
  }

  /// Looks at every red zone, and forgets what was given back.
  std::string check() {
    std::string wrong = sweep();
    for (const auto& [at, one] : live_) wrong += broken_zone(*one);
    return wrong;
  }

  /// The allocation that an address lies in, or nothing.
  allocation* find(const void* at) {
    const auto address = reinterpret_cast<std::uintptr_t>(at);
    if (last_ != nullptr && inside(*last_, address)) return last_;
    auto after = live_.upper_bound(address);
    if (after == live_.begin()) return nullptr;
    --after;
    if (!inside(*after->second, address)) return nullptr;
    return last_ = after->second.get();
  }

  /// Whether an address lies in memory that was given back lately.
  bool is_retired(const void* at) const {
    return std::any_of(retired_.begin(), retired_.end(), [&](const auto& one) {
      return inside(*one, reinterpret_cast<std::uintptr_t>(at));
    });
  }

  std::size_t used() const noexcept { return used_; }
  std::size_t live() const noexcept { return live_.size(); }

 private:
  static constexpr std::size_t most_retired = std::size_t{32} << 20;

  static bool inside(const allocation& one, std::uintptr_t address) noexcept {
    const auto from = reinterpret_cast<std::uintptr_t>(one.memory.data());
    // An empty allocation has no address inside, and still its own.
    return address - from < one.memory.size() || address == from;
  }
  static std::string name(const allocation& one) {
    return "allocation #" + std::to_string(one.number) + " of " +
           std::to_string(one.memory.size()) + " bytes";
  }
  static std::string broken_zone(const allocation& one) {
    return one.memory.intact() ? "" : "write outside of " + name(one) + "; ";
  }
  std::string sweep() {
    std::string wrong;
    for (const auto& one : retired_)
      if (!one->memory.untouched()) wrong += "write into released " + name(*one) + "; ";
    retired_.clear();
    retired_bytes_ = 0;
    return wrong;
  }

  std::map<std::uintptr_t, std::unique_ptr<allocation>> live_{};
  std::vector<std::unique_ptr<allocation>> retired_{};
  std::size_t retired_bytes_ = 0;
  std::size_t used_ = 0;
  allocation* last_ = nullptr;
  int made_ = 0;
};

}  // namespace smelt_test::emulated
