// SPDX-License-Identifier: BSL-1.0
/// \file
/// The exceptions: what they are, what they say, where they come from.

#include <smelt/core/error.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <type_traits>

using namespace smelt;

static_assert(std::is_base_of_v<std::runtime_error, error>);
static_assert(std::is_base_of_v<error, shape_error> && std::is_base_of_v<error, value_error>);
static_assert(std::is_base_of_v<error, type_error> && std::is_base_of_v<error, io_error>);
static_assert(!std::is_base_of_v<value_error, shape_error>);

TEST_CASE("an error knows its text and the line that made it") {
  const error plain("text");
  CHECK(plain.what() == std::string("text"));
  CHECK(plain.line() == __LINE__ - 2);
  CHECK(plain.file() == std::string(__FILE__));
  const shape_error shape("shape");
  CHECK(shape.line() == __LINE__ - 1);
  const value_error value("value");
  CHECK(value.line() == __LINE__ - 1);
  const type_error type("type");
  CHECK(type.line() == __LINE__ - 1);
  const io_error io("io");
  CHECK(io.line() == __LINE__ - 1);
  const io_error elsewhere("io", "elsewhere.cpp", 7);
  CHECK(elsewhere.file() == std::string("elsewhere.cpp"));
  CHECK(elsewhere.line() == 7);
}

namespace {
struct place {
  std::string text() const { return "row 3"; }
};
}  // namespace

TEST_CASE("a message is its parts, and a double in it is the double that was meant") {
  CHECK(message("row ", 3, " of ", std::size_t{10}, ' ', std::string("on")) == "row 3 of 10 on");
  CHECK(message("at ", place(), ", it says itself") == "at row 3, it says itself");
  CHECK(message(0.1, " ", 0.8, " ", -1.0, " ", 100000.0) == "0.1 0.8 -1 100000");
  CHECK(message(0.1 + 0.2) == "0.30000000000000004");
  CHECK(message(1.0 / 3.0) == "0.3333333333333333");
  CHECK(message(5e-324) == "4.94065645841247e-324");  // a 16th digit says no more
  CHECK(message(std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(message(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(message(1e15, " ", 1e16, " ", 1e-5, " ", 0.0001, " ", 5e-324, " ", -0.0) ==
        "1e+15 1e+16 1e-05 0.0001 4.94065645841247e-324 -0");
}

TEST_CASE("expect throws its own class, its own line and its parts, and only when it must") {
  expect<value_error>(true, "not looked at");
  int line = 0;
  try {
    line = __LINE__ + 1;
    expect<type_error>(false, "column ", 2, " is text");
    FAIL("nothing was thrown");
  } catch (const type_error& e) {
    CHECK(e.what() == std::string("column 2 is text"));
    CHECK(e.line() == line);
    CHECK(e.file() == std::string(__FILE__));
  }
  CHECK_THROWS_WITH_AS(expect<io_error>(1 > 2, "no"), "no", io_error);
}
