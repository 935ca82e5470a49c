// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a policy runs its tasks on, with the type erased: a pool of threads, the host program's
/// own parallel loop, or the calling thread alone.

#include <smelt/core/config.hpp>
#include <smelt/core/error.hpp>  // expect, value_error
#include <smelt/core/types.hpp>  // index

#include <algorithm>  // std::min
#include <atomic>
#include <concepts>   // std::integral, std::move_constructible
#include <cstdint>    // std::uint64_t
#include <exception>  // std::exception_ptr
#include <limits>
#include <memory>  // std::addressof
#include <mutex>
#include <thread>  // std::this_thread::yield
#include <type_traits>
#include <utility>  // std::move, std::in_range

namespace smelt::inline v0 {

/// One task of a run. `context` is what was handed over beside the function; `worker` is from 0 to
/// the executor's size - 1, and differs from that of every task running at the same time.
using task_body = void (*)(void* context, index task, int worker);

namespace detail {

/// Calls `run(tasks, body, context)` with `f(task, worker)` erased by reference: no allocation.
template <class Run, class F>
void erase_body(const Run& run, index tasks, F& f) {
  expect<value_error>(tasks >= 0, "a run needs at least 0 tasks, this one has ", tasks);
  if constexpr (std::is_function_v<F>) {
    F* pointer = f;  // a function has no object that a void* could name
    erase_body(run, tasks, pointer);
  } else {
    const task_body body = [](void* context, index task, int worker) {
      static_cast<void>((*static_cast<F*>(context))(task, worker));
    };
    run(tasks, body, const_cast<void*>(static_cast<const void*>(std::addressof(f))));
  }
}

/// Runs the tasks one after another in the calling thread; a failure ends the run.
inline void run_inline(index tasks, task_body body, void* context, int worker) {
  for (index task = 0; task < tasks; ++task) body(context, task, worker);
}

/// The tasks of one run, handed out in increasing order: when one has been handed out, so have all
/// below it. Hence a task may wait for lower ones, and the lowest failure is the one that a plain
/// loop would have met first.
class task_queue {  // NOLINT(clang-analyzer-optin.performance.Padding): a line for the counter
 public:
  /// The tasks of [0, tasks), none handed out yet.
  task_queue(index tasks, task_body body, void* context) noexcept
      : body_(body), context_(context), tasks_(static_cast<std::uint64_t>(tasks)) {}

  /// Takes tasks until none is left.
  void work(int worker) noexcept {
    for (;;) {
      const std::uint64_t task = next_.fetch_add(1, std::memory_order_relaxed);
      if (task >= tasks_) return;
      SMELT_TRY { body_(context_, static_cast<index>(task), worker); }
      SMELT_CATCH_ALL { fail(task); }
    }
  }

  /// True when every task has been handed out, or a failure has cancelled the rest.
  bool drained() const noexcept { return next_.load(std::memory_order_relaxed) >= tasks_; }

  /// Throws what the lowest failed task threw, if any. Nobody may be at work any more.
  void rethrow() {
    if (failure_) std::rethrow_exception(std::move(failure_));
  }

 private:
  void fail(std::uint64_t task) noexcept {
    next_.store(tasks_, std::memory_order_relaxed);  // those not handed out yet are all higher
    const std::lock_guard lock(mutex_);
    if (task >= failed_) return;
    failed_ = task;
    failure_ = std::current_exception();
  }

  task_body body_;
  void* context_;
  std::uint64_t tasks_;
  std::mutex mutex_;
  std::uint64_t failed_ = std::numeric_limits<std::uint64_t>::max();
  std::exception_ptr failure_;
  alignas(64) std::atomic<std::uint64_t> next_{0};  // a line of its own: all workers write it
};

/// The turn of a task that writes after all lower ones: where it writes is known when they have told
/// how much they write. One that fails before it tells writes nothing, and holds nobody up.
struct task_turn {
  std::atomic<index>& next;  // the task whose turn it is
  index& end;                // of what the lower ones write
  index task;
  bool taken = false;

  /// Waits for the lower tasks, and returns where the `n` that this one writes begin.
  index take(index n) {
    taken = true;
    while (next.load(std::memory_order_acquire) != task) std::this_thread::yield();
    const index begin = end;
    end += n;
    next.store(task + 1, std::memory_order_release);
    return begin;
  }
  ~task_turn() {
    if (!taken) take(0);
  }
};

}  // namespace detail

/// How a policy reaches threads: a size, the most tasks that run at once, and a function that runs
/// tasks and returns when all are done. A view: what `context` names must outlive it.
///
/// Whatever is behind it keeps four laws. Each task runs exactly once. Tasks are handed out in
/// increasing order, so a task may wait for lower ones (one that others wait for must release them
/// before it throws). No two tasks of a run that run at the same time have the same worker. The
/// exception of the lowest failed task is rethrown when all tasks have ended; only tasks above a
/// failed one may have been left out.
struct executor {
  /// The most tasks that run at once.
  int size;
  /// Runs the tasks; called with the `context` of this executor and that of the body.
  void (*run)(void* context, index tasks, task_body body, void* body_context);
  /// What is behind it.
  void* context;

  /// Runs `f(task, worker)` for every task of [0, tasks).
  template <class F>
  void operator()(index tasks, F&& f) const {
    const auto erased = [this](index n, task_body body, void* body_context) {
      run(context, n, body, body_context);
    };
    detail::erase_body(erased, tasks, f);
  }
};

/// Runs everything in the calling thread, as worker 0.
inline executor inline_executor() noexcept {
  constexpr auto run = [](void*, index tasks, task_body body, void* body_context) {
    detail::run_inline(tasks, body, body_context, 0);
  };
  return {1, run, nullptr};
}

/// The host program's own parallel loop as a place to run tasks: `Loop` is called as
/// `loop(n, body)` and must call `body(i)` once for each i in [0, n), n being at most the declared
/// `concurrency`, in any order, on any threads, and return when all of them have returned.
///
/// Each `body(i)` is worker i and takes tasks until none is left. So the loop needs to know neither
/// workers nor exceptions, any schedule balances, and the laws of `executor` hold also where the
/// loop runs backwards or on fewer threads. `value_error` if it returns and tasks are left. Nested
/// runs, and runs by several threads at once, are as safe as the loop makes them.
template <std::move_constructible Loop>
class host_loop {
 public:
  /// `value_error` unless `concurrency` is at least 1.
  host_loop(int concurrency, Loop loop) : loop_(std::move(loop)), size_(concurrency) {
    expect<value_error>(concurrency >= 1, "a host loop needs a concurrency of at least 1, got ",
                        concurrency);
  }

  /// The declared concurrency.
  int size() const noexcept { return size_; }

  /// Runs `f(task, worker)` for every task of [0, tasks), by the laws of `executor`.
  template <class F>
  void run(index tasks, F&& f) {
    executor_of(*this)(tasks, f);
  }

  /// The loop as a policy takes it. It must outlive the executor.
  friend executor executor_of(host_loop& loop) noexcept { return {loop.size_, run_erased, &loop}; }

 private:
  static void run_erased(void* self, index tasks, task_body body, void* body_context) {
    host_loop& host = *static_cast<host_loop*>(self);
    const index workers = std::min<index>(host.size_, tasks);
    if (workers <= 1) return detail::run_inline(tasks, body, body_context, 0);
    detail::task_queue queue(tasks, body, body_context);
    auto work = [&queue, workers](std::integral auto i) {
      if (std::in_range<int>(i) && i >= 0 && static_cast<index>(i) < workers) {
        queue.work(static_cast<int>(i));
      }
    };
    host.loop_(workers, work);
    queue.rethrow();
    expect<value_error>(queue.drained(), "the host's loop returned without running its body for ",
                        tasks, " tasks");
  }

  Loop loop_;
  int size_;
};

}  // namespace smelt::inline v0
