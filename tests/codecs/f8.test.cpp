// SPDX-License-Identifier: BSL-1.0
/// \file
/// f8: the numbers of the specification's tables. tests/core/small_float goes through all of them.

#include <smelt/codecs/f8.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace smelt;

TEST_CASE("f8_e4m3: OFP8, table 1") {
  CHECK(sizeof(f8_e4m3) == 1);
  CHECK(double{f8_e4m3::of_bits(0x7e)} == 448.0);
  CHECK(double{f8_e4m3::of_bits(0x08)} == 0x1p-6);
  CHECK(double{f8_e4m3::of_bits(0x07)} == 0.875 * 0x1p-6);
  CHECK(double{f8_e4m3::of_bits(0x01)} == 0x1p-9);
  CHECK(missing(f8_e4m3::of_bits(0x7f)));
  CHECK(missing(f8_e4m3::of_bits(0xff)));
  CHECK(f8_e4m3(1.0).bits == 0x38);
  CHECK(f8_e4m3(1e6).bits == 0x7e);
  CHECK(f8_e4m3(-1e6).bits == 0xfe);
}
TEST_CASE("f8_e5m2: OFP8, table 1") {
  CHECK(sizeof(f8_e5m2) == 1);
  CHECK(double{f8_e5m2::of_bits(0x7b)} == 57344.0);
  CHECK(std::isinf(double{f8_e5m2::of_bits(0xfc)}));
  CHECK(missing(f8_e5m2::of_bits(0x7d)));
  CHECK(double{f8_e5m2::of_bits(0x04)} == 0x1p-14);
  CHECK(double{f8_e5m2::of_bits(0x01)} == 0x1p-16);
  CHECK(f8_e5m2(1.0).bits == 0x3c);
  CHECK(f8_e5m2(61439.9).bits == 0x7b);
  CHECK(f8_e5m2(61440.0).bits == 0x7c);
}
