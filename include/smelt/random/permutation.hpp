// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A random order of n rows as a function, not a list: a keyed bijection of [0, n) that is
/// evaluated at any row, forwards and backwards, in no memory.

#include <smelt/core/config.hpp>
#include <smelt/core/elements.hpp>
#include <smelt/core/error.hpp>
#include <smelt/core/types.hpp>
#include <smelt/random/philox.hpp>

#include <cstdint>

namespace smelt::inline v0 {

namespace detail {

/// Rounds of the network, even. The figures behind the number are with `permutation`.
inline constexpr int permutation_rounds = 10;

/// The operation id under which the round keys are drawn.
inline constexpr std::uint32_t permutation_operation = 1;

/// A point of the network: a row number cut in two, so that a round is 32-bit arithmetic only.
struct cut_row {
  std::uint32_t low;
  std::uint32_t high;
};

/// A 32-bit word of which every bit depends on every bit of `word`, the top ones best.
/// (Multipliers and shifts as found by the search of C. Wellons, "hash-prospector", 2018.)
SMELT_INLINE SMELT_HD constexpr std::uint32_t scramble(std::uint32_t word) {
  word ^= word >> 16;
  word *= 0x7feb352du;
  word ^= word >> 15;
  return word * 0x846ca68bu;
}

/// The numbers of a permutation: a Feistel network on 2^(low_bits + high_bits) points, at least
/// `size`, and the key bit of the repair. The two parts of a point never change places, so they
/// may differ in width.
struct keyed_order {
  std::uint32_t key[permutation_rounds] = {};
  std::uint32_t low_bits = 4;
  std::uint32_t high_bits = 4;
  std::uint64_t size = 0;
  std::uint64_t swap = 0;  ///< 1 where results 0 and 1 change places

  SMELT_INLINE SMELT_HD constexpr cut_row cut(std::uint64_t row) const {
    return {static_cast<std::uint32_t>(row) & ((1u << low_bits) - 1u),
            static_cast<std::uint32_t>(row >> low_bits) & ((1u << high_bits) - 1u)};
  }
  SMELT_INLINE SMELT_HD constexpr std::uint64_t join(cut_row at) const {
    return at.low | (std::uint64_t{at.high} << low_bits);
  }
  /// Points of the network that are not rows.
  SMELT_INLINE SMELT_HD constexpr std::uint64_t outside() const {
    return (std::uint64_t{1} << (low_bits + high_bits)) - size;
  }
  /// Two rounds, counted by `pair` from the first, or undone and counted from the last. A round
  /// adds to one part a function of the other modulo 2, and so undoes itself.
  template <bool Inverse>
  SMELT_INLINE SMELT_HD constexpr cut_row two_rounds(cut_row at, int pair) const {
    if constexpr (Inverse) {
      const int last = permutation_rounds - 1 - 2 * pair;
      at.low ^= scramble(at.high + key[last]) >> (32u - low_bits);
      at.high ^= scramble(at.low + key[last - 1]) >> (32u - high_bits);
    } else {
      at.high ^= scramble(at.low + key[2 * pair]) >> (32u - high_bits);
      at.low ^= scramble(at.high + key[2 * pair + 1]) >> (32u - low_bits);
    }
    return at;
  }
  template <bool Inverse>
  SMELT_HD constexpr cut_row all_rounds(cut_row at) const {
    for (int pair = 0; pair < permutation_rounds / 2; ++pair) at = two_rounds<Inverse>(at, pair);
    return at;
  }
  /// From a row to the next row on its cycle. The points passed are different and none is a row:
  /// there are at most `outside()` of them, which bounds the loop, and on average less than one
  /// when size > 128.
  template <bool Inverse>
  SMELT_HD constexpr std::uint64_t walk(std::uint64_t row) const {
    if (size < 2) return 0;
    cut_row at = cut(row);
    std::uint64_t left = outside();
    do at = all_rounds<Inverse>(at);  // in one place: a kernel holds this code wherever it asks for rows
    while (join(at) >= size && left-- > 0);
    return join(at);
  }
  /// The transposition of 0 and 1; it undoes itself.
  SMELT_INLINE SMELT_HD constexpr std::uint64_t repair(std::uint64_t row) const {
    return row < 2 ? row ^ swap : row;
  }
};

inline namespace SMELT_ISA {

/// Rows evaluated together: enough to hide the latency of the multiplications. With AVX2 the rounds
/// of a row take 1.9 ns, in blocks of 16 they take 3.4 ns; blocks of 64 gain 0.4 ns more and make
/// short batches dearer.
inline constexpr int block_rows = 32;

/// One step for each point of a block. The trip counts are constants and nothing can alias the
/// local arrays or the copy of the order: compilers vectorise the lanes at -O2 already.
template <bool Inverse>
SMELT_INLINE void step(const keyed_order& by, index (&point)[block_rows]) {
  alignas(64) std::uint32_t low[block_rows];
  alignas(64) std::uint32_t high[block_rows];
  for (int lane = 0; lane < block_rows; ++lane) {
    const cut_row at = by.cut(static_cast<std::uint64_t>(point[lane]));
    low[lane] = at.low;
    high[lane] = at.high;
  }
  for (int pair = 0; pair < permutation_rounds / 2; ++pair) {
    for (int lane = 0; lane < block_rows; ++lane) {
      const cut_row at = by.two_rounds<Inverse>({low[lane], high[lane]}, pair);
      low[lane] = at.low;
      high[lane] = at.high;
    }
  }
  for (int lane = 0; lane < block_rows; ++lane)
    point[lane] = static_cast<index>(by.join({low[lane], high[lane]}));
}

/// The transposition of 0 and 1 for each point of a block; points that are not rows are above 1.
SMELT_INLINE void repair(const keyed_order& by, index (&point)[block_rows]) {
  for (int lane = 0; lane < block_rows; ++lane)
    point[lane] ^= point[lane] < 2 ? static_cast<index>(by.swap) : 0;
}

/// The results of count rows, all of them below the size: first, first + 1, ..., or where `from` is
/// not null those it lists. `out` may be that list: a row is read before its result is written.
///
/// A point that is not a row yet waits until a block of such points is full; that block then takes
/// the next step of its walks. Walks of different rows share no point, so that the steps of all
/// waiting points together are at most `outside()`, which bounds the loop.
template <bool Inverse, bool Listed = false>
void evaluate_rows(const keyed_order& order, index first, index count, index* out,
                   [[maybe_unused]] const index* from = nullptr) {
  const keyed_order by = order;  // stores to `out` cannot change a local copy
  const auto size = static_cast<index>(by.size);
  if (size < 2) {
    std::fill_n(out, count, index{0});
    return;
  }
  alignas(64) index point[block_rows] = {};
  alignas(64) index place[block_rows] = {};
  index waiting_point[2 * block_rows];  // a block less one may wait when a block comes
  index waiting_place[2 * block_rows];
  index waiting = 0;
  for (index start = 0; start < count || waiting > 0;) {
    index live = block_rows;
    if (start < count && waiting < block_rows) {
      live = std::min(count - start, live);
      for (int lane = 0; lane < block_rows; ++lane) {
        if constexpr (Listed)
          point[lane] = lane < live ? from[start + lane] : 0;
        else
          point[lane] = first + start + lane;
        place[lane] = start + lane;
      }
      start += live;
      if constexpr (Inverse) repair(by, point);
    } else {
      live = std::min(waiting, live);
      waiting -= live;
      detail::copy_elements(waiting_point + waiting, live, point);
      detail::copy_elements(waiting_place + waiting, live, place);
    }
    step<Inverse>(by, point);
    if constexpr (!Inverse) repair(by, point);
    for (index lane = 0; lane < live; ++lane) {
      out[place[lane]] = point[lane];
      waiting_point[waiting] = point[lane];
      waiting_place[waiting] = place[lane];
      waiting += point[lane] >= size;  // without a branch: it would be taken at random
    }
  }
}

}  // namespace SMELT_ISA

}  // namespace detail

/// A random order of n rows: a bijection p of [0, n) drawn by (seed, stream, n).
///
/// `p(i)` is the row at place i and `p.inverse(j)` the place of row j: p.inverse(p(i)) == i. A
/// function of its arguments only: no state, no memory, the same on host and device. Trivially
/// copyable. Rows are 0 <= i < n; others give no meaningful result.
///
/// Law: i goes through a Feistel network on 2^b points, b = max(8, ceil(log2 n)), again and again
/// until a point below n is met (a walk along its cycle, hence a bijection of [0, n)). Results 0
/// and 1 change places when a key bit says so. Without this repair only even permutations occur
/// for n = 2^b, half of all, because every round is one; with it each parity has probability 1/2
/// for every n >= 2, whatever the network does.
///
/// Keys: with k = words 0 and 1 of philox(counter_of(n, 1), key_of(seed)), round key r is word
/// r mod 4 of philox(counter_of(stream, 1, r / 4), k), and the repair bit is the top bit of word 3
/// of the last of these blocks. Orders of different n are unrelated, even for one seed. Part of
/// `random_stream_version` 1.
///
/// Quality: 10 rounds. The network on 256 points is the smallest and the worst, and the xor of the
/// results of two places is where it shows first; two rounds more divide the excess of its
/// chi-square by about 250. It lies z = 130 deviations from chance with 6 rounds after a million
/// orders and 28 with 8 after 12 million; with 10, 1.5 after 12 million and 3.3 after 120 million,
/// where 12 rounds have 2.0. The counts of all n! orders for n = 3 to 7, joint places of two rows,
/// places by rows, parity, cycles, fixed points and serial correlation show nothing from 8 rounds
/// on. It is no cipher: whoever sees results may learn the key.
///
/// Cost on one core (AMD EPYC, g++ 12 -O2): 18 ns a row; with AVX2, `evaluate` takes 3.0 ns where
/// n = 2^b and, because walks double the work, 6.6 ns just above 2^(b - 1). All rows of n <= 256
/// together take at most 256 steps.
///
/// Source: Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002 (walks);
/// Mitchell, Stokes, Frank, Holmes, "Bandwidth-optimal random shuffling for GPUs", ACM TOPC 2022.
class permutation {
 public:
  /// The largest number of rows: 2^62.
  static constexpr index max_size = index{1} << 62;

  /// The order of no rows.
  constexpr permutation() = default;

  /// The order of n rows for a seed and a stream: an epoch, a class, a fold.
  /// Throws value_error when n < 0 or n > max_size.
  constexpr permutation(seed from, std::uint64_t stream, index n) {
    if (n < 0 || n > max_size) {
      expect<value_error>(false, "a permutation of ", n, " rows was asked for; 0 to ", max_size,
                          " are possible");
    }
    by_.size = static_cast<std::uint64_t>(n);
    std::uint32_t bits = 8;
    while ((std::uint64_t{1} << bits) < by_.size) ++bits;
    by_.low_bits = bits / 2;
    by_.high_bits = bits - bits / 2;

    const std::uint32_t operation = detail::permutation_operation;
    const philox_block own = philox(counter_of(by_.size, operation), key_of(from));
    const philox_key key{{own.word[0], own.word[1]}};
    philox_block words;
    for (std::uint32_t r = 0; r < detail::permutation_rounds; ++r) {
      if (r % 4 == 0) words = philox(counter_of(stream, operation, r / 4), key);
      by_.key[r] = words.word[r % 4];
    }
    static_assert(detail::permutation_rounds % 4 != 0, "word 3 of the last block is a round key");
    by_.swap = n < 2 ? 0 : words.word[3] >> 31;
  }

  /// n.
  SMELT_HD constexpr index size() const { return static_cast<index>(by_.size); }

  /// The row at place i.
  SMELT_HD constexpr index operator()(index i) const {
    return static_cast<index>(by_.repair(by_.walk<false>(static_cast<std::uint64_t>(i))));
  }

  /// The place of row j.
  SMELT_HD constexpr index inverse(index j) const {
    return static_cast<index>(by_.walk<true>(by_.repair(static_cast<std::uint64_t>(j))));
  }

  /// out[k] = p(first + k) for 0 <= k < count: many rows at a time.
  /// Throws value_error, and writes nothing, when the rows are not all in [0, n).
  SMELT_INLINE void evaluate(index first, index count, index* out) const {
    check_range(first, count);
    detail::evaluate_rows<false>(by_, first, count, out);
  }

  /// out[k] = p.inverse(first + k) for 0 <= k < count. Throws as `evaluate` does.
  SMELT_INLINE void evaluate_inverse(index first, index count, index* out) const {
    check_range(first, count);
    detail::evaluate_rows<true>(by_, first, count, out);
  }

  /// out[k] = p(at[k]) for 0 <= k < count, as fast as `evaluate`. `out` may be `at`. Rows are not
  /// checked: each must be in [0, n).
  SMELT_INLINE void evaluate_at(const index* at, index count, index* out) const {
    detail::evaluate_rows<false, true>(by_, 0, count, out, at);
  }

 private:
  void check_range(index first, index count) const {
    expect<value_error>(first >= 0 && count >= 0 && first <= size() && count <= size() - first,
                        "rows ", first, " to ", first, " + ", count,
                        " were asked of a permutation of ", size(), " rows");
  }

  detail::keyed_order by_;
};

}  // namespace smelt::inline v0
