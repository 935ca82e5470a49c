// SPDX-License-Identifier: BSL-1.0
/// \file
/// The lock of a session: one thread has it at a time.

#include <smelt/policies/cuda/lock.hpp>

#include <doctest/doctest.h>

#include <thread>
#include <vector>

TEST_CASE("a lock is had by one thread at a time") {
  smelt::detail::session_lock one;
  long count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        const smelt::detail::holding_lock mine(one);
        const long seen = count;
        if (i % 100 == 0) std::this_thread::yield();
        count = seen + 1;
      }
    });
  for (std::thread& each : threads) each.join();
  CHECK(count == 20000);
}

TEST_CASE("a lock is given back at the end of a scope") {
  smelt::detail::session_lock one;
  { const smelt::detail::holding_lock mine(one); }
  one.lock();
  one.unlock();
  CHECK(true);
}
