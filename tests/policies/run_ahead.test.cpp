// SPDX-License-Identifier: BSL-1.0
/// \file
/// A thread that runs ahead: one step at a time, in another thread, each seen by the other side; joined
/// in the middle of a step; nothing allocated between.

#include <smelt/policies/run_ahead.hpp>

#include <doctest/doctest.h>

#include <support/allocation_hook.hpp>

#include <chrono>
#include <thread>

using smelt::detail::run_ahead;

namespace {

/// Counts steps, and which of them ran in a thread of its own. Not atomic: the thread sanitizer is to
/// see that the two sides take turns.
struct counter {
  int steps = 0;
  int elsewhere = 0;
  std::thread::id owner = std::this_thread::get_id();

  static void step(void* self) noexcept {
    auto& mine = *static_cast<counter*>(self);
    ++mine.steps;
    mine.elsewhere += std::this_thread::get_id() != mine.owner;
  }
  static void slow(void* self) noexcept {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    step(self);
  }
};

}  // namespace

TEST_CASE("steps one after another, none of them in the thread that asks") {
  counter count;
  run_ahead thread;
  CHECK(!thread.started());
  thread.start(counter::step, &count);
  CHECK(thread.started());
  thread.wait(0);  // for nothing
  const auto asked = smelt_test::blocks_of([&] {
    for (int i = 0; i < 1000; ++i) {
      thread.ask();
      thread.wait(thread.asked());
      thread.wait(1);
      count.steps += 1000;
    }
  });
  CHECK(count.steps == 1000 * 1001);
  CHECK(count.elsewhere == 1000);
  CHECK(thread.asked() == 1000);
  CHECK(asked.blocks == 0);
}

TEST_CASE("it goes on by itself with what it is allowed") {
  counter count;
  run_ahead thread;
  thread.start(counter::slow, &count);
  for (int i = 0; i < 3; ++i) thread.ask();
  thread.wait(3);
  CHECK(count.steps == 3);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));  // it has fallen asleep
  thread.ask();
  thread.wait(4);  // and so has this thread, in the meantime
  CHECK(count.steps == 4);
}

TEST_CASE("it is joined without a step, after one, and in the middle of one") {
  counter count;
  { run_ahead never; }
  {
    run_ahead idle;
    idle.start(counter::step, &count);
  }
  CHECK(count.steps == 0);
  {
    run_ahead busy;
    busy.start(counter::slow, &count);
    busy.ask();
    busy.ask();
  }
  CHECK(count.steps == 2);  // what was asked for is done
  CHECK(count.elsewhere == 2);
}
