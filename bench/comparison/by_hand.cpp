// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer `by_hand`: what someone writes for these works alone, with time to make it fast. Loops over
/// floats that a compiler makes vectors of, and stores past the caches.

#include "host_task.hpp"
#include "peers.hpp"

#include <cstring>  // std::memcpy

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace smelt_comparison {
namespace {

/// Copies past the caches, where the machine can.
void stream(float* to, const float* from, index n) {
  index i = 0;
#if defined(__SSE2__)
#if defined(__AVX512F__)
  constexpr index step = 16;
#elif defined(__AVX__)
  constexpr index step = 8;
#else
  constexpr index step = 4;
#endif
  while (i < n && reinterpret_cast<std::uintptr_t>(to + i) % (step * sizeof(float)) != 0) {
    to[i] = from[i];
    ++i;
  }
  for (; i + step <= n; i += step) {
#if defined(__AVX512F__)
    _mm512_stream_ps(to + i, _mm512_loadu_ps(from + i));
#elif defined(__AVX__)
    _mm256_stream_ps(to + i, _mm256_loadu_ps(from + i));
#else
    _mm_stream_ps(to + i, _mm_loadu_ps(from + i));
#endif
  }
#endif
  std::copy_n(from + i, n - i, to + i);
}
void end_stream() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

/// 16 floats at a time: one register, or as many as it takes.
constexpr index width = 16;
using lanes = float __attribute__((vector_size(width * sizeof(float))));
using half_lanes = float __attribute__((vector_size(width / 2 * sizeof(float))));
lanes load(const float* from) {
  lanes v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
void store(float* to, const lanes& v) { std::memcpy(to, &v, sizeof v); }
/// 1 in the first `n` lanes, 0 in the others.
lanes first_lanes(index n) {
  lanes v = {};
  for (index l = 0; l < n; ++l) v[l] = 1.0f;
  return v;
}
float sum(const lanes& v) {
  const half_lanes eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                           __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  const auto four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

struct by_hand {
  static void scale_block(const flat_numbers& p, const float* __restrict x, float* __restrict y, index n) {
    const float* __restrict mean = p.mean.data();
    const float* __restrict slope = p.slope.data();
    const float* __restrict offset = p.offset.data();
    const float low = p.low;
    const float high = p.high;
    for (index i = 0; i < n; ++i) {
      float v = (x[i] - mean[i]) * slope[i];
      v = (v == v ? v : 0.0f) + offset[i];
      v = v < low ? low : v;
      y[i] = v > high ? high : v;
    }
  }
  static void scale(const flat_numbers& p, const float* x, float* y, index n, bool past) {
    constexpr index room = 4096;
    alignas(64) float made[room];
    if (past && p.period <= room) {
      for (index at = 0; at < n; at += p.period) {
        const index m = std::min(p.period, n - at);
        scale_block(p, x + at, static_cast<float*>(made), m);
        stream(y + at, static_cast<const float*>(made), m);
      }
      end_stream();
    } else {
      for (index at = 0; at < n; at += p.period) scale_block(p, x + at, y + at, std::min(p.period, n - at));
    }
  }

  /// A block of rows is filled in a cache; a row is summed in 16 lanes, which may reach into the next row,
  /// and what they find there counts 0.
  static void norm(const flat_numbers& p, const float* x, float* y, index rows, bool past) {
    const index cols = p.cols;
    const lanes last = first_lanes((cols - 1) % width + 1);
    smelt::buffer<float> filled(p.period + width);
    smelt::buffer<float> made(p.period + width);
    std::fill_n(filled.data(), p.period + width, 0.0f);
    for (index at = 0; at < rows; at += p.repeats) {
      const index n = std::min(p.repeats, rows - at);
      const float* __restrict from = x + at * cols;
      float* __restrict block = filled.data();
      const float* __restrict mean = p.mean.data();
      for (index i = 0; i < n * cols; ++i) block[i] = from[i] == from[i] ? from[i] : mean[i];
      for (index r = 0; r < n; ++r) {
        const float* row = block + r * cols;
        float* out = made.data() + r * cols;
        lanes squares = {};
        index j = 0;
        for (; j + width < cols; j += width) squares += load(row + j) * load(row + j);
        squares += load(row + j) * load(row + j) * last;
        const float total = sum(squares);
        const float by = total > 0.0f ? 1.0f / std::sqrt(total) : 1.0f;
        for (j = 0; j < cols; j += width) store(out + j, load(row + j) * by);
      }
      if (past)
        stream(y + at * cols, made.data(), n * cols);
      else
        std::copy_n(made.data(), n * cols, y + at * cols);
    }
    if (past) end_stream();
  }

  /// A row times 0 adds up to NaN where a value is missing.
  static bool any_missing(const float* x, index cols) {
    lanes nothing = {};
    index c = 0;
    for (; c + width <= cols; c += width) nothing += load(x + c) * 0.0f;
    float rest = sum(nothing);
    for (; c < cols; ++c) rest += x[c] * 0.0f;
    return rest != rest;
  }

  /// Sums of floats around a shift, four blocks of rows at a time, taken over into double every 64 times.
  class fold {
   public:
    fold(const flat_numbers& p, const std::vector<float>& shift)
        : cols_(p.cols), period_(p.period), apart_(period_ + 5 * width), floats_(6 * apart_), sums_(shift.size()) {
      for (index i = 0; i < period_; ++i) shift_()[i] = shift[static_cast<std::size_t>(i % cols_)];
      clear();
    }
    void add(const float* x, index rows) {
      const index n = rows * cols_;
      index at = 0;
      int taken = 0;
      for (; at + 4 * period_ <= n; at += 4 * period_) {
        some<4>(x + at, period_);
        if (++taken % 64 == 0) flush();
      }
      for (; at < n; at += period_) some<1>(x + at, std::min(period_, n - at));
      flush();
    }
    void merge_into(std::vector<column_sums>& all) const {
      for (std::size_t c = 0; c < all.size(); ++c) {
        all[c].sum += sums_[c].sum;
        all[c].square += sums_[c].square;
        all[c].present += sums_[c].present;
        all[c].low = std::min(all[c].low, sums_[c].low);
        all[c].high = std::max(all[c].high, sums_[c].high);
      }
    }

   private:
    float* shift_() { return floats_.data(); }
    float* array(index which) { return floats_.data() + which * apart_; }
    void clear() {
      std::fill_n(array(1), 3 * apart_, 0.0f);
      std::fill_n(array(4), period_, smelt::infinite_value<float>);
      std::fill_n(array(5), period_, -smelt::infinite_value<float>);
    }
    template <int Blocks>
    void some(const float* __restrict x, index n) {
      const float* __restrict shift = array(0);
      float* __restrict sums = array(1);
      float* __restrict squares = array(2);
      float* __restrict presents = array(3);
      float* __restrict lows = array(4);
      float* __restrict highs = array(5);
      const index step = period_;
      const auto note = [](auto v, auto at, auto& s, auto& q, auto& p, auto& a, auto& b) {
        const auto nothing = v * 0.0f;
        const auto d = nothing == nothing ? v - at : at * 0.0f;
        s += d;
        q += d * d;
        p += nothing == nothing ? at * 0.0f + 1.0f : at * 0.0f;
        a = v < a ? v : a;
        b = v > b ? v : b;
      };
      index i = 0;
      for (; i + width <= n; i += width) {
        const lanes at = load(shift + i);
        lanes s = load(sums + i), q = load(squares + i), p = load(presents + i), a = load(lows + i),
              b = load(highs + i);
        note(load(x + i), at, s, q, p, a, b);
        if constexpr (Blocks > 1) {
          note(load(x + i + step), at, s, q, p, a, b);
          note(load(x + i + 2 * step), at, s, q, p, a, b);
          note(load(x + i + 3 * step), at, s, q, p, a, b);
        }
        store(sums + i, s);
        store(squares + i, q);
        store(presents + i, p);
        store(lows + i, a);
        store(highs + i, b);
      }
      for (; i < n; ++i)
        for (int k = 0; k < Blocks; ++k)
          note(x[i + k * step], shift[i], sums[i], squares[i], presents[i], lows[i], highs[i]);
    }
    void flush() {
      for (index first = 0; first < period_; first += cols_)
        for (index c = 0; c < cols_; ++c) {
          const index i = first + c;
          auto& s = sums_[static_cast<std::size_t>(c)];
          s.sum += static_cast<double>(array(1)[i]);
          s.square += static_cast<double>(array(2)[i]);
          s.present += static_cast<double>(array(3)[i]);
          s.low = std::min(s.low, array(4)[i]);
          s.high = std::max(s.high, array(5)[i]);
        }
      clear();
    }

    index cols_;
    index period_;
    index apart_;  // arrays a power of two apart would want the same lines of a cache
    smelt::buffer<float> floats_;
    std::vector<column_sums> sums_;
  };
};

}  // namespace

made_task by_hand_task(const request& r) { return host_task<by_hand>(r); }

}  // namespace smelt_comparison
