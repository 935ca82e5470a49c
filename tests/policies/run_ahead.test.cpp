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
  thread.wait();  // for nothing
  thread.start();
  CHECK(thread.started());
  thread.wait();
  const auto asked = smelt_test::blocks_of([&] {
    for (int i = 0; i < 1000; ++i) {
      thread.ask(counter::step, &count);
      thread.wait();
      thread.wait();
      count.steps += 1000;
    }
  });
  CHECK(count.steps == 1000 * 1001);
  CHECK(count.elsewhere == 1000);
  CHECK(asked.blocks == 0);
}

TEST_CASE("it is joined without a step, after one, and in the middle of one") {
  counter count;
  { run_ahead never; }
  {
    run_ahead idle;
    idle.start();
  }
  CHECK(count.steps == 0);
  {
    run_ahead busy;
    busy.start();
    busy.ask(counter::slow, &count);
  }
  CHECK(count.steps == 1);  // a step that was asked for is done
  CHECK(count.elsewhere == 1);
}
