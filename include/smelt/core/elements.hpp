// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The few functions of `<algorithm>` that smelt uses, and a sort. That header brings the ranges, and costs a
/// compiler a tenth of all the standard library's that smelt includes; nvcc reads it three times. std::min,
/// std::max, std::copy and std::fill_n come with `<vector>`, which is made of them, in every library.

#include <cstddef>
#include <cstdlib>  // std::qsort
#include <type_traits>
#include <vector>

namespace smelt::inline v0 {

namespace detail {

/// Copies `n` elements to `to`, which may lie before them.
template <class From, class Count, class To>
constexpr void copy_elements(From from, Count n, To to) {
  std::copy(from, from + n, to);
}

/// `x`, or the end of `low` ... `high` that it is beyond.
template <class T>
constexpr T clamped(std::type_identity_t<T> x, std::type_identity_t<T> low, T high) {
  return x < low ? low : high < x ? high : x;
}

/// The place of the first element that equals `value`; the size where there is none.
template <class Range, class T>
constexpr std::size_t place_in(const Range& range, const T& value) {
  std::size_t at = 0;
  for (const auto& x : range) {
    if (x == value) return at;
    ++at;
  }
  return at;
}
template <class Range, class T>
constexpr bool is_in(const Range& range, const T& value) {
  for (const auto& x : range)
    if (x == value) return true;
  return false;
}
/// How many elements equal `value`.
template <class Range, class T>
constexpr std::ptrdiff_t times_in(const Range& range, const T& value) {
  std::ptrdiff_t count = 0;
  for (const auto& x : range) count += x == value;
  return count;
}

/// Sorts in ascending order; equal elements in any.
/// \complexity O(n log n) by the C library's qsort, which may take as much memory again
template <class T>
void sort_elements(std::vector<T>& list) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (list.empty()) return;
  std::qsort(list.data(), list.size(), sizeof(T), [](const void* left, const void* right) {
    const T& a = *static_cast<const T*>(left);
    const T& b = *static_cast<const T*>(right);
    return static_cast<int>(b < a) - static_cast<int>(a < b);
  });
}

/// Puts `value` in the place of the greatest element of a heap, which `heap` is: no element is less than
/// elements 2 i + 1 and 2 i + 2 below it. A list in descending order is one.
template <class T>
void replace_greatest(std::vector<T>& heap, const T& value) {
  std::size_t at = 0;
  for (std::size_t below = 1; below < heap.size(); below = 2 * at + 1) {
    if (below + 1 < heap.size() && heap[below] < heap[below + 1]) ++below;
    if (!(value < heap[below])) break;
    heap[at] = heap[below];
    at = below;
  }
  heap[at] = value;
}

}  // namespace detail

}  // namespace smelt::inline v0
