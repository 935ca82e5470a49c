// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the passes of one stream share, and what they hand back later.

#include <smelt/core/outcome.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/policies/cuda/lock.hpp>
#include <smelt/policies/cuda/memory.hpp>
#include <smelt/policies/cuda/steps.hpp>

#include <new>  // std::nothrow_t

namespace smelt::inline v0 {

namespace detail {

/// Values that stay where they are while there come more. (A vector of what only moves is dear to compile: see
/// bench/results/compile-2026-11-30.md.)
template <class T>
class growing {
 public:
  growing() = default;
  growing(const growing&) = delete;
  growing& operator=(const growing&) = delete;
  ~growing() {
    while (node* const gone = first_.next) {
      first_.next = gone->next;
      delete gone;
    }
  }
  /// The value at a place; those up to it are made where there are none.
  /// \complexity O(place)
  T& operator[](std::size_t place) {
    node* at = &first_;
    for (; place > 0; --place) at = after(at);
    return at->value;
  }
  /// The place of a value among the first `used`; where it is none of them, it is put behind them.
  std::size_t place_of(const T& value, std::size_t& used) {
    node* at = &first_;
    for (std::size_t place = 0; place < used; ++place, at = after(at))
      if (at->value == value) return place;
    at->value = value;
    return used++;
  }

 private:
  struct node {
    T value{};
    node* next = nullptr;
  };
  static node* after(node* at) {
    if (!at->next) at->next = new node;
    return at->next;
  }
  node first_;
};

/// What launches on one stream share: the status word, and memory that grows and is used again.
template <class Runtime>
struct cuda_session {
  explicit cuda_session(const Runtime& r) : runtime(r) {}

  /// Memory for a pass, valid until the next pass of this session begins in the stream. It moves when
  /// it grows: a graph that was captured before then would still use the old place.
  template <class T>
  T* scratch(std::size_t which, index size) {
    auto& block = blocks_[which];
    const auto bytes = size * static_cast<index>(sizeof(T));
    if (block.size() < bytes) {
      block = {};
      block = device_block<std::byte, Runtime>(runtime, bytes);
    }
    return reinterpret_cast<T*>(block.data());
  }
  /// What passes find: one word for those that nobody waits for, told by `settle`, and one for the
  /// call at hand, so that no call is blamed for another's data.
  static constexpr std::size_t pending = 0, present = 1;
  device_status* status(std::size_t which) {
    if (!status_.data()) {
      status_ = device_block<device_status, Runtime>(runtime, 2);
      reset(pending);
      reset(present);
    }
    return status_.data() + which;
  }
  void reset(std::size_t which) {
    const device_status clean{0, nowhere, 0, 0, nowhere};
    runtime.copy(status_.data() + which, &clean, sizeof clean);
    known_widths_[which] = 0;
  }
  /// A word for the rows that a pass will have written, and the number of that pass. A word serves
  /// again after `most_counts` more passes.
  static constexpr unsigned long long most_counts = 64;
  struct count_word {
    unsigned long long* at;
    unsigned long long pass;
  };
  count_word next_count() {
    if (!counts_.data())
      counts_ = device_block<unsigned long long, Runtime>(runtime, static_cast<index>(most_counts));
    const unsigned long long pass = counted_passes++;
    return {counts_.data() + pass % most_counts, pass};
  }
  /// Where the places of a pass begin: the number of its width above 48 bits of row times columns
  /// plus column, so that a place is told with the columns of its own pass.
  unsigned long long places(std::size_t which, index cols) {
    const std::size_t number = widths_[which].place_of(cols, known_widths_[which]);
    return static_cast<unsigned long long>(number) << 48;
  }
  /// The columns of the pass that such a place is of.
  index columns_at(std::size_t which, unsigned long long place) {
    return widths_[which][static_cast<std::size_t>(place >> 48)];
  }

  static constexpr std::size_t tiles = 0, states = 1, numbers = 2, results = 3, leaves = 4,
                               arrays = 5;
  Runtime runtime;
  unsigned long long counted_passes = 0;
  session_lock lock;

 private:
  growing<device_block<std::byte, Runtime>> blocks_;
  growing<index> widths_[2];
  std::size_t known_widths_[2] = {};
  device_block<device_status, Runtime> status_;
  device_block<unsigned long long, Runtime> counts_;
};

}  // namespace detail

/// How many rows a transform on a device has written where some may drop. The number stays in the
/// device's memory until it is asked for; then the stream is waited for.
template <class Runtime>
class row_count {
 public:
  row_count(detail::shared<detail::cuda_session<Runtime>> session, const unsigned long long* at,
            unsigned long long pass)
      : session_(std::move(session)), at_(at), pass_(pass) {}

  /// The number.
  /// \errors value_error when 64 more passes that drop rows have been asked for since; cuda_error
  index get() const { return read().value(); }
  /// The number by value.
  outcome<index> get(std::nothrow_t) const noexcept {
    return detail::attempt([&] { return read(); });
  }
  operator index() const { return get(); }
  /// Where the number will be in the device's memory, for kernels that come after in the stream.
  const unsigned long long* data() const { return at_; }

 private:
  outcome<index> read() const {
    status found;
    const detail::holding_lock mine(session_->lock);
    if (!expect<value_error>(found, session_->counted_passes - pass_ <= session_->most_counts,
                             "the number of rows that a transform wrote is kept for ",
                             session_->most_counts, " more of them, and ",
                             session_->counted_passes - pass_ - 1, " have come since"))
      return found;
    unsigned long long rows = 0;
    session_->runtime.copy(&rows, at_, sizeof rows);
    session_->runtime.wait();
    return static_cast<index>(rows);
  }

  detail::shared<detail::cuda_session<Runtime>> session_;
  const unsigned long long* at_;
  unsigned long long pass_;
};

}  // namespace smelt::inline v0
