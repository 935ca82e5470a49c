// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// From a fold to a launch, and from its results to the trace that a host's fold leaves.

#include <smelt/policies/cuda/fold.hpp>
#include <smelt/policies/cuda/launch.hpp>

#include <bit>      // std::bit_width
#include <cstdint>  // std::uintptr_t
#include <vector>

namespace smelt::inline v0 {
namespace detail {

/// Lanes of a warp on the device of a runtime.
template <class Runtime>
inline constexpr int warp_of = [] {
  if constexpr (requires { Runtime::warp; })
    return Runtime::warp;
  else
    return 32;
}();

/// The height of the largest aligned subtree that begins with leaf `at` and ends by `end`.
inline int subtree(index at, index end) {
  int height = 0;
  while ((at & ((index{2} << height) - 1)) == 0 && at + (index{2} << height) <= end) ++height;
  return height;
}

/// How the leaves of a fold are shared out: tasks of 2^level of them, aligned.
struct fold_grid {
  int level = 0;
  int slabs = 1;   // parts of a row, each another block's
  int groups = 1;  // tasks that a block folds beside each other
  index blocks(index tasks) const { return (tasks * slabs + groups - 1) / groups; }
};
/// For rows of `vectors` vectors of columns that threads hold in registers; 0: rows go through tiles. Blocks
/// that read take equally long, so there are many of them for each place on the device: the last
/// wave, which need not be full, is then a small part. A task keeps what it has found for its columns until
/// it is done, so there are not more of them than four for each of 64 groups on a multiprocessor, and of
/// whole rows eight.
inline fold_grid fold_grid_of(int vectors, int threads, index leaves, int processors) {
  fold_grid made;
  if (vectors > 0) {
    const column_share share(vectors, threads);
    made.slabs = share.slabs;
    made.groups = share.groups;
  }
  const index most = index{vectors > 0 ? 64 : 8} * processors;
  const index most_tasks = index{vectors > 0 ? 256 : 8} * processors;
  auto too_many = [&](index tasks) { return tasks > most_tasks || made.blocks(tasks) > most; };
  while ((leaves >> made.level) > 1 && too_many(leaves >> made.level)) ++made.level;
  return made;
}

/// A subtree of 2^height leaves from `leaf` on, and which of the roots in the results of a fold it is.
struct closed_root {
  index leaf;
  int height;
  index number;
};
/// Places [begin, end) among the results of a fold, and where the host has them: from `here` on.
struct result_part {
  index begin;
  index end;
  index here;
  index here_end() const { return here + (end - begin); }
};
/// The parts that hold these roots, of `count` places for some, and with `open` the open leaf before them all, in
/// their order. What lies between two of them comes along where a copy of its own would take longer.
template <class Roots>
std::vector<result_part> parts_of(const Roots& roots, index count, index open_size, index closed_size,
                                  bool open) {
  constexpr index worth = 4096;  // doubles: what a bus brings in the time that a copy takes to begin
  std::vector<unsigned char> wanted(static_cast<std::size_t>(count));
  for (const auto& root : roots) wanted[static_cast<std::size_t>(root.number)] = 1;
  std::vector<result_part> made;
  if (open) made.push_back({0, open_size, 0});
  for (index k = 0; k < count; ++k) {
    if (!wanted[static_cast<std::size_t>(k)]) continue;
    const index at = open_size + k * closed_size;
    if (made.empty() || at - made.back().end > worth)
      made.push_back({at, at, made.empty() ? 0 : made.back().here_end()});
    made.back().end = at + closed_size;
  }
  return made;
}

/// Launches one fold, waits for it, and puts its roots where a host's fold leaves them; returns
/// what it found.
template <class Session, class Program, class View>
device_status launch_fold(Session& session, int threads, const Program& program, const View& x,
                          const fold_rows& from, fold_trace<Program>& trace) {
  using layout = summary<Program>;
  auto& runtime = session.runtime;
  trace.begin = from.offset;
  trace.end = from.offset + from.count();
  trace.leaves = forest<layout>(program.pitch);
  trace.tail.clear();
  if (from.count() == 0) {
    trace.tail = trace.head;
    return {0, nowhere, 0, 0, nowhere};
  }
  auto place = placing(session);
  const auto steps = for_device(program, place);
  fold_arguments<std::remove_const_t<decltype(steps)>, decltype(source_of(x))> p{};
  p.program = steps;
  p.x = placed_op(source_of(x), place);
  p.rows = placed_rows(from, place);
  p.begin = trace.begin;
  p.end = trace.end;
  const index pitch = program.pitch;
  const index open_size = layout::open_size(pitch);
  const index closed_size = layout::closed_size(pitch);
  const index leaves = p.last_leaf() - p.first_leaf() + 1;
  if constexpr (decltype(p)::can_hold) {
    const auto at = reinterpret_cast<std::uintptr_t>(p.x.data);
    const auto step = static_cast<std::uintptr_t>(p.x.row_stride) * sizeof(*p.x.data);
    constexpr std::uintptr_t bytes = decltype(p)::most_columns * sizeof(*p.x.data);
    if (warp_of<std::remove_cvref_t<decltype(runtime)>> >= lanes && !from.drawn && !from.masked &&
        from.members.identity() && from.members.everything())
      p.vector = at % bytes == 0 && step % bytes == 0 && p.program.cols % decltype(p)::most_columns == 0
                     ? decltype(p)::most_columns
                     : 1;
  }
  const fold_grid grid =
      fold_grid_of(p.vector == 0 ? 0 : p.program.cols / p.vector, threads, leaves, runtime.processors());
  p.level = grid.level;
  p.first_task = p.first_leaf() >> p.level;
  p.tasks = static_cast<int>((p.last_leaf() >> p.level) - p.first_task + 1);
  const bool open_end = trace.end % leaf_rows != 0;

  // One block of numbers in: those of the program, shifts, the open leaf taken over.
  list<double> in(program.numbers, program.numbers + rows_of_numbers<Program> * program.pitch,
                  trace.memory());
  const auto shifts_at = static_cast<index>(in.size());
  for (const auto& shift : trace.shifts)
    for (double k : shift) in.push_back(missing(k) ? 0.0 : k);
  const auto head_at = static_cast<index>(in.size());
  in.insert(in.end(), trace.head.begin(), trace.head.end());
  auto* numbers = session.template scratch<double>(Session::numbers, static_cast<index>(in.size()));
  runtime.copy(numbers, in.data(), in.size() * sizeof(double));
  p.numbers = numbers;
  p.shifts = numbers + shifts_at;
  p.head = trace.head.empty() ? nullptr : numbers + head_at;

  // One block of results out: the open leaf, the roots of whole tasks and of those at the edges. Behind it is
  // counted who has arrived.
  p.closed_size = closed_size;
  const index heights = std::bit_width(static_cast<unsigned>(p.tasks));
  const index roots = 2 * heights + 2 * p.most_roots();
  p.parts = p.vector == 0 ? 1 : p.program.cols / p.vector;
  const index counters = index{p.tasks} * p.parts;
  const index found_size = open_size + roots * closed_size;
  auto* results = session.template scratch<double>(Session::results, found_size + (counters + 1) / 2);
  p.arrivals = reinterpret_cast<unsigned*>(results + found_size);
  runtime.clear(results, static_cast<std::size_t>(found_size) * sizeof(double) +
                             static_cast<std::size_t>(counters) * sizeof(unsigned));
  p.tail = results;
  p.finals = results + open_size;
  p.edges = p.finals + 2 * heights * closed_size;
  p.closed = session.template scratch<double>(Session::leaves,
                                              index{p.tasks} * (p.level + 2) * closed_size);
  p.status = session.status(Session::present);
  p.places = session.places(Session::present, program.cols);

  p.tile = tile_for(program, threads, runtime.shared_limit());
  p.tile_bytes = p.tile.bytes();
  const auto blocks = static_cast<int>(grid.blocks(p.tasks));
  std::size_t shared = p.tile_bytes + static_cast<std::size_t>(open_size) * sizeof(double);
  if (p.vector != 0) {  // its sums are in registers
    shared = 0;
    if constexpr (decltype(p)::can_hold)
      if (p.vector != 1) shared = decltype(p)::ring(threads);
  } else if (shared > static_cast<std::size_t>(runtime.shared_limit())) {
    p.scratch = session.template scratch<std::byte>(Session::tiles,
                                                    index{blocks} * static_cast<index>(shared));
    shared = 0;
  }
  runtime.template launch<fold_body>(blocks, threads, shared, p);

  // What the host needs of the results, and the order in which it joins them.
  list<closed_root> used(trace.memory());
  auto push = [&](index leaf, int height, const double* there) {
    used.push_back({leaf, height, (there - p.finals) / closed_size});
  };
  // Leaves from `leaf` on, in the largest aligned subtrees.
  auto edge = [&](int task, index leaf, index end) {
    for (int k = 0; leaf < end; ++k) {
      const int height = subtree(leaf, end);
      push(leaf, height, p.root(task, k));
      leaf += index{1} << height;
    }
  };
  const index whole = p.first_complete() << p.level;
  const index closed_end = trace.end / leaf_rows;
  if (p.first_leaf() < whole) edge(0, p.first_leaf(), std::min(whole, closed_end));
  for (index at = p.first_complete(); at < p.end_complete();) {
    const int height = subtree(at, p.end_complete());
    push(at << p.level, height + p.level, p.final_root(height, at >> height));
    at += index{1} << height;
  }
  const index rest = p.end_complete() << p.level;
  if (whole <= rest && rest < closed_end) edge(p.tasks - 1, rest, closed_end);
  const auto parts = parts_of(used, roots, open_size, closed_size, open_end);
  list<double> found(static_cast<std::size_t>(parts.empty() ? 0 : parts.back().here_end()), trace.memory());
  for (const result_part& part : parts)
    runtime.copy(found.data() + part.here, results + part.begin,
                 static_cast<std::size_t>(part.end - part.begin) * sizeof(double));
  device_status seen{};
  runtime.copy(&seen, p.status, sizeof seen);
  runtime.wait();
  for (const closed_root& root : used) {
    const index at = open_size + root.number * closed_size;
    std::size_t k = 0;
    while (at >= parts[k].end) ++k;  // they are in order, and one has it
    trace.leaves.push(root.leaf, root.height, found.data() + parts[k].here + (at - parts[k].begin));
  }
  if (open_end) {
    trace.tail.assign(found.begin(), found.begin() + open_size);
    layout::tidy(trace.tail, pitch, program.cols);
  }
  return seen;
}

/// The first rows of a device's data as the host reads them. Shifts need 64, and more only where a column has
/// no value among them: all others are fetched when one is asked for.
template <class Fetch>
class fetched_rows {
 public:
  /// `fetch(to, begin, n)` brings rows begin, ..., begin + n - 1 of the `count` first ones.
  fetched_rows(Fetch fetch, index cols, const fold_rows& from, index count, resource_ref memory)
      : fetch_(std::move(fetch)), width_(cols), count_(count), values_(memory) {
    if (from.drawn)
      for (index i = 0; i < count; ++i) drawn_.push_back(from.at(i).row);
  }
  double operator()(index r, index c) const {
    index at = r;
    if (!drawn_.empty()) {
      while (drawn_[near_] != r) near_ = (near_ + 1) % drawn_.size();  // they are read in order
      at = static_cast<index>(near_);
    }
    while (at >= have_) fetch_more();
    return values_[static_cast<std::size_t>(at * width_ + c)];
  }

 private:
  void fetch_more() const {
    const index n = (have_ == 0 ? std::min<index>(count_, 64) : count_) - have_;
    values_.resize(static_cast<std::size_t>((have_ + n) * width_));
    fetch_(values_.data() + have_ * width_, have_, n);
    have_ += n;
  }

  Fetch fetch_;
  index width_;
  index count_;
  mutable index have_ = 0;
  mutable list<double> values_;
  std::vector<index> drawn_;  // source rows, in their order; empty: the first ones
  mutable std::size_t near_ = 0;
};

}  // namespace detail
}  // namespace smelt::inline v0
