// SPDX-License-Identifier: BSL-1.0
/// \file
/// f16: numbers of the standard. tests/core/small_float goes through all of them.

#include <smelt/codecs/f16.hpp>

#include <doctest/doctest.h>

using smelt::f16;

TEST_CASE("f16: bits of the standard's own examples") {
  CHECK(sizeof(f16) == 2);
  CHECK(f16(1.0).bits == 0x3c00);
  CHECK(f16(-2.0).bits == 0xc000);
  CHECK(f16(65504.0).bits == 0x7bff);
  CHECK(f16(65519.999).bits == 0x7bff);
  CHECK(f16(65520.0).bits == 0x7c00);
  CHECK(f16(0x1p-24).bits == 0x0001);
  CHECK(f16(0x1p-25).bits == 0x0000);
  CHECK(f16(0x1p-14).bits == 0x0400);
  CHECK(f16(1.0 / 3).bits == 0x3555);
  CHECK(std::numeric_limits<f16>::quiet_NaN().bits == 0x7e00);
}
