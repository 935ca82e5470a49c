// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The kernels of `cuda_by_hand`, each for its one work. They are bodies as those of bench/gpu/bodies.hpp,
/// so that they run on the emulated device too.

#include "../gpu/device.hpp"

#include <cmath>
#include <cstddef>

namespace smelt_comparison {

using smelt::index;

struct alignas(16) floats4 {
  float at[4];
};

struct hand_scale_params {
  const float* x;
  float* y;
  const float* mean;
  const float* slope;
  index n;
  int cols;
  float low;
  float high;
};
/// A thread meets the same four columns in every step, and keeps their numbers; four loads are on their way.
struct hand_scale_body {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context& ctx, const hand_scale_params& p) {
    const index step = index{ctx.blocks()} * ctx.threads() * 4;
    const index begin = (index{ctx.block()} * ctx.threads() + ctx.thread()) * 4;
    float mean[4];
    float slope[4];
    for (int k = 0; k < 4; ++k) {
      const auto c = static_cast<int>((begin + k) % p.cols);
      mean[k] = p.mean[c];
      slope[k] = p.slope[c];
    }
    const auto one = [&](float v, int k) {
      v = (v - mean[k]) * slope[k];
      v = v == v ? v : 0.0f;
      v = v < p.low ? p.low : v;
      return v > p.high ? p.high : v;
    };
    const auto four = [&](const floats4& v) {
      floats4 made;
      for (int k = 0; k < 4; ++k) made.at[k] = one(v.at[k], k);
      return made;
    };
    const auto load = [&](index i) { return *reinterpret_cast<const floats4*>(p.x + i); };
    const auto store = [&](index i, const floats4& v) { *reinterpret_cast<floats4*>(p.y + i) = v; };
    index i = begin;
    for (; i + 3 * step + 4 <= p.n; i += 4 * step) {
      floats4 held[4];
      for (int k = 0; k < 4; ++k) held[k] = load(i + k * step);
      for (int k = 0; k < 4; ++k) store(i + k * step, four(held[k]));
    }
    for (; i + 4 <= p.n; i += step) store(i, four(load(i)));
    for (int k = 0; i + k < p.n && k < 4; ++k) p.y[i + k] = one(p.x[i + k], k);
  }
};

struct hand_norm_params {
  const float* x;
  float* y;
  const float* mean;
  index rows;
  int cols;
  int lanes;  // of a warp for a row: a power of two
};
/// Some lanes hold a row in registers between its sum and its scaling.
template <int Held>
struct hand_norm_body {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context& ctx, const hand_norm_params& p) {
    const int lane = ctx.thread() % p.lanes;
    const int in_warp = ctx.thread() % Context::warp;
    const int rows_at_once = Context::warp / p.lanes;
    const index warps = index{ctx.blocks()} * ctx.threads() / Context::warp;
    const index warp = (index{ctx.block()} * ctx.threads() + ctx.thread()) / Context::warp;
    for (index first = warp * rows_at_once; first < p.rows; first += warps * rows_at_once) {
      const index row = first + in_warp / p.lanes;
      const bool there = row < p.rows;
      float held[static_cast<std::size_t>(Held)];
      float total = 0.0f;
      for (int k = 0; k < Held; ++k) {
        const int c = lane + k * p.lanes;
        held[k] = 0.0f;
        if (there && c < p.cols) {
          const float v = p.x[row * p.cols + c];
          held[k] = v == v ? v : p.mean[c];
        }
        total += held[k] * held[k];
      }
      for (int mask = p.lanes / 2; mask > 0; mask /= 2) total += ctx.across(total, mask);
      const float by = total > 0.0f ? 1.0f / sqrtf(total) : 1.0f;
      for (int k = 0; k < Held; ++k) {
        const int c = lane + k * p.lanes;
        if (there && c < p.cols) p.y[row * p.cols + c] = held[k] * by;
      }
    }
  }
};

struct hand_shift_params {
  const float* x;
  float* shift;
  index rows;
  int cols;
};
/// About the mean of each column, from its first rows.
struct hand_shift_body {
  static constexpr int least_blocks = 1;
  template <class Context>
  SMELT_HD static void run(Context& ctx, const hand_shift_params& p) {
    const int c = ctx.block() * ctx.threads() + ctx.thread();
    if (c >= p.cols) return;
    float sum = 0.0f;
    float present = 0.0f;
    for (index r = 0; r < p.rows && r < 64; ++r) {
      const float v = p.x[r * p.cols + c];
      sum += v == v ? v : 0.0f;
      present += v == v ? 1.0f : 0.0f;
    }
    p.shift[c] = present > 0.0f ? sum / present : 0.0f;
  }
};

struct hand_fold_params {
  const float* x;
  const float* shift;
  double* parts;  // of each block: sum, square, present, least, greatest of every column
  index n;
  int cols;
};
/// Sums around a shift: a thread keeps those of its four columns, a block adds up what its threads have.
struct hand_fold_body {
  static constexpr int least_blocks = 3;
  static constexpr std::size_t shared(int threads) {
    return static_cast<std::size_t>(threads) * 4 * 5 * sizeof(float);
  }
  template <class Context>
  SMELT_HD static void run(Context& ctx, const hand_fold_params& p) {
    const index step = index{ctx.blocks()} * ctx.threads() * 4;
    const index begin = (index{ctx.block()} * ctx.threads() + ctx.thread()) * 4;
    float shift[4], sum[4], square[4], present[4], low[4], high[4];
    for (int k = 0; k < 4; ++k) {
      shift[k] = p.shift[(begin + k) % p.cols];
      sum[k] = square[k] = present[k] = 0.0f;
      low[k] = smelt::infinite_value<float>;
      high[k] = -smelt::infinite_value<float>;
    }
    const auto note = [&](float v, int k) {
      const bool there = v == v;
      const float d = there ? v - shift[k] : 0.0f;
      sum[k] += d;
      square[k] += d * d;
      present[k] += there ? 1.0f : 0.0f;
      low[k] = v < low[k] ? v : low[k];
      high[k] = v > high[k] ? v : high[k];
    };
    const auto load = [&](index i) { return *reinterpret_cast<const floats4*>(p.x + i); };
    index i = begin;
    for (; i + 3 * step + 4 <= p.n; i += 4 * step) {
      floats4 held[4];
      for (int k = 0; k < 4; ++k) held[k] = load(i + k * step);
      for (int k = 0; k < 4; ++k)
        for (int j = 0; j < 4; ++j) note(held[k].at[j], j);
    }
    for (; i + 4 <= p.n; i += step) {
      const floats4 held = load(i);
      for (int j = 0; j < 4; ++j) note(held.at[j], j);
    }
    for (int k = 0; i + k < p.n && k < 4; ++k) note(p.x[i + k], k);

    const int entries = ctx.threads() * 4;
    auto* const all = reinterpret_cast<float*>(ctx.shared());
    for (int k = 0; k < 4; ++k) {
      const int e = ctx.thread() * 4 + k;
      ctx.put(all + e, sum[k]);
      ctx.put(all + entries + e, square[k]);
      ctx.put(all + 2 * entries + e, present[k]);
      ctx.put(all + 3 * entries + e, low[k]);
      ctx.put(all + 4 * entries + e, high[k]);
    }
    ctx.sync();
    const auto base = static_cast<int>(index{ctx.block()} * entries % p.cols);
    for (int c = ctx.thread(); c < p.cols; c += ctx.threads()) {
      double total[5] = {0.0, 0.0, 0.0, smelt::infinite_value<double>, -smelt::infinite_value<double>};
      for (int e = (c - base + p.cols) % p.cols; e < entries; e += p.cols) {
        for (int s = 0; s < 3; ++s) total[s] += static_cast<double>(ctx.get(all + s * entries + e));
        const auto least = static_cast<double>(ctx.get(all + 3 * entries + e));
        const auto most = static_cast<double>(ctx.get(all + 4 * entries + e));
        total[3] = least < total[3] ? least : total[3];
        total[4] = most > total[4] ? most : total[4];
      }
      double* const to = p.parts + index{ctx.block()} * 5 * p.cols + c;
      for (int s = 0; s < 5; ++s) to[s * p.cols] = total[s];
    }
  }
};

struct hand_finish_params {
  const double* parts;
  const float* shift;
  double* found;  // mean, variance, least, greatest, missing of every column
  float* mean;
  float* slope;
  index rows;
  int cols;
  int blocks;
};
/// A block for a column: what all blocks have found, and the numbers of standardize behind a fill.
struct hand_finish_body {
  static constexpr int least_blocks = 1;
  static constexpr std::size_t shared(int threads) { return static_cast<std::size_t>(threads) * 5 * sizeof(double); }
  template <class Context>
  SMELT_HD static void run(Context& ctx, const hand_finish_params& p) {
    const int c = ctx.block();
    double total[5] = {0.0, 0.0, 0.0, smelt::infinite_value<double>, -smelt::infinite_value<double>};
    const auto take = [&](const double* from, int apart) {
      for (int s = 0; s < 3; ++s) total[s] += from[s * apart];
      total[3] = from[3 * apart] < total[3] ? from[3 * apart] : total[3];
      total[4] = from[4 * apart] > total[4] ? from[4 * apart] : total[4];
    };
    for (int b = ctx.thread(); b < p.blocks; b += ctx.threads()) take(p.parts + index{b} * 5 * p.cols + c, p.cols);
    auto* const all = reinterpret_cast<double*>(ctx.shared());
    for (int s = 0; s < 5; ++s) ctx.put(all + ctx.thread() * 5 + s, total[s]);
    ctx.sync();
    for (int half = ctx.threads() / 2; half > 0; half /= 2) {
      if (ctx.thread() < half) {
        double other[5];
        for (int s = 0; s < 5; ++s) other[s] = ctx.get(all + (ctx.thread() + half) * 5 + s);
        take(static_cast<const double*>(other), 1);
        for (int s = 0; s < 5; ++s) ctx.put(all + ctx.thread() * 5 + s, total[s]);
      }
      ctx.sync();
    }
    if (ctx.thread() != 0) return;
    const double m2 = total[1] - total[0] * total[0] / total[2];
    const double mean = static_cast<double>(p.shift[c]) + total[0] / total[2];
    const double filled = sqrt(m2 / static_cast<double>(p.rows));
    const double numbers[5] = {mean, m2 / total[2], total[3], total[4], static_cast<double>(p.rows) - total[2]};
    for (int s = 0; s < 5; ++s) p.found[s * p.cols + c] = numbers[s];
    p.mean[c] = static_cast<float>(mean);
    p.slope[c] = static_cast<float>(filled > 0.0 ? 1.0 / filled : 1.0);
  }
};

}  // namespace smelt_comparison
