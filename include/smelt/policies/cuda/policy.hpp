// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The policy of on::cuda, over a runtime: a real stream (policies/cuda/runtime.cuh), or the
/// emulated device of the tests. It decides how a pass is cut and what it is given; kernels do the
/// rest.

#include <smelt/core/shared.hpp>
#include <smelt/plan/check.hpp>
#include <smelt/plan/policy.hpp>
#include <smelt/policies/cuda/launch_fold.hpp>
#include <smelt/policies/cuda/launch_map.hpp>
#include <smelt/policies/cuda/limits.hpp>
#include <smelt/policies/cuda/memory.hpp>
#include <smelt/policies/cuda/reach.hpp>
#include <smelt/policies/cuda/session.hpp>

#include <vector>

namespace smelt::inline v0 {

/// Runs passes on a device, in the order of one stream. A pass is one kernel; a transform into a
/// given output waits for nothing.
template <class Runtime>
class cuda_policy {
 public:
  using space = device;
  using runtime_type = Runtime;

  explicit cuda_policy(const Runtime& runtime, int threads = detail::most_threads)
      : session_(detail::share<detail::cuda_session<Runtime>>(runtime)), threads_(threads) {}

  /// The same on another stream of the device.
  cuda_policy beside(const Runtime& other) const { return cuda_policy(other, threads_); }

  /// The same policy; memory of the device, pinned and managed memory that it makes, and what a fit holds on the
  /// host, are overwritten with zeros before they are given back.
  cuda_policy zero_on_release() const { return cuda_policy(runtime().zeroed(), threads_); }
  /// Of what it holds on the host.
  resource_ref resource() const { return runtime().zeroes() ? resource_ref().zeroed() : resource_ref(); }

  Runtime& runtime() const { return session_->runtime; }
  int concurrency(index) const { return runtime().processors(); }

  /// Throws for a pointer that this device cannot follow.
  void expect_reach(const void* at, const char* what) const {
    detail::expect_reach(runtime(), at, what);
  }

  /// A table in the memory of this device.
  template <class T, class Layout = row_major>
  device_table<T, Layout, Runtime> make_table(index rows, index cols,
                                              std::vector<std::string> names = {}) const {
    return {runtime(), rows, cols, std::move(names)};
  }

  /// A table in memory of the host that this device reads and writes over the bus, and copies at its
  /// full speed.
  template <class T, class Layout = row_major>
  device_table<T, Layout, Runtime, pinned> make_pinned(index rows, index cols,
                                                       std::vector<std::string> names = {}) const {
    return {runtime(), rows, cols, std::move(names)};
  }
  /// A table in memory that goes to the side that touches it.
  template <class T, class Layout = row_major>
  device_table<T, Layout, Runtime, managed> make_managed(index rows, index cols,
                                                         std::vector<std::string> names = {}) const {
    return {runtime(), rows, cols, std::move(names)};
  }

  template <class T>
  detail::device_block<T, Runtime> make_column(index rows) const {
    return {runtime(), rows};
  }
  /// A column of this device's memory as the host sees it; waits for it.
  template <class T>
  std::vector<T> fetch(const detail::device_block<T, Runtime>& column) const {
    std::vector<T> made(static_cast<std::size_t>(column.size()));
    runtime().copy(made.data(), column.data(), made.size() * sizeof(T));
    runtime().wait();
    return made;
  }

  /// One map; see `map_request`. Returns the rows written: a `row_count` where some may drop.
  template <class Program, class View, class Out, class Followers>
  auto map(const Program& p, const View& x, const map_request& request, const Out& out,
           const Followers& followers) const {
    const detail::holding_lock mine(session_->lock);
    if constexpr (drops_rows<Program>) {
      const auto [word, pass] = session_->next_count();
      launch(p, x, request, out, followers, session_->pending, word);
      return row_count<Runtime>(session_, word, pass);
    } else {
      launch(p, x, request, out, followers, session_->pending, nullptr);
      return request.rows.count();
    }
  }
  /// The same, waited for: what it found is told at once.
  template <class Program, class View, class Out, class Followers>
  index map_now(const Program& p, const View& x, const map_request& request, const Out& out,
                const Followers& followers, pass_status& status) const {
    const detail::holding_lock mine(session_->lock);
    launch(p, x, request, out, followers, session_->present, nullptr);
    index rows = 0;
    status = take_status(session_->present, &rows);
    if constexpr (drops_rows<Program>)
      if (!request.marks) return rows;
    return request.rows.count();
  }

  /// Copies the numbers of a fitted chain, the columns it keeps and the arrays its ops read.
  template <class Program>
  detail::shared<const placed_numbers> place(const Program& p, const detail::list<double>& numbers,
                                              const std::vector<index>& kept) const {
    const detail::holding_lock mine(session_->lock);
    struct owner : placed_numbers {
      std::vector<detail::device_block<std::byte, Runtime>> blocks;
    };
    auto made = detail::share<owner>();
    auto copied = [&](const auto* from, index size) {
      const auto bytes = static_cast<std::size_t>(size) * sizeof *from;
      made->blocks.emplace_back(runtime(), static_cast<index>(bytes));
      void* const to = made->blocks.back().data();
      runtime().copy(to, from, bytes);
      return static_cast<decltype(from)>(to);
    };
    detail::list<double> all = numbers;
    made->kept_at = static_cast<index>(all.size());
    for (index c : kept) all.push_back(static_cast<double>(c));
    made->numbers = copied(all.data(), static_cast<index>(all.size()));
    detail::for_device(p, [&](const auto* from, index size) {
      const auto* const to = copied(from, size);
      made->arrays.push_back({from, to});
      return to;
    });
    runtime().wait();
    return made;
  }

  /// Rows whose lists many passes will read: they are copied once, and go when `keeps` does.
  drawn_rows place_rows(const drawn_rows& rows, detail::shared<const void>& keeps) const {
    if (!rows.members.keeps_list() && !rows.draw.keeps_list()) return rows;
    const detail::holding_lock mine(session_->lock);
    auto blocks = detail::share<std::vector<detail::device_block<std::byte, Runtime>>>();
    auto copied = [&](const auto* from, index size) {
      const auto bytes = static_cast<std::size_t>(size) * sizeof *from;
      blocks->emplace_back(runtime(), static_cast<index>(bytes));
      runtime().copy(blocks->back().data(), from, bytes);
      return reinterpret_cast<decltype(from)>(blocks->back().data());
    };
    const drawn_rows made{rows.members.placed(copied), rows.draw.placed(copied), rows.epoch,
                          true};
    runtime().wait();
    keeps = std::move(blocks);
    return made;
  }

  /// The shifts of a fold, chosen on the host from the first rows.
  template <class Program, class View>
  detail::shift_lists choose_shifts(const Program& p, const View& x, const fold_rows& from,
                                    int slots) const {
    const auto fetch = [&](double* to, index begin, index n) {
      using session_type = detail::cuda_session<Runtime>;
      const detail::holding_lock mine(session_->lock);
      auto* const there = session_->template scratch<double>(session_type::results, n * p.cols);
      std::vector<double> ones(static_cast<std::size_t>(p.pitch), 1.0);  // infinities as they are
      const program<op_step<admit_op, 0>> as_is{{}, ones.data(), p.pitch, p.cols};
      drawn_rows rows{row_map(x.rows()), row_map(x.rows(), begin, n)};
      if (from.drawn) rows = {from.members, from.draw.slice(begin, n)};
      detail::launch_map(*session_, session_->present, threads_, as_is, x, map_request{rows},
                         matrix_view<double, row_major, device>(there, n, p.cols), smelt::followers<>{});
      runtime().copy(to, there, static_cast<std::size_t>(n * p.cols) * sizeof(double));
      runtime().wait();
    };
    detail::fetched_rows fetched(fetch, p.cols, from, std::min(from.count(), leaf_rows), resource());
    return detail::choose_shifts(p, fetched, from, slots, resource());
  }

  /// Folds `from` with the shifts in `trace`, going on from its open leaf if it has one.
  template <class Program, class View>
  pass_status fold(const Program& p, const View& x, const fold_rows& from,
                   fold_trace<Program>& trace) const {
    const detail::holding_lock mine(session_->lock);
    return told(session_->present, detail::launch_fold(*session_, threads_, p, x, from, trace));
  }

  /// Waits for everything asked for, and takes what was found since it was last asked.
  pass_status settle() const {
    const detail::holding_lock mine(session_->lock);
    return take_status(session_->pending);
  }

 private:
  /// Rows that are closed up are counted in `word`, or where it is null in the status.
  template <class Program, class View, class Out, class Followers>
  void launch(const Program& p, const View& x, const map_request& request, const Out& out,
              const Followers& followers, std::size_t status, unsigned long long* word) const {
    if (request.rows.count() > 0)
      return detail::launch_map(*session_, status, threads_, p, x, request, out, followers, word);
    const auto at = word ? word : &session_->status(status)->rows;
    if (drops_rows<Program>) runtime().clear(at, sizeof *at);
  }
  detail::device_status read_status(std::size_t which) const {
    detail::device_status seen;
    runtime().copy(&seen, session_->status(which), sizeof seen);
    runtime().wait();
    return seen;
  }
  pass_status take_status(std::size_t which, index* rows = nullptr) const {
    const detail::device_status seen = read_status(which);
    if (rows) *rows = static_cast<index>(seen.rows);
    return told(which, seen);
  }
  /// What a status says; one that says something is cleared.
  pass_status told(std::size_t which, const detail::device_status& seen) const {
    pass_status status;
    status.infinities = static_cast<index>(seen.infinities);
    status.dropped = static_cast<index>(seen.dropped);
    auto tell = [&](unsigned long long place, index& row, index& col) {
      if (place == detail::nowhere) return;
      const index cols = session_->columns_at(which, place);
      const auto at = static_cast<index>(place & ((1ull << 48) - 1));
      row = at / cols;
      col = at % cols;
    };
    tell(seen.first, status.first_row, status.first_col);
    tell(seen.refused, status.refused_row, status.refused_col);
    if (seen.infinities != 0 || seen.dropped != 0 || seen.refused != detail::nowhere) session_->reset(which);
    return status;
  }

  detail::shared<detail::cuda_session<Runtime>> session_;
  int threads_;
};

}  // namespace smelt::inline v0
