// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Infinities that a chain refuses, as kernels find and tell them. Of every element they ask only whether
/// it is infinite, on its own bits; whether that is refused in its column is asked where one is, and
/// good data have none.

#include <smelt/policies/cuda/block.hpp>
#include <smelt/policies/cuda/steps.hpp>

namespace smelt::inline v0 {
namespace detail {

/// True for the step that lets infinities in: it changes no value.
template <class Op>
inline constexpr bool is_admit = std::is_same_v<Op, admit_op> || std::is_same_v<Op, admit_all_op>;

/// True for an element that is infinite where some may be refused.
template <class Program, class T>
SMELT_HD bool suspect([[maybe_unused]] const T& from) {
  if constexpr (!has_infinity<T> || admits_all<Program>)
    return false;
  else if constexpr (std::is_floating_point_v<T>)
    return infinite(from);
  else
    return infinite(widened(from));
}
/// True for an element that is missing.
template <class T>
SMELT_HD bool absent([[maybe_unused]] const T& from) {
  if constexpr (!has_missing<T>)
    return false;
  else if constexpr (std::is_floating_point_v<T>)
    return missing(from);
  else
    return missing(widened(from));
}

/// Tells of the refused infinities among some elements: bit i of `bad` is set for that in `place(i)`, row *
/// columns + column in the source, and places rise with i.
template <class Context, class Place>
SMELT_HD void tell_infinities(Context& ctx, device_status* status, unsigned long long places, unsigned bad,
                              Place&& place) {
  if (bad == 0) return;
  ctx.add(&status->infinities, static_cast<unsigned long long>(ones_in(bad)));
  ctx.least(&status->first, places + static_cast<unsigned long long>(place(lowest_one(bad))));
}

}  // namespace detail
}  // namespace smelt::inline v0
