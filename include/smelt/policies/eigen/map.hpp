// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The map of on::eigen: packets of doubles through all ops of a program, one read and one write of
/// each element.

#include <smelt/plan/map.hpp>
#include <smelt/policies/eigen/tile.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>  // std::this_thread::yield
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Rows in one task of a map.
inline constexpr index map_rows(index cols) {
  return std::clamp<index>(32768 / std::max<index>(cols, 1), 16, 4096);
}

/// All value ops of a program on one packet (or one double), with the numbers of its columns.
template <class V, class... Steps, class Numbers>
SMELT_INLINE V through(const program<Steps...>& p, V x, const Numbers& numbers) {
  auto one = [&](const auto& step) {
    using step_type = std::remove_cvref_t<decltype(step)>;
    if constexpr (!is_mark<step_type>) {
      V n[static_cast<std::size_t>(step_type::numbers) + 1];
      for (int k = 0; k < step_type::numbers; ++k)
        n[k] = numbers.template get<V>(step_type::offset + k);
      x = step.op.apply(x, static_cast<const V*>(n));
    }
  };
  std::apply([&](const auto&... step) { (one(step), ...); }, p.steps);
  return x;
}

/// One packet (or double) from source to output. An infinity that is not let in comes out missing
/// and is reported in `bad`.
template <class V, class Program, class T, class Numbers>
SMELT_INLINE V one_value(const Program& p, const T* from, const Numbers& numbers, bool& bad) {
  V x;
  if constexpr (std::is_same_v<V, double>)
    x = static_cast<double>(*from);
  else
    x = load(from);
  if constexpr (std::is_floating_point_v<T>) {
    const auto spoiled = refused<Program>(x, numbers);
    const V y = through(p, where(spoiled, V(missing_value<double>), x), numbers);
    bad = bad || any(spoiled);
    return where(spoiled, V(missing_value<double>), y);
  } else {
    return through(p, x, numbers);
  }
}

/// `n` elements next to each other, with numbers next to each other.
template <class Program, class T, class Result>
SMELT_INLINE bool map_span(const Program& p, const T* from, Result* to, index n,
                           const double* numbers, index pitch) {
  bool bad = false;
  index c = 0;
  for (; c + packet::size <= n; c += packet::size)
    store(to + c, one_value<packet>(p, from + c, numbers_at{numbers + c, pitch}, bad));
  for (; c < n; ++c)
    to[c] = narrow<Result>(one_value<double>(p, from + c, numbers_at{numbers + c, pitch}, bad));
  return bad;
}

/// `n` rows of one column next to each other.
template <class Program, class T, class Result>
SMELT_INLINE bool map_column(const Program& p, const T* from, Result* to, index n,
                             const double* numbers, index pitch) {
  bool bad = false;
  const numbers_of_column same{numbers, pitch};
  index r = 0;
  for (; r + packet::size <= n; r += packet::size)
    store(to + r, one_value<packet>(p, from + r, same, bad));
  for (; r < n; ++r) to[r] = narrow<Result>(one_value<double>(p, from + r, same, bad));
  return bad;
}

/// The numbers of a program repeated so that whole packets run over the ends of narrow rows.
struct repeated_numbers {
  static constexpr index most = 4096;
  index period = 0;  // elements; a multiple of the columns and of the packet
  alignas(64) double values[most];

  /// Whether `rows` numbers a column of `cols` columns fit.
  static bool fits(int rows, index cols) { return period_of(cols) * std::max(rows, 1) <= most; }
  static index period_of(index cols) {
    index period = cols;
    while (period % packet::size != 0) period += cols;
    return period;
  }
  void repeat(const double* numbers, int rows, index cols, index pitch) {
    period = period_of(cols);
    for (int k = 0; k < rows; ++k)
      for (index i = 0; i < period; ++i) values[k * period + i] = numbers[k * pitch + i % cols];
  }
};

template <class Program>
inline constexpr int number_rows = 0;
template <class... Steps>
inline constexpr int number_rows<program<Steps...>> = [] {
  int rows = 0;
  (((rows = std::max(rows, Steps::offset + Steps::numbers))), ...);
  return rows;
}();

/// Collects what tasks found, in any order.
class shared_status {
 public:
  void merge(const pass_status& found) {
    if (found.infinities == 0 && found.dropped == 0) return;
    const std::lock_guard lock(mutex_);
    all_.merge(found);
  }
  const pass_status& all() const { return all_; }

 private:
  std::mutex mutex_;
  pass_status all_;
};

/// Counts the infinities of `n` source rows, one by one: only after a packet has met one.
template <class Program, class View>
void find_infinities(const Program& p, const View& x, const index* rows, index n,
                     pass_status& status) {
  if constexpr (std::is_floating_point_v<typename View::value_type>)
    for (index i = 0; i < n; ++i)
      for (index c = 0; c < x.cols(); ++c)
        if (refused<Program>(static_cast<double>(x(rows[i], c)),
                    numbers_of_column{p.numbers + c, p.pitch}))
          status.infinite_at(x.first_row() + rows[i], c);
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
