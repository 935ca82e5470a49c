// SPDX-License-Identifier: BSL-1.0
/// \file
/// Shared objects: they live while one owner does, under whatever name, and end once.

#include <smelt/core/shared.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using smelt::detail::share;
using smelt::detail::shared;

int alive = 0;
struct counted {
  int number = 0;
  explicit counted(int n) : number(n) { ++alive; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --alive; }
};
struct derived : counted {
  std::string text;
  derived(int n, std::string t) : counted(n), text(std::move(t)) {}
};

}  // namespace

TEST_CASE("the last owner ends what is owned") {
  {
    shared<counted> first = share<counted>(3);
    CHECK(alive == 1);
    CHECK(first->number == 3);
    CHECK((*first).number == 3);
    CHECK(first.alone());
    const shared<counted> second = first;
    CHECK(second.get() == first.get());
    CHECK_FALSE(first.alone());
    first = nullptr;
    CHECK_FALSE(first);
    CHECK_FALSE(first.alone());
    CHECK(alive == 1);
    first = second;
    first = std::move(first);
    CHECK(first.get() == second.get());
  }
  CHECK(alive == 0);
}

TEST_CASE("a moved owner owns nothing") {
  shared<counted> first = share<counted>(1);
  const shared<counted> second = std::move(first);
  CHECK(first == nullptr);
  CHECK(second != nullptr);
  CHECK(alive == 1);
}

TEST_CASE("an object may be owned as a base, as const, and as nothing known") {
  {
    shared<const void> any;
    CHECK(any == nullptr);
    {
      const shared<derived> whole = share<derived>(5, "a text of more than a few characters");
      const shared<counted> base = whole;
      const shared<const counted> seen = base;
      CHECK(seen->number == 5);
      any = seen;
      CHECK(any.get() == whole.get());
      CHECK(any.as<const derived>()->text == whole->text);
    }
    CHECK(any.alone());
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("the owners of others are kept") {
  shared<const void> any;
  {
    const auto theirs = std::make_shared<derived>(7, "theirs");
    any = theirs;
    CHECK(any.get() == theirs.get());
  }
  CHECK(alive == 1);
  any = {};
  CHECK(alive == 0);
}

TEST_CASE("owners come and go in several threads") {
  {
    const shared<counted> mine = share<counted>(1);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([mine] {
        for (int i = 0; i < 10000; ++i) {
          const shared<counted> copy = mine;
          if (copy->number != 1) return;
        }
      });
    for (std::thread& one : threads) one.join();
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}
