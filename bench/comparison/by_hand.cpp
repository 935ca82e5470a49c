// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer `by_hand`: what someone writes for these works alone, with time to make it fast. Loops over
/// floats that a compiler makes vectors of, and stores past the caches.

#include "host_task.hpp"
#include "peers.hpp"

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
    constexpr index lanes = flat_numbers::line;
    const index cols = p.cols;
    smelt::buffer<float> filled(p.period + lanes);
    smelt::buffer<float> made(p.period + lanes);
    std::fill_n(filled.data(), p.period + lanes, 0.0f);
    float last[lanes];
    for (index l = 0; l < lanes; ++l) last[l] = l < (cols - 1) % lanes + 1 ? 1.0f : 0.0f;
    for (index at = 0; at < rows; at += p.repeats) {
      const index n = std::min(p.repeats, rows - at);
      const float* __restrict from = x + at * cols;
      float* __restrict block = filled.data();
      const float* __restrict mean = p.mean.data();
      for (index i = 0; i < n * cols; ++i) block[i] = from[i] == from[i] ? from[i] : mean[i];
      for (index r = 0; r < n; ++r) {
        const float* __restrict row = block + r * cols;
        float* __restrict out = made.data() + r * cols;
        float sums[lanes] = {};
        index j = 0;
        for (; j + lanes < cols; j += lanes)
          for (index l = 0; l < lanes; ++l) sums[l] += row[j + l] * row[j + l];
        for (index l = 0; l < lanes; ++l) sums[l] += row[j + l] * row[j + l] * last[l];
        for (index half = lanes / 2; half > 0; half /= 2)
          for (index l = 0; l < half; ++l) sums[l] += sums[l + half];
        const float by = sums[0] > 0.0f ? 1.0f / std::sqrt(sums[0]) : 1.0f;
        for (j = 0; j < cols; j += lanes)
          for (index l = 0; l < lanes; ++l) out[j + l] = row[j + l] * by;
      }
      if (past)
        stream(y + at * cols, made.data(), n * cols);
      else
        std::copy_n(made.data(), n * cols, y + at * cols);
    }
    if (past) end_stream();
  }

  static bool any_missing(const float* x, index cols) {
    int found = 0;
    for (index c = 0; c < cols; ++c) found |= x[c] == x[c] ? 0 : 1;
    return found != 0;
  }

  /// Sums of floats around a shift, four blocks of rows at a time, taken over into double every 32 times.
  class fold {
   public:
    fold(const flat_numbers& p, const std::vector<float>& shift)
        : cols_(p.cols), period_(p.period), floats_(6 * period_), sums_(shift.size()) {
      for (index i = 0; i < period_; ++i) shift_()[i] = shift[static_cast<std::size_t>(i % cols_)];
      clear();
    }
    void add(const float* x, index rows) {
      const index n = rows * cols_;
      index at = 0;
      int taken = 0;
      for (; at + 4 * period_ <= n; at += 4 * period_) {
        some<4>(x + at, period_);
        if (++taken % 32 == 0) flush();
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
    float* array(index which) { return floats_.data() + which * period_; }
    void clear() {
      std::fill_n(array(1), 3 * period_, 0.0f);
      std::fill_n(array(4), period_, smelt::infinite_value<float>);
      std::fill_n(array(5), period_, -smelt::infinite_value<float>);
    }
    template <int Blocks>
    void some(const float* __restrict x, index n) {
      const float* __restrict shift = array(0);
      float* __restrict sum = array(1);
      float* __restrict square = array(2);
      float* __restrict present = array(3);
      float* __restrict low = array(4);
      float* __restrict high = array(5);
      for (index i = 0; i < n; ++i) {
        float s = sum[i], q = square[i], p = present[i], a = low[i], b = high[i];
        for (int k = 0; k < Blocks; ++k) {
          const float v = x[k * period_ + i];
          float d = v - shift[i];
          d = d == d ? d : 0.0f;
          s += d;
          q += d * d;
          p += v == v ? 1.0f : 0.0f;
          a = v < a ? v : a;
          b = v > b ? v : b;
        }
        sum[i] = s;
        square[i] = q;
        present[i] = p;
        low[i] = a;
        high[i] = b;
      }
    }
    void flush() {
      for (index i = 0; i < period_; ++i) {
        auto& s = sums_[static_cast<std::size_t>(i % cols_)];
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
    smelt::buffer<float> floats_;
    std::vector<column_sums> sums_;
  };
};

}  // namespace

made_task by_hand_task(const request& r) { return host_task<by_hand>(r); }

}  // namespace smelt_comparison
