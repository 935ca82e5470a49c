// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a program without a library does with a table: threads of OpenMP, one pass, numbers of the columns
/// repeated so that vectors fit a table of any width. What is done to the floats of a block is the peer's,
/// `Kernels` (by_hand.cpp, eigen.cpp).

#include "data.hpp"

#include <omp.h>

#include <atomic>
#include <thread>
#include <vector>

namespace smelt_comparison {

/// y = between(low, high, (x - mean) * slope + offset), where a missing x counts as the mean: numbers of
/// each column, in whole rows again and again up to `period` floats, a multiple of a cache line.
struct flat_numbers {
  static constexpr index line = 16;
  index cols = 0;
  index repeats = 1;
  index period = 0;
  float low = -smelt::infinite_value<float>;
  float high = smelt::infinite_value<float>;
  smelt::buffer<float> mean{}, slope{}, offset{};

  explicit flat_numbers(index width) : cols(width) {
    if (cols < 256)
      while (cols * repeats < 256 || cols * repeats % line != 0) ++repeats;
    period = cols * repeats;
    for (auto* numbers : {&mean, &slope, &offset}) *numbers = smelt::buffer<float>(period + line);
  }
  /// One column's numbers in all its places.
  void set(index column, double at, double by, double plus) {
    for (index k = 0; k < repeats; ++k) {
      mean.data()[k * cols + column] = static_cast<float>(at);
      slope.data()[k * cols + column] = static_cast<float>(by);
      offset.data()[k * cols + column] = static_cast<float>(plus);
    }
  }
  void set_scale(const std::vector<column_facts>& facts) {
    for (index c = 0; c < cols; ++c) {
      const auto& f = facts[static_cast<std::size_t>(c)];
      set(c, f.mean, 1.0 / f.deviation, 0.0);
    }
  }
  void set_range(const std::vector<column_facts>& facts) {
    for (index c = 0; c < cols; ++c) {
      const auto& f = facts[static_cast<std::size_t>(c)];
      const double slope_of = f.high > f.low ? 2.0 / (f.high - f.low) : 1.0 / f.deviation;
      set(c, f.mean, slope_of, (f.mean - f.low) * slope_of - 1.0);
    }
  }
};

/// What a fold finds in a column, around a shift.
struct column_sums {
  double sum = 0.0;
  double square = 0.0;
  double present = 0.0;
  float low = smelt::infinite_value<float>;
  float high = -smelt::infinite_value<float>;
};

/// Results beyond the last cache are written past it.
inline bool beyond_cache(index elements) {
  return elements * static_cast<index>(sizeof(float)) > smelt::detail::last_cache();
}

/// `f(first, last)` of rows, in pieces of some 2^16 elements and whole `repeats`, by all threads where
/// that is worth waking them.
template <class F>
void in_pieces(index rows, index cols, index repeats, const F& f) {
  const index step = std::max<index>(1, (index{1} << 16) / cols / repeats) * repeats;
  const index pieces = (rows + step - 1) / step;
  if (pieces <= 1) return f(index{0}, rows);  // a parallel region of one costs more than a row
#pragma omp parallel for schedule(dynamic)
  for (index piece = 0; piece < pieces; ++piece) f(piece * step, std::min(rows, (piece + 1) * step));
}

/// Random numbers below a bound (Lemire's multiplication; the step is SplitMix64's).
class draws {
 public:
  explicit draws(std::uint64_t state) : state_(state) {}
  std::uint32_t below(std::uint32_t bound) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<std::uint32_t>(((z ^ (z >> 31)) >> 32) * bound >> 32);
  }

 private:
  std::uint64_t state_;
};

/// The table, its result, and what works share.
template <class Kernels>
class host_data {
 public:
  explicit host_data(const request& r)
      : asked(r), x(read_data(r)), cols(x.cols()), rows(x.rows()), numbers(cols), labels(read_labels(r, rows)) {
    omp_set_num_threads(smelt::default_concurrency());
  }

  request asked;
  table<float> x;
  index cols;
  index rows;
  flat_numbers numbers;
  std::vector<std::int64_t> labels;
  table<float> y{};
  std::vector<std::int64_t> labels_out{};

  void make_result(index result_rows) { y = result_table(result_rows, cols); }

  void scale(const float* from, float* to, index count) const {
    const bool stream = beyond_cache(count * cols);
    in_pieces(count, cols, numbers.repeats, [&](index first, index last) {
      Kernels::scale(numbers, from + first * cols, to + first * cols, (last - first) * cols, stream);
    });
  }
  void norm() {
    const bool stream = beyond_cache(rows * cols);
    in_pieces(rows, cols, numbers.repeats, [&](index first, index last) {
      Kernels::norm(numbers, x.data() + first * cols, y.data() + first * cols, last - first, stream);
    });
  }

  /// Mean, deviation and extrema of the present values; the deviation as of the filled column where
  /// `filled`.
  std::vector<column_facts> fold(bool filled, std::vector<double>* present = nullptr) const {
    const auto width = static_cast<std::size_t>(cols);
    std::vector<float> shift(width);
    // Near the mean, so that sums in float keep their places: one value may be far from all others.
    for (index c = 0; c < cols; ++c) {
      double sum = 0.0;
      double count = 0.0;
      for (index r = 0; r < std::min<index>(rows, 64); ++r)
        if (!smelt::missing(x(r, c))) {
          sum += static_cast<double>(x(r, c));
          count += 1.0;
        }
      shift[static_cast<std::size_t>(c)] = count > 0.0 ? static_cast<float>(sum / count) : 0.0f;
    }
    std::vector<column_sums> all(width);
    const index step = std::max<index>(1, (index{1} << 18) / numbers.period) * numbers.repeats;
    const index pieces = (rows + step - 1) / step;
#pragma omp parallel if (pieces > 1)
    {
      typename Kernels::fold mine(numbers, shift);
#pragma omp for schedule(dynamic)
      for (index piece = 0; piece < pieces; ++piece)
        mine.add(x.data() + piece * step * cols, std::min(step, rows - piece * step));
#pragma omp critical
      mine.merge_into(all);
    }
    std::vector<column_facts> facts(width);
    if (present) present->resize(width);
    for (std::size_t c = 0; c < width; ++c) {
      const auto& s = all[c];
      const double m2 = std::max(0.0, s.square - s.sum * s.sum / s.present);
      const double deviation = std::sqrt(m2 / (filled ? static_cast<double>(rows) : s.present));
      facts[c] = {static_cast<double>(shift[c]) + s.sum / s.present, deviation, static_cast<double>(s.low),
                  static_cast<double>(s.high)};
      if (filled && !(deviation > 0.0)) facts[c].deviation = 1.0;
      if (present) (*present)[c] = s.present;
    }
    return facts;
  }

  /// The first `count` of all rows in a random order.
  void draw(index count) {
    if (order_.empty()) {
      order_.resize(static_cast<std::size_t>(rows));
      for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<std::uint32_t>(i);
    }
    draws random(++epoch_);
    for (index i = 0; i < std::min(count, rows - 1); ++i) {
      const index other = i + static_cast<index>(random.below(static_cast<std::uint32_t>(rows - i)));
      std::swap(order_[static_cast<std::size_t>(i)], order_[static_cast<std::size_t>(other)]);
    }
  }
  /// Rows [first, last) of that order and their labels.
  void gather(index first, index last, float* to, std::int64_t* labels_to, bool stream) const {
    constexpr index ahead = 12;
    smelt::buffer<float> block(numbers.period);
    for (index at = first; at < last; at += numbers.repeats) {
      const index n = std::min(numbers.repeats, last - at);
      for (index i = 0; i < n; ++i) {
        const auto row = static_cast<index>(order_[static_cast<std::size_t>(at + i)]);
        const index later = std::min(at + i + ahead, rows - 1);
        const float* next = x.data() + static_cast<index>(order_[static_cast<std::size_t>(later)]) * cols;
        for (index c = 0; c < cols; c += flat_numbers::line) __builtin_prefetch(next + c);
        std::copy_n(x.data() + row * cols, cols, block.data() + i * cols);
        labels_to[at - first + i] = labels[static_cast<std::size_t>(row)];
      }
      Kernels::scale(numbers, block.data(), to + (at - first) * cols, n * cols, stream);
    }
  }

  /// Rows without a missing value, scaled and closed up: each piece is made in a cache, and copied when
  /// those before it have said how many rows they keep.
  index drop() {
    const index step = std::max<index>(1, (index{1} << 14) / numbers.period) * numbers.repeats;
    const index pieces = (rows + step - 1) / step;
    const bool stream = beyond_cache(rows * cols);
    std::atomic<index> turn{0};
    std::atomic<index> next{0};
    std::atomic<index> total{0};
#pragma omp parallel if (pieces > 1)
    {
      smelt::buffer<float> kept(step * cols);
      for (index piece = next++; piece < pieces; piece = next++) {
        index count = 0;
        const index last = std::min(rows, (piece + 1) * step);
        for (index r = piece * step; r < last; ++r)
          if (!Kernels::any_missing(x.data() + r * cols, cols))
            std::copy_n(x.data() + r * cols, cols, kept.data() + count++ * cols);
        while (turn.load(std::memory_order_acquire) != piece) std::this_thread::yield();
        const index at = total.load(std::memory_order_relaxed);
        total.store(at + count, std::memory_order_relaxed);
        turn.store(piece + 1, std::memory_order_release);
        Kernels::scale(numbers, kept.data(), y.data() + at * cols, count * cols, stream);
      }
    }
    return total;
  }

 private:
  std::vector<std::uint32_t> order_{};
  std::uint64_t epoch_ = 0;
};

}  // namespace smelt_comparison
