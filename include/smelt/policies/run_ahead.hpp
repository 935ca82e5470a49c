// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// One thread that does steps before its owner needs what they make.

#include <smelt/core/config.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace smelt::inline v0 {
namespace detail {

/// A thread with one owner, who allows it steps with `ask`, each the same function, and waits for one
/// that is needed. It does them in a row: an owner who frees what step n + 2 needs before waiting for
/// step n + 1 never has it fall asleep between. What one side did before its call the other sees after.
/// Nothing is allocated after `start`. The destructor joins when the steps asked for are done. (A child
/// made by fork has no such thread, and would wait for ever.)
class run_ahead {
 public:
  using step = void (*)(void* context) noexcept;

  run_ahead() = default;
  run_ahead(const run_ahead&) = delete;
  run_ahead& operator=(const run_ahead&) = delete;
  ~run_ahead() {
    if (!thread_.joinable()) return;
    tell(stop_, std::uint64_t{1}, awake_);
    thread_.join();
  }

  /// Starts the thread, of which `does(context)` is a step; std::system_error if there is none to be
  /// had.
  void start(step does, void* context) {
    does_ = does;
    context_ = context;
    thread_ = std::thread([this] { serve(); });
  }
  bool started() const noexcept { return thread_.joinable(); }

  /// Allows one step more.
  void ask() { tell(asked_, asked_.load(std::memory_order_relaxed) + 1, awake_); }
  /// Steps asked for so far.
  std::uint64_t asked() const noexcept { return asked_.load(std::memory_order_relaxed); }
  /// Returns when `steps` have been done; so many must have been asked for.
  void wait(std::uint64_t steps) {
    look(done_there_, [&] { return done_.load(std::memory_order_acquire) >= steps; });
  }

 private:
  /// Under the lock: whoever has looked in vain sleeps by then, or will look again.
  void tell(std::atomic<std::uint64_t>& number, std::uint64_t now, std::condition_variable& who) {
    {
      const std::lock_guard lock(mutex_);
      number.store(now, std::memory_order_release);
    }
    who.notify_one();
  }
  /// Looks for a while, since to be woken costs tens of microseconds; yields between looks, and then
  /// sleeps.
  template <class Ready>
  void look(std::condition_variable& woken, const Ready& ready) {
    if (ready()) return;
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(50);
    do {
      for (int i = 0; i < 32; ++i)
        if (ready()) return;
      std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < until);
    std::unique_lock lock(mutex_);
    woken.wait(lock, ready);
  }
  void serve() {
    for (std::uint64_t done = 0;;) {
      look(awake_, [&] {
        return asked_.load(std::memory_order_acquire) > done ||
               stop_.load(std::memory_order_acquire) != 0;
      });
      if (asked_.load(std::memory_order_acquire) == done) return;
      does_(context_);
      tell(done_, ++done, done_there_);
    }
  }

  step does_ = nullptr;
  void* context_ = nullptr;
  std::mutex mutex_;
  std::condition_variable awake_;
  std::condition_variable done_there_;
  std::atomic<std::uint64_t> stop_{0};
  alignas(64) std::atomic<std::uint64_t> asked_{0};
  alignas(64) std::atomic<std::uint64_t> done_{0};
  std::thread thread_;
};

}  // namespace detail
}  // namespace smelt::inline v0
