// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The map of on::eigen: packets of doubles through all ops of a program, one read and one write of
/// each element.

#include <smelt/core/elements.hpp>
#include <smelt/plan/map.hpp>
#include <smelt/policies/eigen/float_packet.hpp>
#include <smelt/policies/eigen/infinity_watch.hpp>
#include <smelt/policies/eigen/tile.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <numeric>  // std::gcd
#include <type_traits>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// Rows in one task of a map: a multiple of 16, so that tasks begin where the first does in a line of
/// a cache.
inline constexpr index map_rows(index cols) {
  return std::clamp<index>(32768 / std::max<index>(cols, 1) / 16 * 16, 16, 4096);
}

/// The numbers of element i of a run over rows that follow one another: they come again after
/// `period` elements. `pitch` of them are there, and a packet of them may be read where it is `whole`.
struct numbers_of_rows {
  const double* at;
  index pitch;
  index period;
  SMELT_INLINE bool whole(index i) const { return i + packet::size <= pitch; }
  SMELT_INLINE numbers_at operator()(index i) const { return {at + i, pitch}; }
  /// The place after `n` more elements.
  SMELT_INLINE index after(index i, index n) const { return i + n < period ? i + n : i + n - period; }
};
/// Those of a run down one column.
struct numbers_down {
  const double* at;
  index pitch;
  SMELT_INLINE bool whole(index) const { return true; }
  SMELT_INLINE numbers_of_column operator()(index) const { return {at, pitch}; }
  SMELT_INLINE index after(index, index) const { return 0; }
};

/// Elements of two packets.
inline constexpr index pair = 2 * packet::size;

/// `n` elements in order from each of some places, the first with the numbers of place 0. Numbers are
/// read once for all of them. True when an infinity was met that is not let in: then what was written
/// is not to be used. What lies `ahead` elements further is asked for, unless that is 0. With `stream`
/// the places to write must lie alike in their lines of a cache.
template <std::size_t Rows, class Program, class T, class Result, class Numbers>
SMELT_FLATTEN bool run_fast(const Program& p, const T* const (&from)[Rows], Result* const (&to)[Rows], index n,
              const Numbers numbers, bool stream, index ahead) {
  infinity_watch<Program, T> watch;
  bool met = false;
  index place = 0;
  index i = 0;
  // No loop over the places: at -O2 it would stay one.
  auto each = [](auto&& f) {
    [&]<std::size_t... R>(std::index_sequence<R...>) {
      f(std::integral_constant<std::size_t, R>{}...);
    }(std::make_index_sequence<Rows>{});
  };
  auto some = [&](index count) {
    for (std::size_t r = 0; r < Rows; ++r) {
      if (numbers.whole(place)) [[likely]] {
        const packet x = load_some(from[r] + i, count);
        watch.look(x, numbers(place));
        store_some(to[r] + i, through(p, x, numbers(place)), count);
        continue;
      }
      for (index l = 0; l < count; ++l) {  // after a head, at the end of long rows
        const auto x = static_cast<double>(from[r][i + l]);
        met = met || (watch.needed && refused<Program>(x, numbers(place + l)));
        to[r][i + l] = narrow<Result>(through(p, x, numbers(place + l)));
      }
    }
    place = numbers.after(place, count);
    i += count;
  };
  if (stream) {
    constexpr index line = 64;
    const index beyond = static_cast<index>(reinterpret_cast<std::uintptr_t>(to[0]) % line);
    const index head =
        std::min<index>(n, (line - beyond) % line / static_cast<index>(sizeof(Result)));
    while (i < head) some(std::min(packet::size, head - i));
  }
  for (; i + pair <= n; i += pair) {
    const auto first = numbers(place);
    const auto second = numbers(place + packet::size);
    each([&](auto... r) {
      packet a[] = {load(from[r] + i)...};
      packet b[] = {load(from[r] + i + packet::size)...};
      auto one = [&](auto k) {
        if (ahead != 0)
          for (index line = 0; line < pair; line += 64 / index{sizeof(T)})
            __builtin_prefetch(from[k] + i + ahead + line, 0, 2);
        if constexpr (infinity_watch<Program, T>::as_floats) {
          watch.look(load_floats(from[k] + i));
        } else {
          watch.look(a[k], first);
          watch.look(b[k], second);
        }
        a[k] = through(p, a[k], first);
        b[k] = through(p, b[k], second);
      };
      (one(r), ...);
      (store_two(to[r] + i, a[r], b[r], stream), ...);
    });
    place = numbers.after(place, pair);
  }
  while (i < n) some(std::min(packet::size, n - i));
  return met || watch.found();
}

/// The same one by one, right whatever it meets: an infinity that is not let in comes out missing, and
/// `report(i)` is told its place in the run.
template <class Program, class T, class Result, class Numbers, class Report>
void run_slowly(const Program& p, const T* from, Result* to, index n, const Numbers& numbers,
                Report&& report) {
  index place = 0;
  for (index i = 0; i < n; ++i) {
    const auto x = static_cast<double>(from[i]);
    if (infinity_watch<Program, T>::needed && refused<Program>(x, numbers(place))) {
      report(i);
      to[i] = missing_value<Result>;
    } else {
      to[i] = narrow<Result>(through(p, x, numbers(place)));
    }
    place = numbers.after(place, 1);
  }
}

/// True when an infinity that is not let in is among `n` elements.
template <class Program, class T, class Numbers>
bool meets_infinity(const T* from, index n, const Numbers& numbers) {
  infinity_watch<Program, T> watch;
  if (!watch.needed) return false;
  index place = 0;
  for (index i = 0; i < n; i += packet::size) {
    watch.look(load_some(from + i, std::min(packet::size, n - i)), numbers(place));
    place = numbers.after(place, packet::size);
  }
  return watch.found();
}

/// `n` elements in order from each of some places; each place to write may be the one it is read
/// from. With `stream`, past the caches. `report(r, i)` is told of infinities as above, those of place
/// r.
template <std::size_t Rows, class Program, class T, class Result, class Numbers, class Report>
void map_run(const Program& p, const T* const (&from)[Rows], Result* const (&to)[Rows], index n,
             const Numbers& numbers, bool stream, index ahead, Report&& report) {
  // What is written over cannot be read again: there the search comes first.
  bool bad = false;
  if (static_cast<const void*>(from[0]) == static_cast<const void*>(to[0]))
    for (std::size_t r = 0; r < Rows; ++r) bad = meets_infinity<Program>(from[r], n, numbers) || bad;
  if (!bad && !run_fast(p, from, to, n, numbers, stream, ahead)) return;
  for (std::size_t r = 0; r < Rows; ++r)
    run_slowly(p, from[r], to[r], n, numbers, [&](index i) { report(static_cast<int>(r), i); });
}

/// Rows of so many bytes in each of two runs side by side, of `count` in all: about half, whose results
/// lie alike in their lines of a cache, but not in their pages where rows allow it: a load waits for a
/// store before it that has the same place in a page.
inline index rows_side_by_side(index count, index row_bytes) {
  constexpr index line = 64;
  constexpr index page = 4096;
  if (row_bytes == 0) return 0;
  const index step = line / std::gcd(line, row_bytes);
  const index most = count / 2 / step * step;
  auto alike = [&](index rows) {
    const index at = rows * row_bytes % page;
    return at < page / 4 || at > page / 4 * 3;
  };
  for (index some = most; some > 0 && some > most - page / line * step; some -= step)
    if (!alike(some)) return some;
  return most;
}

/// The numbers of a program repeated so that packets run over the ends of rows.
class repeated_numbers {
 public:
  static constexpr index most = 4096;
  static constexpr index few = 8;  // rows for which they are not worth repeating

  /// Whether `rows` numbers for each of `cols` columns fit, here and in a first-level cache.
  static bool fits(int rows, index cols) {
    return cols <= 512 && (period_of(cols) + pair) * std::max(rows, 1) <= most;
  }
  /// Whole rows, as long as two packets at least.
  static index period_of(index cols) { return (pair + cols - 1) / cols * cols; }
  void repeat(const double* numbers, int rows, index cols, index pitch) {
    period_ = period_of(cols);
    const index size = period_ + pair;
    for (int k = 0; k < rows; ++k)
      for (index i = 0; i < size; i += cols)
        copy_elements(numbers + k * pitch, std::min(cols, size - i), values_ + k * size + i);
  }
  numbers_of_rows numbers() const { return {values_, period_ + pair, period_}; }

 private:
  index period_ = 0;
  alignas(64) double values_[most];
};

/// How many numbers a column has.
template <class Program>
inline constexpr int number_rows = 0;
template <class... Steps>
inline constexpr int number_rows<program<Steps...>> = [] {
  int rows = 0;
  [[maybe_unused]] auto one = [&]<class Step>(std::type_identity<Step>) {
    if constexpr (!is_mark<Step>) rows = std::max(rows, Step::offset + Step::numbers);
  };
  (one(std::type_identity<Steps>{}), ...);
  return rows;
}();

/// Collects what tasks found, in any order.
class shared_status {
 public:
  void merge(const pass_status& found) {
    if (found.nothing()) return;
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
  if constexpr (has_infinity<typename View::value_type>)
    for (index i = 0; i < n; ++i)
      for (index c = 0; c < x.cols(); ++c)
        if (refused<Program>(static_cast<double>(x(rows[i], c)),
                    numbers_of_column{p.numbers + c, p.pitch}))
          status.infinite_at(x.first_row() + rows[i], c);
}

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
