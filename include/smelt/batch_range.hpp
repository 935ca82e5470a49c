// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A range of batches: each is computed when it is asked for, or one before, into memory that later
/// ones use again.

#include <smelt/batch_reader.hpp>
#include <smelt/policies/stream_beside.hpp>

#include <cstddef>    // std::ptrdiff_t
#include <tuple>
#include <utility>

namespace smelt::inline v0 {

/// Rows handed over: `x` is row-major, `y` the first companion, `companion<k>()` the others. They
/// point into memory, of the policy's space, that a later batch uses again.
template <class Space, class T, class... Ys>
struct batch {
  matrix_view<const T, row_major, Space> x;
  std::tuple<column_view<const Ys, Space>...> companions;
  std::conditional_t<sizeof...(Ys) == 0, std::tuple<>,
                     std::tuple_element_t<0, std::tuple<column_view<const Ys, Space>..., char>>>
      y{};
  index valid = 0;   // rows that are real, the first ones; fewer than x.rows() only in a padded batch
  index number = 0;  // 0 for the first batch of the epoch
  /// 1 for a real row, 0 for one that fills up, and under `values_only()` for one that would drop.
  column_view<const unsigned char, Space> mask{};

  index rows() const { return x.rows(); }
  template <std::size_t K>
  const auto& companion() const {
    return std::get<K>(companions);
  }
};

/// How a range of batches says that an epoch cannot go on.
enum class errors {
  thrown,
  by_value  ///< it ends, and `ended()` says why
};

/// The batches of one epoch after another, an input range: `for (auto& batch : batches(...))`.
///
///     auto range = batches(on::eigen, fitted, parts.train, {.rows = 32});
///     for (std::uint64_t epoch = 0; epoch < 10; ++epoch)
///       for (auto& batch : range.restart(epoch)) { /* batch.x, batch.y */ }
template <errors Errors, class Policy, class Fitted, class Held, class T, class... Ys>
class batch_range {
 public:
  using space = typename Policy::space;
  using batch_type = batch<space, T, Ys...>;
  static constexpr bool quiet = Errors == errors::by_value;

  template <class Data>
  batch_range(const Policy& policy, const Fitted& f, const Data& d, const batch_options& options)
      : reader_(policy, f, options), position_{options.epoch, options.from}, from_(options.from) {
    run([&] {
      if constexpr (can_beside)
        if (options.prefetch == 1) reader_.run_on(beside_.start(policy));
      return reader_.open(d, slots_, (can_ahead && options.prefetch == 1) || on_two_streams() ? 2 : 1);
    });
    if constexpr (can_ahead)
      if (reader_.opened() && options.prefetch == 1)
        run([&] { return ahead_.start(make_ahead, this), status{}; });
  }
  batch_range(const batch_range&) = delete;
  batch_range& operator=(const batch_range&) = delete;
  ~batch_range() {
    if constexpr (can_beside) beside_.leave();
  }

  /// An input iterator over the batches; it ends with `std::default_sentinel`.
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = batch_type;
    using difference_type = std::ptrdiff_t;
    using pointer = const batch_type*;
    using reference = const batch_type&;

    iterator() = default;
    explicit iterator(batch_range* range) : range_(range) {}
    const batch_type& operator*() const { return range_->batch_; }
    const batch_type* operator->() const { return &range_->batch_; }
    iterator& operator++() noexcept(quiet) {
      range_->next();
      return *this;
    }
    void operator++(int) noexcept(quiet) { ++*this; }
    friend bool operator==(const iterator& a, std::default_sentinel_t) noexcept {
      return a.ended();
    }

   private:
    bool ended() const noexcept { return range_ == nullptr || range_->done_; }

    batch_range* range_ = nullptr;
  };

  /// Starts the epoch (again), from the batch that was asked for.
  iterator begin() noexcept(quiet) {
    rest();
    done_ = !reader_.opened() || from_ < 0;
    if (done_) return iterator(this);
    ended_ = status{};
    position_.batch = from_;
    run([&] {
      if (on_two_streams()) made_after_used();
      return reader_.seek(from_, slots_[0]);
    });
    if (done_) return iterator(this);
    // The first is made here: nobody has anything else to do.
    turn_ = making_ = 0;
    make(slots_[0]);
    if (on_two_streams()) {
      turn_ = 1;
      next_of_two();
      return iterator(this);
    }
    run([&] { return take(slots_[0]); });
    if constexpr (can_ahead)
      if (!done_ && ahead_.started()) ahead_.ask();
    return iterator(this);
  }
  std::default_sentinel_t end() const noexcept { return {}; }

  /// The same range for another epoch, from its batch `from` on, in the memory it has. Batches handed
  /// over before are gone.
  batch_range& restart(std::uint64_t epoch, index from = 0) noexcept(quiet) {
    rest();
    done_ = true;
    if (!reader_.opened()) return *this;
    position_ = {epoch, from};
    from_ = -1;
    ended_ = status{};
    run([&] {
      if (on_two_streams()) made_after_used();
      return reader_.restart(epoch, from);
    });
    if (ended_.ok()) from_ = from;
    return *this;
  }

  /// The epoch, and the number of the batch after the one handed over last: give them as `epoch` and
  /// `from`, or to `restart`, and what is left of the epoch follows, the same batches with the same
  /// numbers. Going on costs nothing where no row drops; otherwise the batches before are made again
  /// (not handed over), for where one begins is known only when the rows before it have been read.
  batch_position position() const noexcept { return position_; }

  /// By value: whether the epoch could begin and has gone on to its end, or why not; with the rows
  /// handed over and dropped so far.
  const status& ended() const noexcept
    requires(quiet)
  {
    return ended_;
  }

  /// How many batches the epoch has (of this rank), when no row is dropped; none when it cannot begin.
  index size() const { return reader_.opened() ? reader_.batches() : 0; }
  /// Rows of a batch that is full: `rows`, or as many as `bytes` hold.
  index rows() const { return reader_.rows_of_batch(); }

 private:
  using reader_type = detail::batch_reader<Policy, Fitted, Held, T, Ys...>;
  using slot = typename reader_type::slot;
  static constexpr bool can_ahead = detail::ahead_of<Policy>::possible;
  /// Where rows drop, a device is waited for between batches: a second stream would wait as well.
  static constexpr bool can_beside = detail::stream_beside<Policy>::possible && !reader_type::drops;

  bool on_two_streams() const noexcept {
    if constexpr (can_beside)
      return beside_.started();
    else
      return false;
  }
  void made_after_used() {
    if constexpr (can_beside) beside_.made_after_used();
  }
  /// Hands over the slot that was made while the other one was used, and asks for the one after it.
  void next_of_two() noexcept(quiet) {
    if constexpr (can_beside) {
      run([&] {
        beside_.used_after_made();
        beside_.made_after_used();
        turn_ = 1 - turn_;
        return take(slots_[turn_]);
      });
      if (!done_) make(slots_[1 - turn_]);
    }
  }

  /// Runs a step, and says how it ended.
  template <class Step>
  void run(const Step& step) noexcept(quiet) {
    if constexpr (quiet) {
      const status found = detail::attempt(step);
      if (!found) stop(found);
    } else {
      const status found = step();
      if (!found) stop(found);
      found.raise();
    }
  }
  void stop(const status& found) {
    done_ = true;
    const status before = ended_;
    ended_ = found;
    ended_.rows = before.rows;
    ended_.dropped = before.dropped;
  }
  /// The next batch into the slot that is free; with a thread, that one may be written from here on,
  /// and what is handed over was made in the meantime.
  void next() noexcept(quiet) {
    if (done_) return;
    if constexpr (can_ahead)
      if (ahead_.started()) {
        ahead_.ask();
        ahead_.wait(ahead_.asked() - 1);
        turn_ = 1 - turn_;
        return run([&] { return take(slots_[turn_]); });
      }
    if (on_two_streams()) return next_of_two();
    make(slots_[0]);
    run([&] { return take(slots_[0]); });
  }
  /// Waits until the thread makes nothing.
  void rest() noexcept(quiet) {
    if constexpr (can_ahead)
      if (ahead_.started()) ahead_.wait(ahead_.asked());
  }
  /// The thread's step: the slot that was handed over before the last.
  static void make_ahead(void* range) noexcept {
    auto& mine = *static_cast<batch_range*>(range);
    mine.making_ = 1 - mine.making_;
    mine.make(mine.slots_[mine.making_]);
  }
  /// Makes the next batch, in whatever thread; what goes wrong waits in the slot until it is taken.
  void make(slot& s) noexcept {
    if constexpr (quiet) {
      s.found = detail::attempt([&] { return reader_.fill(s); });
    } else {
      s.thrown = nullptr;
      SMELT_TRY { s.found = reader_.fill(s); }
      SMELT_CATCH_ALL { s.thrown = std::current_exception(); }
    }
  }
  /// Hands over what was made.
  status take(slot& s) {
    if (s.thrown) {
      done_ = true;
      std::rethrow_exception(std::exchange(s.thrown, nullptr));
    }
    ended_.dropped += s.found.dropped;
    if (!s.found) return s.found;
    done_ = s.over;
    if (done_) return {};
    ended_.rows += s.valid;
    position_.batch = s.number + 1;
    batch_.x = std::as_const(s.x).view().row_range(0, s.shown);
    batch_.valid = s.valid;
    batch_.number = s.number;
    batch_.mask = reader_.marks(s);
    std::apply(
        [&](const auto&... y) {
          batch_.companions = {column_view<const Ys, space>(y.data(), s.shown)...};
        },
        s.companions);
    if constexpr (sizeof...(Ys) > 0) batch_.y = std::get<0>(batch_.companions);
    return {};
  }

  detail::stream_beside<Policy> beside_;  // first: memory goes back by its stream
  reader_type reader_;
  slot slots_[can_ahead || can_beside ? 2 : 1];
  int turn_ = 0;    // the slot that is handed over
  int making_ = 0;  // the slot that was filled last
  batch_type batch_;
  batch_position position_;
  index from_;  // negative when the epoch cannot begin there
  bool done_ = true;
  status ended_;
  typename detail::ahead_of<Policy>::type ahead_;  // last, to be joined before what it writes goes
};

}  // namespace smelt::inline v0
