// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Threads with an owner: a pool that the program makes, lends to policies and joins, and the one
/// pool of the process for programs that do not care.

#include <smelt/core/config.hpp>
#include <smelt/core/error.hpp>            // expect, value_error
#include <smelt/core/types.hpp>            // index
#include <smelt/policies/concurrency.hpp>  // default_concurrency
#include <smelt/policies/executor.hpp>     // executor, task_body, task_queue

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>  // std::size_t
#include <cstdint>  // std::uint64_t
#include <memory>   // std::make_unique
#include <mutex>
#include <thread>
#include <vector>

#if __has_include(<unistd.h>)
#include <unistd.h>  // getpid
#endif

namespace smelt::inline v0 {

namespace detail {

/// The threads of a pool and how they meet. The caller opens a round, threads join it while it is
/// open, and the caller closes it when no task is left: one that wakes late is not waited for. All
/// of that is one word, so that joining a closed or later round fails.
class crew {  // NOLINT(clang-analyzer-optin.performance.Padding): a line for the state
 public:
  crew() = default;
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;
  ~crew() {
    {
      const std::lock_guard lock(mutex_);
      state_.fetch_or(stop, std::memory_order_release);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  /// Not in the constructor, so that the destructor joins those that did start if one does not.
  void start(int threads) {
    threads_.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this, i] { serve(i + 1); });
  }

  /// The worker that the calling thread is at this moment, or -1.
  int position() const noexcept {
    const std::thread::id self = std::this_thread::get_id();
    if (caller_.load(std::memory_order_relaxed) == self) return 0;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      if (threads_[i].get_id() == self) return static_cast<int>(i) + 1;
    }
    return -1;
  }

  /// One run from start to end; not for a thread that has a position.
  void run(index tasks, task_body body, void* context) {
    const turn mine(*this);
    if (tasks == 1 || threads_.empty()) return run_inline(tasks, body, context, 0);
    task_queue queue(tasks, body, context);
    queue_ = &queue;
    index asleep = 0;
    {
      const std::lock_guard lock(mutex_);  // a thread looks and falls asleep under it
      state_.fetch_add(round | open, std::memory_order_release);
      asleep = sleeping_;
    }
    if (tasks > asleep) {
      wake_.notify_all();
    } else {
      for (index helper = 1; helper < tasks; ++helper) wake_.notify_one();
    }
    queue.work(0);
    const auto left = [this] { return (state_.load(std::memory_order_acquire) & joined) == 0; };
    state_.fetch_and(~open, std::memory_order_relaxed);
    if (!spin(left)) {
      std::unique_lock lock(mutex_);
      left_.wait(lock, left);
    }
    queue.rethrow();
  }

 private:
  // The state word: how many have joined, two flags, and the number of the round.
  static constexpr std::uint64_t joined = 0xFFFF;
  static constexpr std::uint64_t open = 0x10000;
  static constexpr std::uint64_t stop = 0x20000;
  static constexpr std::uint64_t round = 0x40000;

  /// One caller at a time, known while it lasts so that a nested run is recognised.
  struct turn {
    explicit turn(crew& owner) : lock(owner.callers_), caller(owner.caller_) {
      caller.store(std::this_thread::get_id(), std::memory_order_relaxed);
    }
    ~turn() { caller.store({}, std::memory_order_relaxed); }
    std::lock_guard<std::mutex> lock;
    std::atomic<std::thread::id>& caller;
  };

  /// Looks for a few microseconds, since falling asleep and being woken costs more. It yields
  /// between looks: where threads outnumber cores, the core goes to one that has work.
  template <class Ready>
  static bool spin(const Ready& ready) {
    if (ready()) return true;
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(10);
    do {
      for (int look = 0; look < 32; ++look) {
        if (ready()) return true;
      }
      std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < until);
    return false;
  }

  void serve(int worker) {
    std::uint64_t now = 0;   // the state as last seen
    std::uint64_t last = 0;  // the round served last
    const auto ready = [&] {
      now = state_.load(std::memory_order_acquire);
      return (now & stop) != 0 || ((now & open) != 0 && now / round != last);
    };
    while (true) {
      while (!spin(ready)) {
        std::unique_lock lock(mutex_);
        if (ready()) break;
        ++sleeping_;
        wake_.wait(lock);
        --sleeping_;
      }
      if ((now & stop) != 0) return;
      if (!state_.compare_exchange_strong(now, now + 1, std::memory_order_acq_rel)) continue;
      last = now / round;
      queue_->work(worker);
      const std::uint64_t rest = state_.fetch_sub(1, std::memory_order_acq_rel) - 1;
      if ((rest & (joined | open)) != 0) continue;
      { const std::lock_guard lock(mutex_); }  // the caller has looked and sleeps, or will look
      left_.notify_one();
    }
  }

  std::vector<std::thread> threads_;
  std::mutex callers_;
  std::atomic<std::thread::id> caller_{};
  task_queue* queue_ = nullptr;  // read only by a thread that has joined
  std::mutex mutex_;             // for sleepers and for those who wake them
  std::condition_variable wake_;
  std::condition_variable left_;
  int sleeping_ = 0;
  alignas(64) std::atomic<std::uint64_t> state_{0};
};

/// The number of this process, 0 where there are no such things.
inline long process() noexcept {
#if __has_include(<unistd.h>)
  return static_cast<long>(getpid());
#else
  return 0;
#endif
}

}  // namespace detail

/// A pool of threads that belongs to whoever made it: `workers pool{8}` lets 8 tasks run at once, 7
/// in threads of its own and one in the calling thread; `workers{1}` starts no thread.
///
/// Safe to share. Runs by several threads take turns, so at no moment do two tasks of one pool have
/// the same worker. A run from inside a task of the same pool happens in that task's thread, as its
/// worker, one task after another. (A task that hands work to a foreign thread and waits until that
/// thread has run something on the same pool waits for ever.)
///
/// A child made by fork has none of its parent's threads: there a pool runs everything in the
/// calling thread, as worker 0, without taking turns, and its destructor leaves the remains alone.
class workers {
 public:
  /// Starts `size` - 1 threads. `value_error` unless `size` is from 1 to 65535; `std::system_error`
  /// if the system refuses a thread, after the others were joined.
  explicit workers(int size) : size_(size), process_(detail::process()) {
    expect<value_error>(size >= 1 && size <= 65535, "a pool needs from 1 to 65535 workers, got ",
                        size);
    auto started = std::make_unique<detail::crew>();
    started->start(size - 1);
    crew_ = started.release();
  }
  workers(const workers&) = delete;
  workers& operator=(const workers&) = delete;
  /// Joins the threads. No run may be under way.
  ~workers() {
    if (process_ == detail::process()) delete crew_;
  }

  /// The most tasks that run at once, the calling thread's among them.
  int size() const noexcept { return size_; }

  /// Runs `f(task, worker)` for every task of [0, tasks), by the laws of `executor`. `f` is taken
  /// by reference and nothing is allocated. One task, or a pool of one, wakes nobody.
  template <class F>
  void run(index tasks, F&& f) {
    executor_of(*this)(tasks, f);
  }

  /// The pool as a policy takes it. It must outlive the executor.
  friend executor executor_of(workers& pool) noexcept { return {pool.size_, run_erased, &pool}; }

 private:
  static void run_erased(void* self, index tasks, task_body body, void* body_context) {
    const workers& pool = *static_cast<workers*>(self);
    if (tasks == 0) return;
    const bool forked = pool.process_ != detail::process();
    const int position = forked ? 0 : pool.crew_->position();
    if (position >= 0) return detail::run_inline(tasks, body, body_context, position);
    pool.crew_->run(tasks, body, body_context);
  }

  detail::crew* crew_ = nullptr;  // not a unique_ptr: a forked child must not wait for its threads
  int size_;
  long process_;
};

/// The pool of this process, of `default_concurrency()`: made at first use, joined at its end.
inline workers& default_workers() {
  static workers pool{default_concurrency()};
  return pool;
}

}  // namespace smelt::inline v0
