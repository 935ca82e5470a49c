// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Where the elements of views lie in memory, and whether those of two touch.

#include <smelt/core/types.hpp>

#include <array>
#include <concepts>  // std::convertible_to, std::same_as

namespace smelt::inline v0 {
namespace detail {

/// Elements of `size` bytes from `at` on, along axes: how many, and the bytes from one to the next. An
/// axis that is not there has one.
struct placed {
  struct axis {
    index count = 1;
    index step = 0;
  };
  const char* at = nullptr;
  index size = 1;
  std::array<axis, 4> axes{};
};

/// A view that says itself where its elements lie.
template <class V>
concept says_its_place = requires(const V& v) {
  { v.placed() } -> std::same_as<placed>;
};

/// One whose elements lie in places of several kinds: values, and bits that say which are there.
template <class V>
concept says_its_places = requires(const V& v) {
  { v.places()[0] } -> std::convertible_to<const placed&>;
};

/// Its first byte, and the one after its last.
struct byte_range {
  const char* first;
  const char* last;
  friend bool operator==(const byte_range&, const byte_range&) = default;
};
inline byte_range bytes_of(const placed& m) {
  for (const placed::axis& along : m.axes)
    if (along.count == 0) return {nullptr, nullptr};
  byte_range bytes{m.at, m.at + m.size};
  for (const placed::axis& along : m.axes) {
    const index reach = (along.count - 1) * along.step;
    bytes.first += std::min<index>(reach, 0);
    bytes.last += std::max<index>(reach, 0);
  }
  return bytes;
}

/// True when both repeat with some step and lie beside one another within it: different columns of one
/// table, different variables of one field.
inline bool beside(const placed& a, const placed& b) {
  auto within = [](placed m, index step) {
    for (placed::axis& along : m.axes)
      if (along.step % step == 0) along.count = 1;
    return bytes_of(m);
  };
  for (const placed::axis& along : a.axes) {
    const index step = along.step < 0 ? -along.step : along.step;
    if (step == 0) continue;
    const auto [a_first, a_last] = within(a, step);
    const auto [b_first, b_last] = within(b, step);
    const index gap = ((b_first - a_first) % step + step) % step;
    if (gap >= a_last - a_first && gap + (b_last - b_first) <= step) return true;
  }
  return false;
}
/// True when some byte may be of both: where it is not known, it may.
inline bool touches(const placed& a, const placed& b) {
  const auto of_a = bytes_of(a);
  const auto of_b = bytes_of(b);
  return of_a.first < of_b.last && of_b.first < of_a.last && !beside(a, b);
}

}  // namespace detail
}  // namespace smelt::inline v0
