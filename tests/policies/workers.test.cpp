// SPDX-License-Identifier: BSL-1.0
#include <smelt/policies/workers.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#if __has_include(<sys/wait.h>)
#include <sys/wait.h>  // waitpid
#endif

using smelt::workers;

namespace {

/// What a pool's tasks see of each other: how often each ran, and whether two ever were the same
/// worker at the same time.
class witness {
 public:
  witness(smelt::index tasks, int size)
      : seen_(static_cast<std::size_t>(tasks)), inside_(static_cast<std::size_t>(size)) {}

  void operator()(smelt::index task, int worker) {
    if (worker < 0 || worker >= static_cast<int>(inside_.size())) {
      ++strays_;
      return;
    }
    if (inside_[static_cast<std::size_t>(worker)]++ != 0) ++shared_;
    ++seen_[static_cast<std::size_t>(task)];
    if (task % 3 == 0) std::this_thread::yield();
    --inside_[static_cast<std::size_t>(worker)];
  }
  bool each_task_once() const {
    return std::all_of(seen_.begin(), seen_.end(), [](const auto& times) { return times == 1; });
  }
  bool one_task_per_worker() const { return strays_ == 0 && shared_ == 0; }
  int seen(smelt::index task) const { return seen_[static_cast<std::size_t>(task)]; }

 private:
  std::vector<std::atomic<int>> seen_;
  std::vector<std::atomic<int>> inside_;
  std::atomic<int> strays_{0};
  std::atomic<int> shared_{0};
};

void check_each_task_once(workers& pool, smelt::index tasks) {
  CAPTURE(pool.size());
  CAPTURE(tasks);
  witness tried(tasks, pool.size());
  pool.run(tasks, tried);
  CHECK(tried.each_task_once());
  CHECK(tried.one_task_per_worker());
}

/// Writes anything where a run has just had its variables: what a thread finds there that comes late.
[[gnu::noinline]] void overwrite_stack(std::uint64_t& anything) {
  volatile std::uint64_t words[256];
  for (auto& word : words) word = anything = 6364136223846793005u * anything + 1442695040888963407u;
}

/// A number of threads that are inside at the same time, or false if they do not come together.
bool meet(std::atomic<int>& inside, int expected) {
  ++inside;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (inside.load() < expected) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace

TEST_CASE("every task runs exactly once, for every size") {
  for (int size = 1; size <= 16; ++size) {
    workers pool{size};
    CHECK(pool.size() == size);
    for (const smelt::index tasks : {0, 1, 2, 7, 1000}) check_each_task_once(pool, tasks);
  }
}

TEST_CASE("as many tasks run at once as the pool has workers, the caller among them") {
  for (const int size : {1, 2, 5, 16}) {
    workers pool{size};
    for (int repeat = 0; repeat < 5; ++repeat) {
      std::atomic<int> inside{0};
      std::atomic<int> met{0};
      std::vector<std::thread::id> who(static_cast<std::size_t>(size));
      pool.run(size, [&](smelt::index, int worker) {
        who[static_cast<std::size_t>(worker)] = std::this_thread::get_id();
        if (meet(inside, size)) ++met;
      });
      CHECK(met == size);
      CHECK(who[0] == std::this_thread::get_id());
      std::sort(who.begin(), who.end());
      CHECK(std::unique(who.begin(), who.end()) == who.end());
      // Some threads are asleep now and some are still looking.
      if (repeat % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
}

TEST_CASE("fewer tasks than workers wake enough threads") {
  workers pool{8};
  for (const int tasks : {2, 3, 7}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::atomic<int> inside{0};
    std::atomic<int> met{0};
    pool.run(tasks, [&](smelt::index, int) { met += meet(inside, tasks) ? 1 : 0; });
    CHECK(met == tasks);
  }
}

TEST_CASE("one task runs in the calling thread, also while others look for work") {
  workers pool{4};
  int elsewhere = 0;  // plain memory: nobody else may come near
  for (int repeat = 0; repeat < 2000; ++repeat) {
    pool.run(4, [](smelt::index, int) {});
    pool.run(1, [&, self = std::this_thread::get_id()](smelt::index, int worker) {
      if (worker != 0 || std::this_thread::get_id() != self) ++elsewhere;
    });
  }
  CHECK(elsewhere == 0);
}

TEST_CASE("a task may wait for the tasks below it") {
  for (const int size : {1, 2, 3, 8}) {
    workers pool{size};
    std::atomic<smelt::index> committed{0};
    std::vector<smelt::index> order;  // written by one task at a time, in turn
    pool.run(2000, [&](smelt::index task, int) {
      while (committed.load(std::memory_order_acquire) != task) std::this_thread::yield();
      order.push_back(task);
      committed.store(task + 1, std::memory_order_release);
    });
    CHECK(order.size() == 2000);
    CHECK(std::is_sorted(order.begin(), order.end()));
  }
}

TEST_CASE("each worker sees increasing tasks, and one worker sees them all in order") {
  for (const int size : {1, 4}) {
    workers pool{size};
    std::vector<std::vector<smelt::index>> taken(static_cast<std::size_t>(size));
    pool.run(1000, [&](smelt::index task, int worker) {
      taken[static_cast<std::size_t>(worker)].push_back(task);
    });
    std::size_t total = 0;
    for (const auto& mine : taken) {
      CHECK(std::is_sorted(mine.begin(), mine.end()));
      total += mine.size();
    }
    CHECK(total == 1000);
  }
}

TEST_CASE("what tasks write, the caller reads, and what the caller writes, tasks read") {
  workers pool{4};
  std::vector<smelt::index> values(100, 1);  // plain memory: a thread checker sees any missing order
  for (int repeat = 0; repeat < 200; ++repeat) {
    pool.run(100, [&](smelt::index task, int) { values[static_cast<std::size_t>(task)] += task; });
    for (smelt::index& value : values) value += 1;
  }
  for (smelt::index task = 0; task < 100; ++task) {
    CHECK(values[static_cast<std::size_t>(task)] == 1 + 200 * (task + 1));
  }
}

TEST_CASE("the exception of the lowest task is rethrown and the pool stays usable") {
  for (const int size : {1, 2, 4, 16}) {
    workers pool{size};
    for (int repeat = 0; repeat < 50; ++repeat) {
      witness tried(200, size);
      const auto run = [&] {
        pool.run(200, [&](smelt::index task, int worker) {
          tried(task, worker);
          if (task == 60 || task == 61 || task > 100) throw std::out_of_range(std::to_string(task));
        });
      };
      CHECK_THROWS_WITH_AS(run(), "60", std::out_of_range);
      for (smelt::index task = 0; task <= 60; ++task) CHECK(tried.seen(task) == 1);
      CHECK(tried.seen(199) == 0);
    }
    check_each_task_once(pool, 1000);
  }
}

TEST_CASE("the lowest failure wins even where a higher one comes first") {
  workers pool{2};
  std::atomic<bool> thrown{false};
  const auto run = [&] {
    pool.run(2, [&](smelt::index task, int) {
      if (task == 1) {
        thrown = true;
        throw std::out_of_range("1");
      }
      while (!thrown) std::this_thread::yield();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      throw std::length_error("0");
    });
  };
  CHECK_THROWS_WITH_AS(run(), "0", std::length_error);
}

TEST_CASE("a failure in a run of one task leaves the pool usable") {
  workers pool{3};
  const auto run = [&] { pool.run(1, [](smelt::index, int) { throw std::out_of_range("alone"); }); };
  CHECK_THROWS_WITH_AS(run(), "alone", std::out_of_range);
  CHECK_THROWS_WITH_AS(run(), "alone", std::out_of_range);
  check_each_task_once(pool, 100);
}

TEST_CASE("a nested run happens in the task's thread, as its worker, in order") {
  for (const int size : {1, 2, 4}) {
    workers pool{size};
    witness outer(20, size);
    std::atomic<int> inner_tasks{0};
    std::atomic<int> strange{0};
    pool.run(20, [&](smelt::index task, int worker) {
      outer(task, worker);
      smelt::index expected = 0;
      pool.run(30, [&, self = std::this_thread::get_id()](smelt::index inner, int inner_worker) {
        if (inner != expected++ || inner_worker != worker || std::this_thread::get_id() != self) {
          ++strange;
        }
        pool.run(2, [&](smelt::index, int innermost) { strange += innermost != worker ? 1 : 0; });
        ++inner_tasks;
      });
    });
    CHECK(outer.each_task_once());
    CHECK(inner_tasks == 600);
    CHECK(strange == 0);
  }
}

TEST_CASE("a nested run in a run of one task, and a nested failure") {
  workers pool{4};
  int inner = 0;
  pool.run(1, [&](smelt::index, int) { pool.run(5, [&](smelt::index, int) { ++inner; }); });
  CHECK(inner == 5);

  const auto run = [&] {
    pool.run(8, [&](smelt::index task, int) {
      pool.run(8, [&](smelt::index nested, int) {
        if (task >= 2 && nested >= 3) {
          throw std::out_of_range(std::to_string(task) + "." + std::to_string(nested));
        }
      });
    });
  };
  CHECK_THROWS_WITH_AS(run(), "2.3", std::out_of_range);
  check_each_task_once(pool, 100);
}

TEST_CASE("a pool inside another pool's tasks") {
  workers outer{3};
  workers inner{3};
  std::atomic<smelt::index> sum{0};
  outer.run(30, [&](smelt::index, int) { inner.run(10, [&](smelt::index task, int) { sum += task; }); });
  CHECK(sum == 30 * 45);
}

TEST_CASE("several threads share one pool, and no two of all their tasks have the same worker") {
  for (const int size : {1, 2, 4}) {
    workers pool{size};
    std::vector<std::atomic<int>> inside(static_cast<std::size_t>(size));
    std::atomic<smelt::index> sum{0};
    std::atomic<int> shared{0};
    const auto caller = [&] {
      for (int repeat = 0; repeat < 100; ++repeat) {
        pool.run(repeat % 5, [&](smelt::index task, int worker) {
          if (inside[static_cast<std::size_t>(worker)]++ != 0) ++shared;
          sum += task + 1;
          std::this_thread::yield();
          --inside[static_cast<std::size_t>(worker)];
        });
      }
    };
    std::thread second(caller);
    std::thread third(caller);
    caller();
    second.join();
    third.join();
    CHECK(shared == 0);
    CHECK(sum == 3 * 20 * (0 + 1 + 3 + 6 + 10));
  }
}

TEST_CASE("two callers keep their failures apart") {
  workers pool{2};
  std::atomic<int> wrong{0};
  const auto caller = [&](const std::string& name) {
    for (int repeat = 0; repeat < 100; ++repeat) {
      std::string caught;
      try {
        pool.run(4, [&](smelt::index task, int) {
          if (task == 2) throw std::out_of_range(name);
        });
      } catch (const std::out_of_range& failure) {
        caught = failure.what();
      }
      if (caught != name) ++wrong;
    }
  };
  std::thread second(caller, "second");
  caller("first");
  second.join();
  CHECK(wrong == 0);
}

TEST_CASE("many more threads than cores") {
  workers pool{64};
  for (int repeat = 0; repeat < 20; ++repeat) check_each_task_once(pool, 500);
}

TEST_CASE("ten thousand short runs, awake and from sleep") {
  for (const int size : {2, 5}) {
    workers pool{size};
    std::atomic<smelt::index> sum{0};
    std::uint64_t anything = 1;
    for (smelt::index repeat = 0; repeat < 10000; ++repeat) {
      pool.run(1 + repeat % 4, [&](smelt::index task, int) { sum += task + 1; });
      overwrite_stack(anything);  // no thread may still look for this run
      if (repeat % 100 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    CHECK(sum == 2500 * (1 + 3 + 6 + 10));
  }
}

TEST_CASE("pools come and go, used or not, asleep or not") {
  for (int repeat = 0; repeat < 200; ++repeat) {
    workers pool{1 + repeat % 5};
    if (repeat % 3 != 0) check_each_task_once(pool, repeat % 7);
  }
}

TEST_CASE("sizes and counts out of range are errors that name the number") {
  CHECK_THROWS_WITH_AS(workers{0}, "a pool needs from 1 to 65535 workers, got 0",
                       smelt::value_error);
  CHECK_THROWS_WITH_AS(workers{65536}, "a pool needs from 1 to 65535 workers, got 65536",
                       smelt::value_error);
  workers pool{2};
  const auto nothing = [](smelt::index, int) {};
  CHECK_THROWS_WITH_AS(pool.run(-1, nothing), "a run needs at least 0 tasks, this one has -1",
                       smelt::value_error);
}

TEST_CASE("the executor of a pool is the pool") {
  workers pool{3};
  const smelt::executor on = executor_of(pool);
  CHECK(on.size == 3);
  witness tried(100, 3);
  on(100, tried);
  CHECK(tried.each_task_once());
  CHECK(tried.one_task_per_worker());
  // Nested through the executor is nested in the pool.
  std::atomic<int> inner{0};
  on(4, [&](smelt::index, int) { on(4, [&](smelt::index, int) { ++inner; }); });
  CHECK(inner == 16);
}

TEST_CASE("the default pool is one and has the default size") {
  workers& pool = smelt::default_workers();
  CHECK(&pool == &smelt::default_workers());
  CHECK(pool.size() == smelt::default_concurrency());
  check_each_task_once(pool, 1000);
}

#if __has_include(<sys/wait.h>)
TEST_CASE("in a child made by fork a pool runs in the calling thread and ends without waiting") {
  std::optional<workers> pool(4);
  check_each_task_once(smelt::default_workers(), 100);
  // The child is made in the middle of another thread's run, which it can never see end.
  std::atomic<bool> busy{false};
  std::atomic<bool> release{false};
  std::thread other([&] {
    pool->run(2, [&](smelt::index, int) {
      busy = true;
      while (!release) std::this_thread::yield();
    });
  });
  while (!busy) std::this_thread::yield();
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);  // a pool that waits for threads it does not have must fail the test, not hang it
    bool good = true;
    for (int repeat = 0; repeat < 10; ++repeat) {
      smelt::index next = 0;
      const auto in_order = [&](smelt::index task, int worker) {
        good = good && task == next++ && worker == 0;
      };
      pool->run(50, in_order);
      next = 0;
      smelt::default_workers().run(50, in_order);
    }
    pool.reset();
    _exit(good ? 0 : 1);
  }
  release = true;
  other.join();
  REQUIRE(child > 0);
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  check_each_task_once(*pool, 100);
}
#endif
