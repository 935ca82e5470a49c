// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Kernels of the bench itself: the data, and what a plain kernel reaches with the same bytes. They
/// are bodies as those of the library, so that they run on the emulated device too.

#include "device.hpp"

#include <cstdint>
#include <type_traits>

namespace smelt_bench {

/// 64 bits that depend on every bit of `x` (the finalizer of MurmurHash3).
SMELT_HD inline std::uint64_t scrambled(std::uint64_t x) {
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdu;
  x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53u;
  return x ^ (x >> 33);
}

/// Which elements are missing.
enum class holes { one_in_a_hundred, first_column };

/// Noise of another scale in each column.
template <class T>
struct noise_params {
  T* to;
  index rows;
  index cols;
  bool by_row;
  holes where;
  std::uint64_t share;   // of 2^16: elements, or first elements of a row, that are missing
  std::uint64_t salt;    // another one: other noise
};
struct noise_body {
  static constexpr int least_blocks = 3;
  template <class Context, class T>
  SMELT_HD static void run(Context& ctx, const noise_params<T>& p) {
    const index step = index{ctx.blocks()} * ctx.threads();
    for (index i = index{ctx.block()} * ctx.threads() + ctx.thread(); i < p.rows * p.cols; i += step) {
      const auto at = static_cast<std::uint64_t>(i);
      const auto width = static_cast<std::uint64_t>(p.by_row ? p.cols : p.rows);
      const auto c = static_cast<unsigned>(p.by_row ? at % width : at / width);
      const std::uint64_t bits = scrambled(at * 0x9e3779b97f4a7c15u + p.salt);
      if constexpr (smelt::has_missing<T>) {
        const double unit = static_cast<double>(bits >> 16) * 0x1p-48 - 0.5;
        const bool may = p.where == holes::one_in_a_hundred || c == 0;
        p.to[i] = smelt::narrow<T>(may && (bits & 0xffff) < p.share
                                       ? smelt::missing_value<double>
                                       : unit * static_cast<double>(1 + c % 7) + 3.0);
      } else {
        p.to[i] = static_cast<T>(bits % 251);
      }
    }
  }
};

/// 16 bytes, the widest that one instruction moves on every card.
struct alignas(16) word16 {
  unsigned at[4];
};

/// How many words a thread has on their way.
inline constexpr int ahead = 4;

/// Calls `f` with the first word of one thread in each of its chunks.
template <class Context, class F>
SMELT_HD void each_chunk(Context& ctx, index count, F&& f) {
  const index chunk = index{ahead} * ctx.threads();
  for (index at = ctx.block() * chunk + ctx.thread(); at < count; at += ctx.blocks() * chunk) f(at);
}

struct copy_params {
  const word16* from;
  word16* to;
  index count;
};
struct copy_body {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context& ctx, const copy_params& p) {
    const index step = ctx.threads();
    each_chunk(ctx, p.count, [&](index at) {
      if (at + (ahead - 1) * step < p.count) {
        word16 held[ahead];
        for (int k = 0; k < ahead; ++k) held[k] = p.from[at + k * step];
        for (int k = 0; k < ahead; ++k) p.to[at + k * step] = held[k];
      } else {
        for (index i = at; i < p.count; i += step) p.to[i] = p.from[i];
      }
    });
  }
};

struct sum_params {
  const word16* from;
  unsigned* sums;  // one of each warp
  index count;
};
struct sum_body {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context& ctx, const sum_params& p) {
    const index step = ctx.threads();
    unsigned sum = 0;
    auto take = [&](const word16& w) { sum += w.at[0] + w.at[1] + w.at[2] + w.at[3]; };
    each_chunk(ctx, p.count, [&](index at) {
      if (at + (ahead - 1) * step < p.count) {
        word16 held[ahead];
        for (int k = 0; k < ahead; ++k) held[k] = p.from[at + k * step];
        for (int k = 0; k < ahead; ++k) take(held[k]);
      } else {
        for (index i = at; i < p.count; i += step) take(p.from[i]);
      }
    });
    for (int by = Context::warp / 2; by > 0; by /= 2) sum += ctx.down(sum, by);
    const index warps = ctx.threads() / Context::warp;
    if (ctx.thread() % Context::warp == 0)
      p.sums[ctx.block() * warps + ctx.thread() / Context::warp] = sum;
  }
};

/// A permutation of 2^bits numbers, as cheap as one can be that leaves no order.
SMELT_HD inline std::uint64_t shuffled_place(std::uint64_t x, int bits) {
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  const int half = (bits + 1) / 2;
  for (int round = 0; round < 2; ++round) {
    x = ((x ^ (x >> half)) * 0x9e3779b97f4a7c15u) & mask;
    x = ((x ^ (x >> half)) * 0xd1342543de82ef95u) & mask;
  }
  return x ^ (x >> half);
}

struct gather_params {
  const word16* from;
  word16* to;
  index count;    // words
  int row_shift;  // a row is 2^row_shift words
  int row_bits;   // of 2^row_bits rows
};
/// Rows of a table in a random order, written one after another.
struct gather_body {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context& ctx, const gather_params& p) {
    const index step = ctx.threads();
    auto from = [&](index word) {
      const auto w = static_cast<std::uint64_t>(word);
      const std::uint64_t row = shuffled_place(w >> p.row_shift, p.row_bits);
      const std::uint64_t part = w & ((std::uint64_t{1} << p.row_shift) - 1);
      return p.from[(row << p.row_shift) + part];
    };
    each_chunk(ctx, p.count, [&](index at) {
      if (at + (ahead - 1) * step < p.count) {
        word16 held[ahead];
        for (int k = 0; k < ahead; ++k) held[k] = from(at + k * step);
        for (int k = 0; k < ahead; ++k) p.to[at + k * step] = held[k];
      } else {
        for (index i = at; i < p.count; i += step) p.to[i] = from(i);
      }
    });
  }
};

struct empty_params {
  int nothing;
};
/// The least that a launch costs.
struct empty_body {
  static constexpr int least_blocks = 3;
  template <class Context>
  SMELT_HD static void run(Context&, const empty_params&) {}
};

}  // namespace smelt_bench
