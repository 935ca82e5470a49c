// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Values through the steps of a program, a packet or one double at a time, with the numbers of their
/// columns.

#include <smelt/plan/program.hpp>
#include <smelt/policies/eigen/packet.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>  // std::integer_sequence

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Numbers of the columns that a packet begins with, or of one column.
struct numbers_at {
  const double* at;
  index pitch;
  template <class V>
  SMELT_INLINE V get(int k) const {
    if constexpr (std::is_same_v<V, double>)
      return at[k * pitch];
    else
      return load(at + k * pitch);
  }
};
/// The numbers of a step, as its op reads them: `at`, null where it has none. No loop makes them: at -O2
/// it would stay one, and they would go through memory.
template <class V, class Step, class Places = std::make_integer_sequence<int, Step::numbers>>
struct step_numbers;
template <class V, class Step, int... K>
struct step_numbers<V, Step, std::integer_sequence<int, K...>> {
  const V at[sizeof...(K)];
  template <class Numbers>
  SMELT_INLINE explicit step_numbers(const Numbers& of)
      : at{of.template get<V>(Step::offset + K)...} {}
};
template <class V, class Step>
struct step_numbers<V, Step, std::integer_sequence<int>> {
  static constexpr const V* at = nullptr;
  template <class Numbers>
  SMELT_INLINE explicit step_numbers(const Numbers&) {}
};

/// A value (a packet, or one double) through one step; as it is through a mark.
template <class V, class Step, class Numbers>
SMELT_INLINE V stepped(const Step& step, V x, const Numbers& numbers) {
  if constexpr (is_mark<Step>)
    return x;
  else
    return step.op.apply(x, static_cast<const V*>(step_numbers<V, Step>(numbers).at));
}
/// Through steps `First`, `First` + 1, ... of a program.
template <int First, class V, class... Steps, class Numbers, int... At>
SMELT_INLINE V through(const program<Steps...>& p, V x, const Numbers& numbers,
                       std::integer_sequence<int, At...>) {
  ((x = stepped(std::get<static_cast<std::size_t>(First + At)>(p.steps), x, numbers)), ...);
  return x;
}
/// Through all of them.
template <class V, class... Steps, class Numbers>
SMELT_INLINE V through(const program<Steps...>& p, V x, const Numbers& numbers) {
  return through<0>(p, x, numbers,
                    std::make_integer_sequence<int, static_cast<int>(sizeof...(Steps))>{});
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
