// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sentences are sentences; tests/compile_fail quotes each.

#include <doctest/doctest.h>

#include <smelt/core/say.hpp>

#include <string>

TEST_CASE("a sentence names the library, ends, and has no back-quote") {
  for (const std::string& text :
       {std::string(SMELT_SAY_NOT_A_VIEW), std::string(SMELT_SAY_FIT_HELD_OUT),
        std::string(SMELT_SAY_WHOLE_POPULATION), std::string(SMELT_SAY_PIECES)}) {
    CHECK(text.rfind("smelt: ", 0) == 0);
    CHECK(text.back() == '.');
    CHECK(text.find('`') == std::string::npos);
  }
}
