// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The making of batches: what reads an epoch, or one rank's share of it, and fills one batch after
/// another. Who is given them, and when, is the range's affair.

#include <smelt/batch_options.hpp>
#include <smelt/core/elements.hpp>
#include <smelt/core/shared.hpp>
#include <smelt/place.hpp>
#include <smelt/run_map.hpp>

#include <exception>  // std::exception_ptr
#include <optional>
#include <tuple>
#include <utility>  // std::move
#include <vector>

namespace smelt::inline v0 {
namespace detail {

/// Memory for one batch, and what came of filling it.
template <class Policy, class T, class... Ys>
struct batch_slot {
  decltype(make_table<T>(std::declval<Policy>(), 0, 0, {})) x;
  std::tuple<decltype(make_column<Ys>(std::declval<Policy>(), 0))...> companions;
  decltype(make_column<unsigned char>(std::declval<Policy>(), 0)) stay;  // 1 where no stage would drop a row
  index valid = 0;   // rows that are real
  index shown = 0;   // and those that fill up
  index number = 0;
  bool over = true;  // the epoch has no such batch
  status found;
  std::exception_ptr thrown;
};

/// Data of any kind without what they own: they are read again at the start of each epoch.
template <class Data>
auto held(const Data& d) {
  if constexpr (is_part<Data> || is_labelled<Data>)
    return d;
  else
    return as_view(d);
}

/// Fills batches of T and companions, for one thread at a time.
template <class Policy, class Fitted, class Held, class T, class... Ys>
class batch_reader {
 public:
  using space = typename Policy::space;
  using slot = batch_slot<Policy, T, Ys...>;
  using view_type = view_of<Held>;
  /// Which rows stay is known when they have been read.
  static constexpr bool drops = Fitted::plan.drops_rows && Fitted::mode != row_stages::none;
  /// All rows stay, and those that would not are known as they are read.
  static constexpr bool marks_rows = Fitted::plan.drops_rows && Fitted::mode == row_stages::none;

  batch_reader(const Policy& policy, const Fitted& f, const batch_options& options)
      : policy_(policy), fitted_(f), options_(options) {}

  /// Makes batches by another policy of the same kind from here on.
  void run_on(const Policy& policy) { policy_ = policy; }

  /// Checks the data, and makes memory for `slots` batches at once.
  template <class Data>
  status open(const Data& d, slot* slots, int count) {
    status found;
    const auto from = detail::open(d);
    if (!check_options(options_, found)) return found;
    if (!expect<value_error>(found, !drops || options_.shard != shard::drop || options_.ranks == 1,
                             "batches: shard::drop makes as many batches of every rank, but how many "
                             "rows a chain leaves that drops some is not known beforehand; say "
                             "shard::pad or shard::exact"))
      return found;
    if (!check_data<Fitted::mode != row_stages::none>(fitted_, d, from, found)) return found;
    check_reach_of(policy_, from);
    fitted_ = place(policy_, fitted_);
    labels_ = std::apply([](const auto&... y) { return labels{y...}; }, from.companions);
    held_.emplace(held(d));
    rows_of_batch_ = detail::rows_of_batch(
        options_, fitted_.cols_out() * index{sizeof(T)} + (index{0} + ... + index{sizeof(Ys)}));
    slots_ = slots;
    slots_end_ = slots + count;
    found = restart(options_.epoch, options_.from);
    source_.emplace(from.x);
    return found;
  }
  bool opened() const { return source_.has_value(); }

  /// Draws the rows of an epoch, which is to begin with the batch `from`.
  status restart(std::uint64_t epoch, index from) {
    status found;
    if (!check_from(from, found)) return found;
    auto rows = rows_of(fitted_, *held_, epoch);
    if constexpr (requires { rows.keeps; }) list_ = std::move(rows.keeps);
    rows_ = rows;
    if constexpr (requires { policy_.place_rows(rows_, list_); })
      rows_ = policy_.place_rows(rows_, list_);
    share_ = share_of(rows_.count(), options_);
    make_room();
    return found;
  }
  index rows_of_batch() const { return rows_of_batch_; }
  index batches() const { return batches_of(share_.share, rows_of_batch_, options_.last); }

  /// Goes to where the batch `number` begins. Where rows drop, that place is found by making the
  /// batches before it, into `near`; otherwise it is known.
  status seek(index number, slot& near) {
    at_ = share_.begin;
    number_ = 0;
    near.over = false;
    if constexpr (drops) {
      status found;
      while (found && number_ < number && !near.over) found = fill(near);
      return found;
    } else {
      const index count = share_.end - share_.begin;
      number_ = std::min(number, share_.share / rows_of_batch_ + 1);
      at_ += number_ > count / rows_of_batch_ ? count : number_ * rows_of_batch_;
      return {};
    }
  }

  /// Makes the next batch.
  status fill(slot& s) {
    [[maybe_unused]] const shown_as<Policy> range("batches", fitted_.stages());
    // Where every rank must have as many, a batch has its rows whatever became of them.
    const bool fixed = options_.shard == shard::pad && options_.ranks > 1;
    const index want =
        fixed ? detail::clamped(share_.share - number_ * rows_of_batch_, 0, rows_of_batch_)
              : rows_of_batch_;
    pass_status met;
    s.valid = 0;
    while (s.valid < want && at_ < share_.end) {
      const index n = std::min(want - s.valid, share_.end - at_);
      s.valid += read(at_, n, s, s.valid, met);
      at_ += n;
    }
    s.shown = s.valid;
    if (fixed && !drops && s.shown < want) s.shown += read(share_.end - 1, 1, s, s.shown, met);
    const index due = fixed ? want : s.shown;
    s.over = due == 0 || (due < rows_of_batch_ && options_.last == last::drop);
    if (s.over) s.valid = s.shown = 0;
    // A device is asked when its epoch is over: until then nothing is waited for.
    if constexpr (asynchronous<Policy>)
      if (s.over) met = policy_.settle();
    status found;
    if (!count_pass(met, "batches", found) || s.over) return found;
    if (const index full = options_.last == last::pad ? rows_of_batch_ : due; s.shown < full) {
      clear(s.x.data() + s.shown * s.x.cols(), (full - s.shown) * s.x.cols());
      std::apply([&](auto&... y) { (clear(y.data() + s.shown, full - s.shown), ...); },
                 s.companions);
      s.shown = full;
    }
    if constexpr (marks_rows) clear(s.stay.data() + s.valid, s.shown - s.valid);
    s.number = number_++;
    return found;
  }

  /// `shown` marks, 1 for the first `valid` of them, cut from ones and zeros that lie ready; or those
  /// that were made with the rows.
  column_view<const unsigned char, space> marks(const slot& s) const {
    if constexpr (marks_rows)
      return {s.stay.data(), s.shown};
    else
      return {marks_.data() + (static_cast<index>(marks_.size()) / 2 - s.valid), s.shown};
  }

 private:
  /// Memory for the batches of this epoch, unless there is enough: some samplers choose more rows in
  /// one epoch than in another.
  void make_room() {
    const index most = share_.share == 0                ? 0
                       : options_.last == last::pad ? rows_of_batch_
                                                    : std::min(rows_of_batch_, share_.share);
    if (most <= room_) return;
    for (slot* s = slots_; s != slots_end_; ++s) {
      s->x = make_table<T>(policy_, most, fitted_.cols_out(), {});
      s->companions = {make_column<Ys>(policy_, most)...};
      if constexpr (marks_rows) s->stay = make_column<unsigned char>(policy_, most);
    }
    if constexpr (!marks_rows) make_marks(most);
    room_ = most;
  }

  using labels = std::tuple<column_view<const Ys, space>...>;

  /// The rows `first`, ..., `first + n - 1` of the epoch's order into the rows from `to` on; how many
  /// stay.
  index read(index first, index n, slot& s, index to, pass_status& met) {
    drawn_rows some = rows_;
    some.draw = rows_.draw.slice(first, n);
    unsigned char* const stay = marks_rows ? s.stay.data() + to : nullptr;
    return index{run_map(policy_, fitted_, *source_, some, s.x.view().row_range(to, to + n), stay,
                         follow(labels_, s.companions).moved(to), met, options_.prefetch == 1, true)};
  }
  template <class Y>
  void clear(Y* from, index n) const {
    if constexpr (asynchronous<Policy>)
      policy_.runtime().clear(from, static_cast<std::size_t>(n) * sizeof(Y));
    else
      std::fill_n(from, n, Y{});
  }
  void make_marks(index most) {
    std::vector<unsigned char> made(static_cast<std::size_t>(2 * most));
    std::fill_n(made.begin(), most, static_cast<unsigned char>(1));
    if constexpr (asynchronous<Policy>) {
      marks_ = make_column<unsigned char>(policy_, 2 * most);
      if (most == 0) return;
      auto runtime = policy_.runtime();
      runtime.copy(marks_.data(), made.data(), made.size());
      runtime.wait();
    } else {
      marks_ = std::move(made);
    }
  }

  Policy policy_;
  Fitted fitted_;
  batch_options options_;
  std::optional<Held> held_;
  std::optional<view_type> source_;  // none when the epoch cannot begin
  labels labels_;
  decltype(make_column<unsigned char>(std::declval<Policy>(), 0)) marks_;
  drawn_rows rows_;
  detail::shared<const void> list_;  // that the rows are read from, if they are
  share_of_rows share_;
  slot* slots_ = nullptr;
  slot* slots_end_ = nullptr;
  index room_ = -1;  // rows that a slot holds
  index rows_of_batch_ = 1;
  index at_ = 0;      // of the epoch's order
  index number_ = 0;  // of the batch that comes next
};

}  // namespace detail
}  // namespace smelt::inline v0
