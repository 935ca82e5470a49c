// SPDX-License-Identifier: BSL-1.0
/// \file
/// The macros: each is there, and means what the compiler at hand is.

#include <smelt/core/config.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#define SMELT_TEXT_OF(x) #x
#define SMELT_TEXT(x) SMELT_TEXT_OF(x)

namespace {
SMELT_HD constexpr int on_both_sides() { return 1; }
SMELT_INLINE int always_here(int x) { return x + 1; }
}  // namespace

TEST_CASE("kernels carry the instruction set of this file in their name") {
  const std::string name = SMELT_TEXT(SMELT_ISA);
  CHECK(name.substr(0, 4) == "isa_");
#if defined(__AVX2__)
  CHECK((name == "isa_avx2" || name == "isa_avx512"));
#elif defined(__x86_64__) && !defined(__AVX__)
  CHECK((name == "isa_sse2" || name == "isa_sse4"));
#endif
}

TEST_CASE("a double passes through the register class that products are pinned to") {
  double x = 3.0;
  asm("" : "+" SMELT_FP_REGISTER(x));
  CHECK(x == 3.0);
}

TEST_CASE("functions for both sides, inlined functions and throwing") {
  static_assert(on_both_sides() == 1);
  CHECK(always_here(1) == 2);
  CHECK_THROWS_WITH_AS(SMELT_THROW(std::runtime_error("thrown")), "thrown", std::runtime_error);
  static_assert(SMELT_EXCEPTIONS == 1);
  bool caught = false;
  SMELT_TRY { SMELT_THROW(1); }
  SMELT_CATCH_ALL { caught = true; }
  CHECK(caught);
#if !defined(__FAST_MATH__)
  static_assert(!smelt::fast_math);
#endif
}
