// SPDX-License-Identifier: BSL-1.0
/// \file
/// Errors: their classes, texts and places.

#include <doctest/doctest.h>

#include <smelt/core/error.hpp>

#include <stdexcept>
#include <type_traits>

using namespace smelt;

static_assert(std::is_base_of_v<std::runtime_error, error>);
static_assert(std::is_base_of_v<error, shape_error> && std::is_base_of_v<error, value_error>);
static_assert(std::is_base_of_v<error, type_error> && std::is_base_of_v<error, io_error>);

TEST_CASE("a message is its parts, one after another") {
  CHECK(message("row ", 3, " of ", 10) == "row 3 of 10");
  CHECK(message(0.5, " and ", -2.0) == "0.5 and -2");
}

TEST_CASE("expect throws only what does not hold") {
  CHECK_NOTHROW(expect<value_error>(true, "never"));
  CHECK_THROWS_WITH_AS(expect<shape_error>(false, "64 columns, this view has ", 63),
                       "64 columns, this view has 63", shape_error);
}

TEST_CASE("an error knows the file and line of its check") {
  const int line = __LINE__ + 1;
  const value_error here("text");
  CHECK(here.line() == line);
  CHECK(std::string(here.file()).find("error.test.cpp") != std::string::npos);
}
