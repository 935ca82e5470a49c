// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Random words as a function of where they are used: Philox4x32-10, without state. A draw depends
/// on nothing but its seed, row, operation and number, so no thread, batch or order can change it.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The
/// words equal those of Random123, of `std::philox4x32` (C++26) and of cuRAND's generator, whose
/// seed is our key, whose offset is words 0 and 1 and whose subsequence is words 2 and 3.

#include <smelt/core/config.hpp>
#include <smelt/core/types.hpp>

#include <cstdint>

namespace smelt::inline v0 {

/// The version of everything drawn: the generator, the counter layout, `bounded` and
/// `permutation`. A change of any result, however small, raises it.
inline constexpr int random_stream_version = 1;

/// Four 32-bit words: a counter, or what `philox` makes of it.
struct philox_block {
  std::uint32_t word[4] = {};
  friend constexpr bool operator==(const philox_block&, const philox_block&) = default;
};

/// Two 32-bit words: the seed, low word first.
struct philox_key {
  std::uint32_t word[2] = {};
  friend constexpr bool operator==(const philox_key&, const philox_key&) = default;
};

namespace detail {

/// One round: two products, each giving a high and a low half, crossed and keyed.
SMELT_HD constexpr philox_block philox_round(philox_block c, philox_key k) {
  const std::uint64_t first = std::uint64_t{0xD2511F53u} * c.word[0];
  const std::uint64_t second = std::uint64_t{0xCD9E8D57u} * c.word[2];
  return {{static_cast<std::uint32_t>(second >> 32) ^ c.word[1] ^ k.word[0],
           static_cast<std::uint32_t>(second),
           static_cast<std::uint32_t>(first >> 32) ^ c.word[3] ^ k.word[1],
           static_cast<std::uint32_t>(first)}};
}

/// The high 64 bits of a 128-bit product, from 32-bit halves: the same code on every machine, and
/// at compile time.
SMELT_HD constexpr std::uint64_t high_product(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t low = 0xffffffffu;
  const std::uint64_t lower = (a & low) * (b & low);
  const std::uint64_t cross = (a >> 32) * (b & low) + (lower >> 32);
  const std::uint64_t other = (a & low) * (b >> 32) + (cross & low);
  return (a >> 32) * (b >> 32) + (cross >> 32) + (other >> 32);
}

}  // namespace detail

/// Philox4x32-10: four random words for one counter and key. For a fixed key it is a bijection of
/// the counters, so distinct counters never share a block.
SMELT_HD constexpr philox_block philox(philox_block counter, philox_key key) {
  for (int round = 0; round < 10; ++round) {
    counter = detail::philox_round(counter, key);
    key.word[0] += 0x9E3779B9u;
    key.word[1] += 0xBB67AE85u;
  }
  return counter;
}

/// The key of a seed.
SMELT_HD constexpr philox_key key_of(seed from) {
  return {{static_cast<std::uint32_t>(from.value), static_cast<std::uint32_t>(from.value >> 32)}};
}

/// The counter of one draw: (row low, row high, operation, draw * 256 + attempt).
///
/// `row` is the global row, or whatever the operation counts. `operation` tells apart the users of
/// one seed; those below 65536 belong to smelt. `draw` < 2^24 numbers the draws of a row, and
/// `attempt` < 256 the tries of a draw that may reject.
SMELT_HD constexpr philox_block counter_of(std::uint64_t row, std::uint32_t operation,
                                           std::uint32_t draw = 0, std::uint32_t attempt = 0) {
  return {{static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(row >> 32), operation,
           (draw << 8) | (attempt & 0xffu)}};
}

/// A seed of its own for one of the users of a seed, and one of their epochs, classes or streams.
SMELT_HD constexpr seed seed_of(seed from, std::uint64_t stream, std::uint32_t operation) {
  const philox_block words = philox(counter_of(stream, operation), key_of(from));
  return seed{words.word[0] | (std::uint64_t{words.word[1]} << 32)};
}

namespace detail {

/// The operations of smelt's samplers; 1 is a permutation's.
inline constexpr std::uint32_t bootstrap_operation = 2;
inline constexpr std::uint32_t systematic_operation = 3;
inline constexpr std::uint32_t weighted_operation = 4;
inline constexpr std::uint32_t race_operation = 5;
inline constexpr std::uint32_t stratified_operation = 6;
inline constexpr std::uint32_t balanced_operation = 7;
inline constexpr std::uint32_t bernoulli_operation = 8;
inline constexpr std::uint32_t bottom_k_operation = 9;

}  // namespace detail

/// Words 2 `half` and 2 `half` + 1 of a block as one 64-bit word, low word first; `half` is 0 or 1.
SMELT_HD constexpr std::uint64_t word64(const philox_block& block, int half = 0) {
  return block.word[2 * half] | (std::uint64_t{block.word[2 * half + 1]} << 32);
}

/// An integer uniform on [0, bound), exactly: each value has the same number of words that lead to
/// it. `bound` 0 gives 0.
///
/// With w uniform on [0, 2^64) the result is floor(w bound / 2^64), rejected and drawn again, as
/// the next attempt, when (w bound) mod 2^64 < 2^64 mod bound. No division until a rejection is
/// possible, which has probability bound / 2^64. A try fails with probability below 1/2, and the
/// last of 256 is taken as it is, so the distance from uniform is below 2^-255 and the loop ends.
///
/// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.
SMELT_HD constexpr std::uint64_t bounded(seed from, std::uint64_t row, std::uint32_t operation,
                                         std::uint32_t draw, std::uint64_t bound) {
  std::uint64_t result = 0;
  for (std::uint32_t attempt = 0; attempt < 256; ++attempt) {
    const philox_block words = philox(counter_of(row, operation, draw, attempt), key_of(from));
    const std::uint64_t word = word64(words);
    const std::uint64_t left = word * bound;
    result = detail::high_product(word, bound);
    // 2^64 mod bound is below bound: a larger remainder needs no division to be accepted.
    if (left >= bound || left >= (0 - bound) % bound) break;
  }
  return result;
}

namespace detail {

/// 2^64 mod bound, 0 for 0.
SMELT_HD constexpr std::uint64_t threshold_of(std::uint64_t bound) {
  return bound == 0 ? 0 : (0 - bound) % bound;
}

/// `bounded` with the threshold of its rejection given: nothing is divided.
SMELT_HD constexpr std::uint64_t bounded_above(seed from, std::uint64_t row,
                                               std::uint32_t operation, std::uint32_t draw,
                                               std::uint64_t bound, std::uint64_t threshold) {
  std::uint64_t result = 0;
  for (std::uint32_t attempt = 0; attempt < 256; ++attempt) {
    const philox_block words = philox(counter_of(row, operation, draw, attempt), key_of(from));
    const std::uint64_t word = word64(words);
    result = high_product(word, bound);
    if (word * bound >= threshold) break;
  }
  return result;
}

}  // namespace detail

// The vectors of Random123 for philox4x32-10: zeros, ones, and digits of pi.
static_assert(philox({}, {}) == philox_block{{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}});
static_assert(philox({{~0u, ~0u, ~0u, ~0u}}, {{~0u, ~0u}}) ==
              philox_block{{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}});
static_assert(philox({{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}},
                     {{0xa4093822u, 0x299f31d0u}}) ==
              philox_block{{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}});

}  // namespace smelt::inline v0
