// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Objects with several owners. `<memory>` has them too, and beside them in C++20 all of `<ostream>`: it was the
/// dearest header of all that smelt included.

#include <smelt/core/memory.hpp>

#include <cstddef>  // std::nullptr_t
#include <new>
#include <type_traits>
#include <utility>

namespace smelt::inline v0 {

namespace detail {

/// How many own what stands behind it in memory. (`<atomic>` is as long as `<vector>` and `<optional>` together.)
class owned {
 public:
  owned() = default;
  owned(const owned&) = delete;
  owned& operator=(const owned&) = delete;
  /// Ends it, and gives its block back.
  virtual void end() noexcept = 0;
  void add() { __atomic_fetch_add(&owners_, 1, __ATOMIC_RELAXED); }
  /// True for the last: it has seen all that the others did.
  bool leave() { return __atomic_sub_fetch(&owners_, 1, __ATOMIC_ACQ_REL) == 0; }
  bool alone() const { return __atomic_load_n(&owners_, __ATOMIC_ACQUIRE) == 1; }

 protected:
  ~owned() = default;

 private:
  long owners_ = 1;
};
template <class T>
struct owned_value final : owned {
  resource_ref memory;  // where it lies
  T value;
  template <class... Args>
  explicit owned_value(resource_ref from, Args&&... args) : memory(from), value(std::forward<Args>(args)...) {}
  void end() noexcept override {
    const resource_ref from = memory;
    this->~owned_value();
    from.deallocate(this, sizeof(owned_value), alignof(owned_value));
  }
};
/// One in a block of its own.
template <class T, class... Args>
owned_value<T>* make_owned(resource_ref memory, Args&&... args) {
  using made = owned_value<T>;
  struct held {
    resource_ref from;
    void* block;
    ~held() { from.deallocate(block, sizeof(made), alignof(made)); }
  } taken{memory, memory.allocate(sizeof(made), alignof(made))};
  auto* const whole = new (taken.block) made(memory, std::forward<Args>(args)...);
  taken.block = nullptr;  // nothing was thrown
  return whole;
}

template <class T>
class shared;
template <class X>
inline constexpr bool is_shared = false;
template <class T>
inline constexpr bool is_shared<shared<T>> = true;

/// One of the owners of an object made by `share`: the last to go ends it, whatever it is called here.
/// Owners may be copied and go in several threads at once; what they own is as safe as it is.
template <class T>
class shared {
 public:
  using element_type = T;

  shared() = default;
  shared(std::nullptr_t) {}
  shared(const shared& other) noexcept : owned_(other.owned_), at_(other.at_) {
    if (owned_) owned_->add();
  }
  shared(shared&& other) noexcept
      : owned_(std::exchange(other.owned_, nullptr)), at_(std::exchange(other.at_, nullptr)) {}
  /// The same object by another name: const, a base, or nothing known of it.
  template <class U>
    requires(!std::is_same_v<U, T> && std::is_convertible_v<U*, T*>)
  shared(shared<U> other) noexcept
      : owned_(std::exchange(other.owned_, nullptr)), at_(std::exchange(other.at_, nullptr)) {}
  /// What an owner of another kind owns, such as a std::shared_ptr.
  template <class Owner>
    requires(!is_shared<Owner> && requires(const Owner& owner) {
      typename Owner::element_type;
      requires std::is_convertible_v<decltype(owner.get()), T*>;
    })
  shared(Owner owner) {
    auto* const made = make_owned<Owner>({}, std::move(owner));
    owned_ = made;
    at_ = made->value.get();
  }
  shared& operator=(shared other) noexcept {
    std::swap(owned_, other.owned_);
    std::swap(at_, other.at_);
    return *this;
  }
  ~shared() {
    if (owned_ && owned_->leave()) owned_->end();
  }

  T* get() const noexcept { return at_; }
  std::add_lvalue_reference_t<T> operator*() const noexcept { return *at_; }
  T* operator->() const noexcept { return at_; }
  explicit operator bool() const noexcept { return at_ != nullptr; }
  friend bool operator==(const shared& a, std::nullptr_t) noexcept { return a.at_ == nullptr; }

  /// True for the only owner.
  bool alone() const noexcept { return owned_ && owned_->alone(); }
  /// The same object by a name that is known to be its own.
  template <class U>
  shared<U> as() const {
    if (owned_) owned_->add();
    shared<U> made;
    made.owned_ = owned_;
    made.at_ = static_cast<U*>(at_);
    return made;
  }

  template <class U, class... Args>
  friend shared<U> share_in(resource_ref memory, Args&&... args);
  template <class U>
  friend class shared;

 private:
  owned* owned_ = nullptr;
  T* at_ = nullptr;
};

/// `T(args...)` with one owner, in one block of memory.
template <class T, class... Args>
shared<T> share_in(resource_ref memory, Args&&... args) {
  auto* const made = make_owned<std::remove_const_t<T>>(memory, std::forward<Args>(args)...);
  shared<T> first;
  first.owned_ = made;
  first.at_ = &made->value;
  return first;
}
/// The same on the heap.
template <class T, class... Args>
shared<T> share(Args&&... args) {
  return share_in<T>({}, std::forward<Args>(args)...);
}

}  // namespace detail

}  // namespace smelt::inline v0
