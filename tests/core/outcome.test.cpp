// SPDX-License-Identifier: BSL-1.0
/// \file
/// An outcome has a value exactly when its status is ok.

#include <smelt/core/outcome.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

using namespace smelt;

namespace {

status wrong(const char* text) {
  status s;
  expect<value_error>(s, false, text);
  return s;
}

}  // namespace

TEST_CASE("a value, and what was counted on the way to it") {
  status ended;
  ended.rows = 5;
  outcome<std::string> made(std::string("made"), ended);
  CHECK(made);
  CHECK(made.ok());
  CHECK(made.rows == 5);
  CHECK(made.value() == "made");
  CHECK(*made == "made");
  CHECK(made->size() == 4);
  *made += "!";
  made->push_back('!');
  CHECK(std::as_const(made).value() == "made!!");
  CHECK(*std::as_const(made) == "made!!");
  CHECK(std::as_const(made)->size() == 6);
  CHECK(std::move(made).value() == "made!!");
}

TEST_CASE("no value: the failure, also where something was made") {
  const outcome<std::string> none(wrong("it is not"));
  CHECK(!none);
  CHECK(none.what() == std::string("it is not"));
  CHECK_THROWS_WITH_AS(none.value(), "it is not", value_error);
  auto given = std::make_shared<int>(7);
  outcome<std::shared_ptr<int>> spoiled(given, wrong("too late"));
  CHECK(!spoiled);
  CHECK(given.use_count() == 1);
  CHECK_THROWS_WITH_AS(spoiled.value(), "too late", value_error);
  CHECK_THROWS_WITH_AS(std::move(spoiled).value(), "too late", value_error);
}

TEST_CASE("what cannot be copied is moved out") {
  outcome<std::unique_ptr<int>> made(std::make_unique<int>(3));
  const std::unique_ptr<int> own = *std::move(made);
  CHECK(*own == 3);
  static_assert(std::is_same_v<outcome<int>::value_type, int>);
}

TEST_CASE("an attempt returns what it calls returns, or what that throws") {
  const auto fine = detail::attempt([] { return outcome<int>(3); });
  CHECK(*fine == 3);
  const status kept = detail::attempt([] { return wrong("by value"); });
  CHECK(kept.what() == std::string("by value"));
  const auto thrown = detail::attempt([]() -> outcome<int> { throw shape_error("thrown"); });
  CHECK(thrown.kind() == failure::shape);
  CHECK(thrown.what() == std::string("thrown"));
  const auto full = detail::attempt([]() -> outcome<int> { throw std::bad_alloc(); });
  CHECK(full.kind() == failure::memory);
  static_assert(noexcept(detail::attempt([]() -> status { throw 1; })));
}

TEST_CASE("values and poison in and out") {
  CHECK(detail::value_of(detail::outcome_of(std::string("made"))) == "made");
  CHECK_THROWS_WITH_AS(detail::value_of(outcome<int>(wrong("no"))), "no", value_error);
  static_assert(std::is_same_v<decltype(detail::value_of(poison{})), poison>);
  static_assert(std::is_same_v<decltype(detail::outcome_of(poison{})), poison>);
  static_assert(std::is_same_v<decltype(detail::attempt([] { return poison{}; })), poison>);
}
