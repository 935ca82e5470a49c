// SPDX-License-Identifier: BSL-1.0
/// \file
/// bf16: the upper half of a float, rounded once. tests/core/small_float goes through all numbers.

#include <smelt/codecs/bf16.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <initializer_list>

using smelt::bf16;

TEST_CASE("bf16: the upper half of a float") {
  CHECK(sizeof(bf16) == 2);
  for (float x : {1.0f, -3.5f, 0.0f, -0.0f, 1e-40f, 3e38f})
    CHECK(double{bf16::of_bits(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(x) >> 16))} ==
          double{std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) & 0xffff0000u)});
  CHECK(bf16(1.0).bits == 0x3f80);
  CHECK(std::numeric_limits<bf16>::quiet_NaN().bits == 0x7fc0);
}
TEST_CASE("bf16: not rounded twice") {
  // Rounded to float this is 1 + 2^-8, the middle, of which the even neighbour is 1.
  const double above = 1.0 + 0x1p-8 + 0x1p-40;
  CHECK(bf16(above).bits == 0x3f81);
  CHECK(bf16(double{static_cast<float>(above)}).bits == 0x3f80);
}
