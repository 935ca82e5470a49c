// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A result or the reason why there is none, for verbs that make something.

#include <smelt/core/say.hpp>
#include <smelt/core/status.hpp>

#include <optional>
#include <utility>

namespace smelt::inline v0 {

/// A status with a value when all is well: what std::expected is from C++23 on.
///
///     const auto fitted = fit(std::nothrow, on::eigen, chain, data);
///     if (fitted) transform(on::eigen, *fitted, data, out);
///     else log(fitted.what());
template <class T>
class [[nodiscard]] outcome : public status {
 public:
  using value_type = T;

  /// The value of a call that ended well.
  outcome(T made, const status& ended = {}) : status(ended) {
    if (ok()) value_.emplace(std::move(made));
  }
  /// The end of a call that did not.
  outcome(const status& ended) : status(ended) {}

  /// The value. Throws as `raise` does when there is none.
  const T& value() const& {
    raise();
    return *value_;
  }
  T& value() & {
    raise();
    return *value_;
  }
  T&& value() && {
    raise();
    return *std::move(value_);
  }
  /// The value, which must be there.
  const T& operator*() const& noexcept { return *value_; }
  T& operator*() & noexcept { return *value_; }
  T&& operator*() && noexcept { return *std::move(value_); }
  const T* operator->() const noexcept { return &*value_; }
  T* operator->() noexcept { return &*value_; }

 private:
  std::optional<T> value_;
};

namespace detail {

/// Calls what returns a status, an outcome or (of a wrong program) poison; an exception from it,
/// such as the memory's, becomes a status.
template <class F>
auto attempt(F&& f) noexcept -> decltype(f()) {
  if constexpr (any_poison<decltype(f())>) {
    return {};
  } else {
    SMELT_TRY { return f(); }
    SMELT_CATCH_ALL { return status::caught(); }
  }
}
/// What was made, or poison, as an outcome.
template <class T>
auto outcome_of(T made) {
  if constexpr (any_poison<T>)
    return made;
  else
    return outcome<T>(std::move(made));
}
/// The value of an outcome, or poison.
template <class X>
auto value_of(X&& x) {
  if constexpr (any_poison<X>)
    return poison{};
  else
    return std::forward<X>(x).value();
}

}  // namespace detail

}  // namespace smelt::inline v0
