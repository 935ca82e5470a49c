// SPDX-License-Identifier: BSL-1.0
/// \file
/// The instruction set is part of the name of host kernels; the promise of bits is on.

#include <doctest/doctest.h>

#include <smelt/core/config.hpp>

#include <string>

#define SMELT_TEST_TEXT_OF(x) #x
#define SMELT_TEST_TEXT(x) SMELT_TEST_TEXT_OF(x)

TEST_CASE("the instruction set has a name of its own") {
  const std::string name = SMELT_TEST_TEXT(SMELT_ISA);
  CHECK(name.rfind("isa_", 0) == 0);
#if defined(__AVX2__) && !defined(__AVX512F__)
  CHECK(name == "isa_avx2");
#endif
}

TEST_CASE("this build keeps the promise of equal bits") { CHECK(!smelt::fast_math); }
