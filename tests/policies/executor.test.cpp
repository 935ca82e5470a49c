// SPDX-License-Identifier: BSL-1.0
#include <smelt/policies/executor.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using smelt::host_loop;

namespace {

/// A host program's loop: some threads, each with a contiguous share of the indices.
struct static_loop {
  int threads;
  template <class Body>
  void operator()(smelt::index n, Body&& body) const {
    std::vector<std::thread> started;
    started.reserve(static_cast<std::size_t>(threads));
    for (int t = 0; t < threads; ++t) {
      started.emplace_back([&, t] {
        for (smelt::index i = n * t / threads; i < n * (t + 1) / threads; ++i) body(i);
      });
    }
    for (std::thread& thread : started) thread.join();
  }
};

/// A loop in one thread, from the last index to the first.
constexpr auto backwards = [](smelt::index n, auto&& body) {
  for (smelt::index i = n; i-- > 0;) body(i);
};

template <class Runner>
void check_each_task_once(Runner&& runner, smelt::index tasks, int size) {
  CAPTURE(tasks);
  CAPTURE(size);
  std::vector<std::atomic<int>> seen(static_cast<std::size_t>(tasks));
  std::vector<std::atomic<int>> inside(static_cast<std::size_t>(size));
  std::atomic<int> strays{0};
  std::atomic<int> shared{0};
  runner(tasks, [&](smelt::index task, int worker) {
    if (worker < 0 || worker >= size || task < 0 || task >= tasks) {
      ++strays;
      return;
    }
    if (inside[static_cast<std::size_t>(worker)]++ != 0) ++shared;
    ++seen[static_cast<std::size_t>(task)];
    std::this_thread::yield();
    --inside[static_cast<std::size_t>(worker)];
  });
  CHECK(strays == 0);
  CHECK(shared == 0);
  CHECK(std::all_of(seen.begin(), seen.end(), [](const auto& times) { return times == 1; }));
}

}  // namespace

TEST_CASE("the inline executor runs in order, in this thread, as worker 0") {
  const smelt::executor on = smelt::inline_executor();
  CHECK(on.size == 1);
  for (const smelt::index tasks : {0, 1, 2, 7, 1000}) {
    std::vector<smelt::index> order;
    bool strange = false;
    on(tasks, [&, self = std::this_thread::get_id()](smelt::index task, int worker) {
      order.push_back(task);
      strange = strange || worker != 0 || std::this_thread::get_id() != self;
    });
    CHECK(static_cast<smelt::index>(order.size()) == tasks);
    CHECK(std::is_sorted(order.begin(), order.end()));
    CHECK_FALSE(strange);
  }
}

TEST_CASE("the inline executor stops at the first failure") {
  int calls = 0;
  const auto run = [&] {
    smelt::inline_executor()(10, [&](smelt::index task, int) {
      ++calls;
      if (task >= 3) throw std::out_of_range(std::to_string(task));
    });
  };
  CHECK_THROWS_WITH_AS(run(), "3", std::out_of_range);
  CHECK(calls == 4);
}

namespace {
std::atomic<smelt::index> sum_of_tasks{0};
int add_task(smelt::index task, int) { return static_cast<int>(sum_of_tasks += task); }
}  // namespace

TEST_CASE("functions, const, mutable and immovable callables run by reference") {
  const smelt::executor on = smelt::inline_executor();
  sum_of_tasks = 0;
  on(5, add_task);
  on(5, &add_task);
  CHECK(sum_of_tasks == 20);

  struct counter {
    smelt::index sum = 0;
    mutable smelt::index const_sum = 0;
    counter() = default;
    counter(const counter&) = delete;
    counter& operator=(const counter&) = delete;
    void operator()(smelt::index task, int) { sum += task; }
    void operator()(smelt::index task, int) const { const_sum += task; }
  } count;
  on(5, count);
  on(5, std::as_const(count));
  CHECK(count.sum == 10);
  CHECK(count.const_sum == 10);

  int total = 0;
  on(4, [&total, step = 0](smelt::index, int) mutable { total += ++step; });
  CHECK(total == 10);
}

TEST_CASE("a negative count of tasks is an error that names it") {
  const auto nothing = [](smelt::index, int) {};
  CHECK_THROWS_WITH_AS(smelt::inline_executor()(-3, nothing),
                       "a run needs at least 0 tasks, this one has -3", smelt::value_error);
}

TEST_CASE("a host loop runs each task once and no worker twice at a time") {
  for (const int size : {1, 2, 3, 8}) {
    for (const int threads : {1, 2, 5}) {
      host_loop loop(size, static_loop{threads});
      CHECK(loop.size() == size);
      CHECK(executor_of(loop).size == size);
      for (const smelt::index tasks : {0, 1, 2, 7, 1000}) {
        check_each_task_once(executor_of(loop), tasks, size);
        check_each_task_once([&](smelt::index n, auto&& f) { loop.run(n, f); }, tasks, size);
      }
    }
  }
}

TEST_CASE("a host loop may run backwards, take any integer, copy the body or start at one") {
  host_loop reversed(3, backwards);
  check_each_task_once(executor_of(reversed), 100, 3);

  host_loop erased(3, [](smelt::index n, const std::function<void(unsigned)>& body) {
    for (unsigned i = 0; i < static_cast<unsigned>(n); ++i) body(i);
  });
  check_each_task_once(executor_of(erased), 100, 3);

  host_loop from_one(3, [](smelt::index n, auto&& body) {
    body(-1);
    body(~std::size_t{0});
    for (smelt::index i = n; i > 0; --i) body(i);
  });
  check_each_task_once(executor_of(from_one), 100, 3);
}

TEST_CASE("a host loop hands tasks out in order, however it runs itself") {
  std::vector<smelt::index> order;
  host_loop loop(4, backwards);
  loop.run(50, [&](smelt::index task, int) { order.push_back(task); });
  CHECK(order.size() == 50);
  CHECK(std::is_sorted(order.begin(), order.end()));

  // Every task waits for the one below it. With shares of the tasks themselves this would hang: the
  // second thread would hold tasks from the middle while the first waits in its own.
  host_loop shared(4, static_loop{4});
  std::atomic<smelt::index> committed{0};
  shared.run(1000, [&](smelt::index task, int) {
    while (committed.load() != task) std::this_thread::yield();
    committed.store(task + 1);
  });
  CHECK(committed == 1000);
}

TEST_CASE("a host loop keeps exceptions from the host and throws that of the lowest task") {
  for (const int threads : {1, 3}) {
    host_loop loop(3, static_loop{threads});  // an exception in its threads would end the program
    for (int repeat = 0; repeat < 50; ++repeat) {
      std::vector<std::atomic<int>> seen(100);
      const auto run = [&] {
        loop.run(100, [&](smelt::index task, int) {
          ++seen[static_cast<std::size_t>(task)];
          if (task >= 40 && task % 2 == 1) throw std::out_of_range(std::to_string(task));
        });
      };
      CHECK_THROWS_WITH_AS(run(), "41", std::out_of_range);
      for (std::size_t task = 0; task <= 41; ++task) CHECK(seen[task] == 1);
    }
    check_each_task_once(executor_of(loop), 100, 3);
  }
}

TEST_CASE("a host loop that does not do its part is an error") {
  const auto nothing = [](smelt::index, int) {};
  host_loop idle(2, [](smelt::index, auto&&) {});
  CHECK_THROWS_WITH_AS(idle.run(5, nothing),
                       "the host's loop returned without running its body for 5 tasks",
                       smelt::value_error);
  CHECK_THROWS_WITH_AS(host_loop(0, backwards),
                       "a host loop needs a concurrency of at least 1, got 0", smelt::value_error);
}

TEST_CASE("any one worker of a host loop takes all tasks") {
  for (const smelt::index only : {0, 1, 2}) {
    host_loop loop(3, [only](smelt::index n, auto&& body) {
      CHECK(n == 3);
      body(only);
    });
    check_each_task_once(executor_of(loop), 100, 3);
    loop.run(100, [&](smelt::index, int worker) { CHECK(worker == only); });
  }
}

TEST_CASE("a queue of tasks is drained when the last is handed out") {
  struct seen {
    smelt::detail::task_queue* queue;
    std::vector<bool> drained;
  } seen{nullptr, {}};
  const smelt::task_body body = [](void* context, smelt::index, int) {
    auto& mine = *static_cast<struct seen*>(context);
    mine.drained.push_back(mine.queue->drained());
  };
  smelt::detail::task_queue queue(3, body, &seen);
  seen.queue = &queue;
  CHECK_FALSE(queue.drained());
  queue.work(0);
  CHECK(seen.drained == std::vector<bool>{false, false, true});
}

TEST_CASE("the failure of a lower task stays, where a higher one fails after it") {
  struct both {
    smelt::detail::task_queue* queue;
    std::atomic<int> begun{0};
    std::thread lower{};
  } both{nullptr};
  const smelt::task_body body = [](void* context, smelt::index task, int) {
    auto& mine = *static_cast<struct both*>(context);
    ++mine.begun;
    while (mine.begun < 2) std::this_thread::yield();
    if (task == 1) mine.lower.join();  // its failure is known
    throw std::out_of_range(std::to_string(task));
  };
  smelt::detail::task_queue queue(2, body, &both);
  both.lower = std::thread([&] { queue.work(0); });
  while (both.begun == 0) std::this_thread::yield();
  queue.work(1);
  CHECK_THROWS_WITH_AS(queue.rethrow(), "0", std::out_of_range);
}

TEST_CASE("one task, or a concurrency of one, does not call the host's loop") {
  int calls = 0;
  const auto counting = [&](smelt::index n, auto&& body) {
    ++calls;
    backwards(n, body);
  };
  host_loop loop(4, counting);
  check_each_task_once(executor_of(loop), 0, 4);
  check_each_task_once(executor_of(loop), 1, 4);
  host_loop single(1, counting);
  check_each_task_once(executor_of(single), 10, 1);
  CHECK(calls == 0);
  check_each_task_once(executor_of(loop), 2, 4);
  CHECK(calls == 1);
}

TEST_CASE("a turn that is not taken is passed on") {
  std::atomic<smelt::index> next{0};
  smelt::index end = 5;
  { const smelt::detail::task_turn failed{next, end, 0}; }
  CHECK(next == 1);
  CHECK(end == 5);
  CHECK(smelt::detail::task_turn{next, end, 1}.take(3) == 5);
  CHECK(next == 2);
  CHECK(end == 8);
}

TEST_CASE("tasks in turn write after one another, and one that fails holds nobody up") {
  for (int threads = 1; threads <= 4; ++threads) {
    CAPTURE(threads);
    host_loop loop(threads, static_loop{threads});
    std::atomic<smelt::index> next{0};
    smelt::index end = 0;
    std::vector<smelt::index> begins(20, -1);
    const auto run = [&] {
      executor_of(loop)(20, [&](smelt::index task, int) {
        smelt::detail::task_turn turn{next, end, task};
        if (task == 7) throw std::runtime_error("seven");
        begins[static_cast<std::size_t>(task)] = turn.take(task % 3 + 1);
      });
    };
    CHECK_THROWS_WITH_AS(run(), "seven", std::runtime_error);
    smelt::index right = 0;
    for (smelt::index task = 0; task < 7; ++task) {
      CHECK(begins[static_cast<std::size_t>(task)] == right);
      right += task % 3 + 1;
    }
    CHECK(begins[7] == -1);
    for (smelt::index task = 8; task < 20; ++task) {  // as many as had been handed out
      if (begins[static_cast<std::size_t>(task)] < 0) continue;
      CHECK(begins[static_cast<std::size_t>(task)] == right);
      right += task % 3 + 1;
    }
    CHECK(end == right);
  }
}
