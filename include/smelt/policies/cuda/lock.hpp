// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Callers of one session, one at a time. `<mutex>` would do, and brings the clocks with it, which nvcc
/// reads three times.

#include <pthread.h>

namespace smelt::inline v0 {

namespace detail {

/// What one thread has at a time; the others sleep until it is given back.
class session_lock {
 public:
  session_lock() = default;
  session_lock(const session_lock&) = delete;
  session_lock& operator=(const session_lock&) = delete;
  ~session_lock() { static_cast<void>(pthread_mutex_destroy(&mutex_)); }
  void lock() { static_cast<void>(pthread_mutex_lock(&mutex_)); }
  void unlock() { static_cast<void>(pthread_mutex_unlock(&mutex_)); }

 private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
};

/// Has it for a scope.
class holding_lock {
 public:
  explicit holding_lock(session_lock& of) : of_(of) { of_.lock(); }
  holding_lock(const holding_lock&) = delete;
  holding_lock& operator=(const holding_lock&) = delete;
  ~holding_lock() { of_.unlock(); }

 private:
  session_lock& of_;
};

}  // namespace detail

}  // namespace smelt::inline v0
