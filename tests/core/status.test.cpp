// SPDX-License-Identifier: BSL-1.0
/// \file
/// A status says what an exception would: its kind, text, file and line; and it is the first
/// failure.

#include <smelt/core/status.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>

using namespace smelt;

static_assert(std::is_trivially_copyable_v<status> &&
              std::is_nothrow_default_constructible_v<status>);
static_assert(sizeof(status) <= 384);
static_assert(!std::is_convertible_v<status, bool> && std::is_constructible_v<bool, status>);

namespace {

/// What a call throws, as a status.
template <class F>
status caught_from(F&& f) {
  try {
    f();
  } catch (...) {
    return status::caught();
  }
  return {};
}

/// Raises what a status remembers, and compares class, text, file and line.
template <class Error>
bool raises_the_same(const status& s) {
  try {
    s.raise();
  } catch (const Error& e) {
    return typeid(e) == typeid(Error) && e.what() == std::string(s.what()) &&
           e.file() == std::string(s.file()) && e.line() == s.line();
  }
  return false;
}

template <class Error>
void goes_there_and_back(failure kind) {
  const status s = caught_from([] { throw Error("the text", "some/file.hpp", 17); });
  CHECK(s.kind() == kind);
  CHECK(!s.ok());
  CHECK(!s);
  CHECK(s.what() == std::string("the text"));
  CHECK(s.file() == std::string("some/file.hpp"));
  CHECK(s.line() == 17);
  CHECK(raises_the_same<Error>(s));
}

}  // namespace

TEST_CASE("nothing has gone wrong, and nothing has been counted") {
  const status s;
  CHECK(s.ok());
  CHECK(s);
  CHECK(s.kind() == failure::none);
  CHECK(s.what() == std::string());
  CHECK(s.file() == std::string());
  CHECK(s.line() == 0);
  CHECK_NOTHROW(s.raise());
  CHECK(s.rows == 0);
  CHECK(s.dropped == 0);
  CHECK(s.infinities == 0);
  CHECK(s.first_row == -1);
  CHECK(s.first_col == -1);
  CHECK(s.filled == -1);
  CHECK(s.clipped == -1);
}

TEST_CASE("every exception of smelt becomes a status, and comes out of it again") {
  goes_there_and_back<shape_error>(failure::shape);
  goes_there_and_back<value_error>(failure::value);
  goes_there_and_back<type_error>(failure::type);
  goes_there_and_back<io_error>(failure::io);
  goes_there_and_back<error>(failure::other);
  const status s =
      caught_from([] { throw cuda_error("no room", "cudaErrorMemoryAllocation", "f", 3); });
  CHECK(s.kind() == failure::cuda);
  try {
    s.raise();
    FAIL("nothing was thrown");
  } catch (const cuda_error& e) {
    CHECK(e.what() == std::string("no room"));
    CHECK(e.name() == std::string("cudaErrorMemoryAllocation"));
    CHECK(e.line() == 3);
  }
}

TEST_CASE("of what others throw the text is left, and of memory its class too") {
  const status none = caught_from([] { throw std::bad_alloc(); });
  CHECK(none.kind() == failure::memory);
  CHECK(none.what() == std::string(std::bad_alloc().what()));
  CHECK_THROWS_AS(none.raise(), std::bad_alloc);
  const status theirs = caught_from([] { throw std::out_of_range("theirs"); });
  CHECK(theirs.kind() == failure::other);
  CHECK_THROWS_WITH_AS(theirs.raise(), "theirs", error);
  const status odd = caught_from([] { throw 7; });
  CHECK(odd.kind() == failure::other);
  CHECK_THROWS_WITH_AS(odd.raise(), "an exception that is no std::exception", error);
}

TEST_CASE("where others threw is not known") {
  const status all[] = {caught_from([] { throw std::bad_alloc(); }),
                        caught_from([] { throw std::out_of_range("theirs"); }),
                        caught_from([] { throw 7; })};
  for (const status& s : all) {
    CHECK(s.file() == std::string());
    CHECK(s.line() == 0);
  }
}

TEST_CASE("a check remembers its class, its parts and its own line, and says whether it holds") {
  status s;
  CHECK(expect<value_error>(s, 1 < 2, "not looked at"));
  CHECK(s.ok());
  const int line = __LINE__ + 1;
  CHECK(!expect<type_error>(s, false, "column ", 2, " is ", 0.1, " of ", std::string("it")));
  CHECK(s.kind() == failure::type);
  CHECK(s.what() == std::string("column 2 is 0.1 of it"));
  CHECK(s.line() == line);
  CHECK(s.file() == std::string(__FILE__));
  CHECK(raises_the_same<type_error>(s));
}

TEST_CASE("the first failure is the one that is told") {
  status s;
  expect<shape_error>(s, false, "first");
  CHECK(!expect<value_error>(s, false, "second"));
  CHECK(s.kind() == failure::shape);
  CHECK(s.what() == std::string("first"));
}

TEST_CASE("a copy is the status, text and all") {
  status s;
  expect<shape_error>(s, false, "the text");
  s.rows = 3;
  unsigned char bytes[sizeof(status)];
  std::memcpy(bytes, &s, sizeof s);
  expect<shape_error>(s = {}, false, "another");
  status copy;
  std::memcpy(&copy, bytes, sizeof copy);
  CHECK(copy.what() == std::string("the text"));
  CHECK(copy.rows == 3);
  CHECK(raises_the_same<shape_error>(copy));
}

TEST_CASE("a text of up to 255 bytes is whole, a longer one is cut between characters") {
  auto told = [](const std::string& text) {
    status s;
    expect<io_error>(s, false, text);
    return std::string(s.what());
  };
  CHECK(told(std::string(255, 'x')) == std::string(255, 'x'));
  CHECK(told(std::string(256, 'x')) == std::string(252, 'x') + "...");
  CHECK(told(std::string(5000, 'x')) == std::string(252, 'x') + "...");
  // Of two bytes each: 126 end at byte 252, or at 253 after a single one, which is one too many.
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "\xc3\xbc";
  CHECK(told(umlauts) == umlauts.substr(0, 252) + "...");
  CHECK(told("x" + umlauts) == "x" + umlauts.substr(0, 250) + "...");
}
