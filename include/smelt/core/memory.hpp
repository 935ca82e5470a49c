// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Where a call's memory comes from: the heap, or a resource of the caller's, by a policy's choice.
///
///     std::pmr::monotonic_buffer_resource arena(bytes.data(), bytes.size());
///     std::pmr::synchronized_pool_resource own(&arena);
///     const auto policy = on::eigen.memory(own);     // fits, tables and blocks lie in it
///     const auto quiet = on::eigen.zero_on_release();  // zeros where they were

#include <smelt/core/say.hpp>

#include <concepts>
#include <cstddef>
#include <cstring>  // std::memset
#include <new>      // aligned operator new
#include <type_traits>
#include <vector>

namespace smelt::inline v0 {

/// Memory by the block, as std::pmr::memory_resource gives it. A policy with threads asks it from several at
/// once. What it throws leaves the verb, or is its status.
template <class R>
concept memory_resource = requires(R& resource, void* block, std::size_t n) {
  { resource.allocate(n, n) } -> std::same_as<void*>;
  resource.deallocate(block, n, n);
};

namespace detail {

/// Zeros over what is about to be given back. The empty asm is told of the memory, so that no compiler takes
/// the zeros for a store that nobody reads.
inline void overwrite(void* memory, std::size_t bytes) {
  if (memory == nullptr) return;
  std::memset(memory, 0, bytes);
  asm volatile("" : : "r"(memory) : "memory");
}

}  // namespace detail

/// A resource, by its name alone, or the heap; to be copied. The resource must outlive what lies in it.
class resource_ref {
 public:
  /// The heap: operator new and delete.
  constexpr resource_ref() = default;
  template <memory_resource R>
    requires(!std::is_same_v<R, resource_ref>)
  constexpr resource_ref(R& resource) : resource_(&resource), calls_(&calls_of<R>) {}

  void* allocate(std::size_t bytes, std::size_t alignment) const {
    if (calls_ != nullptr) return calls_->take(resource_, bytes, alignment);
    return is_aligned_by_itself(alignment) ? ::operator new(bytes)
                                           : ::operator new(bytes, std::align_val_t{alignment});
  }
  void deallocate(void* block, std::size_t bytes, std::size_t alignment) const noexcept {
    if (block == nullptr) return;
    if (zeroes_) detail::overwrite(block, bytes);
    if (calls_ != nullptr)
      calls_->give_back(resource_, block, bytes, alignment);
    else if (is_aligned_by_itself(alignment))
      ::operator delete(block);
    else
      ::operator delete(block, std::align_val_t{alignment});
  }
  /// The same, its blocks overwritten with zeros before they are given back.
  constexpr resource_ref zeroed() const {
    resource_ref made = *this;
    made.zeroes_ = true;
    return made;
  }
  constexpr bool zeroes() const { return zeroes_; }
  constexpr bool is_heap() const { return calls_ == nullptr; }
  friend constexpr bool operator==(const resource_ref&, const resource_ref&) = default;

 private:
  struct calls {
    void* (*take)(void*, std::size_t, std::size_t);
    void (*give_back)(void*, void*, std::size_t, std::size_t) noexcept;
  };
  template <class R>
  static constexpr calls calls_of = {
      [](void* resource, std::size_t bytes, std::size_t alignment) {
        return static_cast<R*>(resource)->allocate(bytes, alignment);
      },
      [](void* resource, void* block, std::size_t bytes, std::size_t alignment) noexcept {
        static_cast<R*>(resource)->deallocate(block, bytes, alignment);
      }};
  static constexpr bool is_aligned_by_itself(std::size_t alignment) {
    return alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__;
  }

  void* resource_ = nullptr;
  const calls* calls_ = nullptr;
  bool zeroes_ = false;
};

namespace detail {

/// The allocator of lists in a resource. A copy of a list lies where the list does; a list that is assigned to
/// goes where its new elements are from.
template <class T>
struct list_allocator {
  using value_type = T;
  using propagate_on_container_copy_assignment = std::true_type;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;

  resource_ref from;

  constexpr list_allocator() = default;
  constexpr list_allocator(resource_ref memory) : from(memory) {}
  template <class U>
  constexpr list_allocator(const list_allocator<U>& other) : from(other.from) {}

  T* allocate(std::size_t n) const { return static_cast<T*>(from.allocate(n * sizeof(T), alignof(T))); }
  void deallocate(T* block, std::size_t n) const noexcept {
    from.deallocate(block, n * sizeof(T), alignof(T));
  }
  friend bool operator==(const list_allocator&, const list_allocator&) = default;
};
template <class T>
using list = std::vector<T, list_allocator<T>>;

/// Overwrites what stands on the stack at the end of its scope, where the memory of the call is to be zero.
class swept {
 public:
  template <class T>
  swept(T& block, resource_ref memory) : block_(memory.zeroes() ? &block : nullptr), bytes_(sizeof(T)) {}
  swept(const swept&) = delete;
  swept& operator=(const swept&) = delete;
  ~swept() { overwrite(block_, bytes_); }

 private:
  void* block_;
  std::size_t bytes_;
};

}  // namespace detail

/// What policies of the host have in common: where their calls take memory.
template <class Policy>
class takes_memory {
 public:
  /// The same policy with memory of the caller's: all that a fit learns and holds, blocks of rows, and tables that
  /// a call returns lie there, and copies of them. Names, words, lists of row and column numbers, companions and
  /// marks are the heap's. The resource must outlive the policy, and whatever lies there.
  template <memory_resource R>
  Policy memory(R& resource) const {
    return with({resource});
  }
  template <class R>
  auto memory(R&&) const {  // auto: nvcc looks inside after other errors too
    static_assert(always_false<R>, SMELT_SAY_NOT_A_RESOURCE);
    return poison{};
  }
  /// The same policy; its calls overwrite that memory with zeros before they give it back, and so does what they
  /// return, and their blocks on the stacks of threads. Registers are as they are.
  Policy zero_on_release() const { return with(resource_.zeroed()); }
  resource_ref resource() const { return resource_; }

 private:
  Policy with(resource_ref resource) const {
    Policy made = static_cast<const Policy&>(*this);
    made.takes_memory::resource_ = resource_.zeroes() ? resource.zeroed() : resource;
    return made;
  }
  resource_ref resource_;
};

namespace detail {

/// Where a policy takes the host's memory.
template <class Policy>
resource_ref memory_of([[maybe_unused]] const Policy& policy) {
  if constexpr (requires { policy.resource(); })
    return policy.resource();
  else
    return {};
}

}  // namespace detail

}  // namespace smelt::inline v0
