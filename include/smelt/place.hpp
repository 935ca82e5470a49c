// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// place: a fitted chain whose numbers lie in a policy's memory.

#include <smelt/core/outcome.hpp>
#include <smelt/fitted.hpp>
#include <smelt/plan/policy.hpp>
#include <smelt/speak.hpp>

#include <new>  // std::nothrow_t

namespace smelt::inline v0 {

/// `auto wide = place(on::cuda, fitted)`: the same fitted chain, its numbers (and masks of the user's)
/// copied to the policy's memory once. A transform on a device then copies nothing, however wide the
/// data are, and can be captured in a graph; without it, numbers that do not travel with a kernel's
/// arguments are copied at every call. It waits for the copy. On a host it is the chain itself.
/// \complexity O(numbers) memory, which goes when the last copy of the result goes
/// \errors cuda_error
template <policy Policy, class Chain, class Origin, row_stages Mode>
auto place(const Policy& policy, const fitted<Chain, Origin, Mode>& f) {
  if constexpr (detail::asynchronous<Policy>) {
    const auto& learned = f.learned();
    return f.with(policy.place(learned.map_program(), learned.numbers, learned.kept));
  } else {
    return f;
  }
}

/// place by value.
template <policy Policy, class Chain, class Origin, row_stages Mode>
outcome<fitted<Chain, Origin, Mode>> place(std::nothrow_t, const Policy& policy,
                                           const fitted<Chain, Origin, Mode>& f) noexcept {
  return detail::attempt([&] { return outcome<fitted<Chain, Origin, Mode>>(place(policy, f)); });
}

// What no overload above takes speaks here.
template <class... Args>
auto place(std::nothrow_t, const Args&...) {
  detail::speak_of_use<detail::verb::place, Args...>();
  return poison{};
}
template <class... Args>
auto place(const Args&...) {
  detail::speak_of_use<detail::verb::place, Args...>();
  return poison{};
}

}  // namespace smelt::inline v0
