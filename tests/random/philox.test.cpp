// SPDX-License-Identifier: BSL-1.0

/// \file
/// Philox against published words, the counter layout, and bounded integers: exact and unbiased.
/// Pinned values were computed by a separate program with integers of any length.

#include <smelt/random/philox.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using namespace smelt;

constexpr std::uint32_t ones = 0xffffffffu;

// Everything is available at compile time.
static_assert(bounded(seed{7}, 0, 100, 0, 10) == 9);

/// Deviates above this fail: one-sided 0.001 over 64 figures. Fixed before any figure was seen.
constexpr double limit = 4.16;

/// How far the counts lie from equal ones, in standard deviations of a normal variable (Wilson and
/// Hilferty's cube root of chi-square).
double deviate(const std::vector<int>& counts) {
  double total = 0;
  for (const int count : counts) total += count;
  const double mean = total / static_cast<double>(counts.size());
  double square = 0;
  for (const int count : counts) square += (count - mean) * (count - mean) / mean;
  const double freedom = static_cast<double>(counts.size()) - 1;
  const double spread = 2 / (9 * freedom);
  return (std::cbrt(square / freedom) - (1 - spread)) / std::sqrt(spread);
}

}  // namespace

TEST_CASE("philox gives the words of Random123") {
  CHECK(philox({}, {}) == philox_block{{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}});
  CHECK(philox({{ones, ones, ones, ones}}, {{ones, ones}}) ==
        philox_block{{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}});
  CHECK(philox({{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}},
               {{0xa4093822u, 0x299f31d0u}}) ==
        philox_block{{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}});
}

TEST_CASE("philox gives word 10000 of std::philox4x32") {
  // The default seed is the low key word; draw 10000 is word 3 of counter 2499.
  CHECK(philox({{2499, 0, 0, 0}}, {{20111115, 0}}).word[3] == 1955073260u);
  CHECK(philox(counter_of(2499, 0), key_of(seed{20111115})).word[3] == 1955073260u);
}

TEST_CASE("a counter is row low, row high, operation, draw and attempt") {
  CHECK(counter_of(0x0123456789abcdefu, 77, 5, 3) ==
        philox_block{{0x89abcdefu, 0x01234567u, 77, 0x503u}});
  CHECK(counter_of(1, 2, 0xffffffu, 255).word[3] == ones);
  CHECK(key_of(seed{0xfedcba9876543210u}) == philox_key{{0x76543210u, 0xfedcba98u}});
  CHECK(philox(counter_of(0x123456789abcdef0u, 77, 5, 3), key_of(seed{0xfedcba9876543210u})) ==
        philox_block{{0x319e4f97u, 0x24e1e099u, 0xcc761d90u, 0xde57d946u}});
}

TEST_CASE("a 64-bit word is two words, low first") {
  constexpr philox_block block{{0x11111111u, 0x22222222u, 0x33333333u, 0x44444444u}};
  CHECK(word64(block) == 0x2222222211111111u);
  CHECK(word64(block, 1) == 0x4444444433333333u);
  volatile int none = 0;  // known when it runs
  CHECK(word64(block, none) == 0x2222222211111111u);
}

TEST_CASE("a seed of its own is the first two words of the user's counter") {
  for (const std::uint64_t stream : {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{1} << 40}) {
    const philox_block words = philox(counter_of(stream, 8), key_of(seed{7}));
    CHECK(seed_of(seed{7}, stream, 8).value == (std::uint64_t{words.word[1]} << 32 | words.word[0]));
  }
}

TEST_CASE("the high half of a product is exact") {
  constexpr std::uint64_t all = ~std::uint64_t{0};
  CHECK(detail::high_product(0x0123456789abcdefu, 0xfedcba9876543210u) == 0x0121fa00ad77d742u);
  CHECK(detail::high_product(all, all) == all - 1);
  CHECK(detail::high_product(all, 1) == 0);
  CHECK(detail::high_product(all, 2) == 1);
  CHECK(detail::high_product(2, 0x7fffffff80000000u) == 0);
  CHECK(detail::high_product(0xffffffff00000001u, 0x100000000u) == 0xffffffffu);
  CHECK(detail::high_product(0x00000000ffffffffu, 0xffffffff00000001u) == 0xfffffffeu);
}

TEST_CASE("bounded gives the pinned values") {
  CHECK(random_stream_version == 1);
  CHECK(bounded(seed{7}, 0, 100, 0, 10) == 9);
  CHECK(bounded(seed{7}, 8589934597u, 100, 3, 6) == 5);
  CHECK(bounded(seed{7}, 1, 100, 0, std::uint64_t{3} << 62) == 1364966100677417697u);
  CHECK(bounded(seed{7}, 2, 100, 0, std::uint64_t{3} << 62) == 10007269770774414739u);
  CHECK(bounded(seed{1}, 1, 65536, 1, std::uint64_t{1} << 62) == 2353673944068021553u);
  // These were rejected once and twice.
  CHECK(bounded(seed{7}, 4, 100, 0, std::uint64_t{3} << 62) == 10453300535094825842u);
  CHECK(bounded(seed{7}, 13, 100, 0, std::uint64_t{3} << 62) == 1418039185317404785u);
  CHECK(bounded(seed{~std::uint64_t{0}}, 9, ones, 0xffffffu, (std::uint64_t{1} << 63) + 1) ==
        1284436482756349231u);
}

TEST_CASE("bounded with the threshold of its rejection given is bounded") {
  CHECK(detail::threshold_of(0) == 0);
  CHECK(detail::threshold_of(1) == 0);
  CHECK(detail::threshold_of(6) == 4);
  CHECK(detail::threshold_of(std::uint64_t{3} << 62) == std::uint64_t{1} << 62);
  for (const std::uint64_t bound : {std::uint64_t{6}, std::uint64_t{3} << 62})
    for (std::uint64_t row = 0; row < 100; ++row)
      CHECK(detail::bounded_above(seed{7}, row, 100, 3, bound, detail::threshold_of(bound)) ==
            bounded(seed{7}, row, 100, 3, bound));
}

TEST_CASE("bounded stays below its bound") {
  for (std::uint64_t row = 0; row < 100; ++row) {
    CHECK(bounded(seed{3}, row, 100, 0, 0) == 0);
    CHECK(bounded(seed{3}, row, 100, 0, 1) == 0);
    CHECK(bounded(seed{3}, row, 100, 0, 3) < 3);
    CHECK(bounded(seed{3}, row, 100, 0, ~std::uint64_t{0}) < ~std::uint64_t{0});
  }
}

TEST_CASE("bounded is uniform for small bounds") {
  for (const std::size_t bound : {2u, 3u, 6u, 10u, 64u, 1000u}) {
    CAPTURE(bound);
    std::vector<int> counts(bound);
    for (std::uint64_t row = 0; row < 50'000; ++row)
      ++counts[static_cast<std::size_t>(bounded(seed{11}, row, 100, 1, bound))];
    CHECK(deviate(counts) < limit);
  }
}

TEST_CASE("bounded is uniform where a remainder or a product without rejection is not") {
  // With 2^64 words and 3 2^62 results, a remainder gives the first third twice as often as the
  // others, and a product without rejection the multiples of three.
  constexpr std::uint64_t bound = std::uint64_t{3} << 62;
  std::vector<int> thirds(3);
  std::vector<int> remainders(3);
  for (std::uint64_t row = 0; row < 20'000; ++row) {
    const std::uint64_t drawn = bounded(seed{12}, row, 100, 1, bound);
    ++thirds[static_cast<std::size_t>(drawn >> 62)];
    ++remainders[static_cast<std::size_t>(drawn % 3)];
  }
  CHECK(deviate(thirds) < limit);
  CHECK(deviate(remainders) < limit);
}

TEST_CASE("seed, row, operation and draw each change the result") {
  constexpr std::uint64_t bound = std::uint64_t{1} << 62;
  const std::uint64_t base = bounded(seed{1}, 2, 100, 4, bound);
  CHECK(base == bounded(seed{1}, 2, 100, 4, bound));
  CHECK(base != bounded(seed{2}, 2, 100, 4, bound));
  CHECK(base != bounded(seed{1 + (std::uint64_t{1} << 32)}, 2, 100, 4, bound));
  CHECK(base != bounded(seed{1}, 3, 100, 4, bound));
  CHECK(base != bounded(seed{1}, 2 + (std::uint64_t{1} << 32), 100, 4, bound));
  CHECK(base != bounded(seed{1}, 2, 101, 4, bound));
  CHECK(base != bounded(seed{1}, 2, 100, 5, bound));
}
