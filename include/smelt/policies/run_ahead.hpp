// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// One thread that does the next step while its owner is busy with the last.

#include <smelt/core/config.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace smelt::inline v0 {
namespace detail {

/// A thread with one owner, who asks it for one step at a time: `ask`, then anything that the step
/// does not touch, then `wait`. What the one did before a call the other sees after it. Nothing is
/// allocated after `start`. The destructor waits for a step that is under way. (A child made by fork
/// has no such thread, and would wait for ever.)
class run_ahead {
 public:
  using step = void (*)(void* context) noexcept;

  run_ahead() = default;
  run_ahead(const run_ahead&) = delete;
  run_ahead& operator=(const run_ahead&) = delete;
  ~run_ahead() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    asked_.notify_one();
    thread_.join();
  }

  /// Starts the thread; std::system_error if there is none to be had.
  void start() {
    thread_ = std::thread([this] { serve(); });
  }
  bool started() const noexcept { return thread_.joinable(); }

  /// Has the thread do a step. The one before must have been waited for.
  void ask(step does, void* context) {
    {
      const std::lock_guard lock(mutex_);
      does_ = does;
      context_ = context;
    }
    asked_.notify_one();
  }
  /// Returns when no step is under way.
  void wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return does_ == nullptr; });
  }

 private:
  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      asked_.wait(lock, [this] { return does_ != nullptr || stop_; });
      if (does_ == nullptr) return;
      const step does = does_;
      lock.unlock();
      does(context_);
      lock.lock();
      does_ = nullptr;
      done_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable asked_;
  std::condition_variable done_;
  step does_ = nullptr;  // what is asked for or under way
  void* context_ = nullptr;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace detail
}  // namespace smelt::inline v0
