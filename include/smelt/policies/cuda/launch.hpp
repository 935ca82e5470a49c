// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// From a pass to a launch: grid, tiles, alignment, and where the numbers lie.

#include <smelt/policies/cuda/fold.hpp>
#include <smelt/policies/cuda/map.hpp>
#include <smelt/policies/cuda/memory.hpp>
#include <smelt/policies/cuda/reach.hpp>

#include <algorithm>
#include <bit>      // std::bit_width
#include <cstdint>  // std::uintptr_t
#include <numeric>  // std::gcd
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

/// Finds the host arrays that ops point to among those that were placed, or copies them: then they are
/// kept until the session is used again.
template <class Session>
auto placing(Session& session, const placed_numbers* placed = nullptr) {
  return [&session, placed, which = Session::arrays](const auto* from, index size) mutable {
    using value = std::remove_cvref_t<decltype(*from)>;
    if (placed)
      if (const void* there = placed->find(from)) return static_cast<const value*>(there);
    value* to = session.template scratch<value>(which++, size);
    session.runtime.copy(to, from, static_cast<std::size_t>(size) * sizeof(value));
    return static_cast<const value*>(to);
  };
}

/// Shared memory that leaves room for several blocks on a multiprocessor.
inline constexpr std::size_t tile_budget = 32768;

/// The tile of a program: as many rows as the budget takes, at least one, no more than threads.
template <class Program>
tile_layout tile_for(const Program& p, int threads, int shared_limit) {
  tile_layout tile;
  tile.cols = static_cast<int>(p.cols);
  tile.width = looks_across<Program> ? static_cast<int>(padded_width(p.cols)) : 0;
  const std::size_t one = tile.bytes();
  tile.rows = 2;
  const std::size_t more = tile.bytes() - one;
  tile.rows = static_cast<int>(std::clamp<std::size_t>(
      std::min(tile_budget, static_cast<std::size_t>(shared_limit / 4)) / more, 1, static_cast<std::size_t>(std::min(threads, 128))));
  return tile;
}

/// How a run of elements is cut into vectors; returns the blocks.
template <class Arguments>
int plan_run(Arguments& p, int threads, int processors) {
  using in_type = typename Arguments::in_type;
  using out_type = typename Arguments::out_type;
  constexpr int size = Arguments::vector;
  const index cols = p.program.cols;
  const index total = p.count * cols;
  const auto in = reinterpret_cast<std::uintptr_t>(p.x.data + p.rows.first() * p.x.row_stride);
  const auto out = reinterpret_cast<std::uintptr_t>(p.y.data);
  auto askew = [](std::uintptr_t at, std::size_t element) {  // elements past a vector's place
    return static_cast<int>(at / element % static_cast<std::size_t>(size));
  };
  const int in_head = (size - askew(in, sizeof(in_type))) % size;
  const int out_head = (size - askew(out, sizeof(out_type))) % size;
  p.head = in_head == out_head ? static_cast<int>(std::min<index>(in_head, total)) : 0;
  p.vectors = in_head == out_head ? (total - p.head) / size : 0;
  p.rest_column = static_cast<unsigned>((p.head + p.vectors * size) % cols);
  const index items = std::max<index>(p.vectors, total - p.vectors * size);
  const index needed = (items + threads - 1) / threads;
  const index enough = index{8} * processors;
  // A step of the grid is whole rows when its blocks are a multiple of this.
  const index period = cols / std::gcd(cols, index{threads} * size);
  index count = std::min(needed, enough);
  if (count < needed) {
    const index locked = (count + period - 1) / period * period;
    if (locked <= needed && locked <= index{1} << 23) count = locked;
  }
  p.locked = count >= needed || count % period == 0;
  return static_cast<int>(std::max<index>(count, 1));
}

/// So many of a map, or its data are too large for one.
template <class Arguments>
int counted_tiles(const Arguments& p, index tiles, int processors) {
  expect<shape_error>(tiles <= index{0x7fffffff} - index{16} * processors, "on::cuda: ", p.count,
                      " rows of ", p.program.cols,
                      " columns are more than one map takes; give them in parts");
  return static_cast<int>(tiles);
}

/// Pieces of columns; returns the blocks.
template <class Arguments>
int plan_columns(Arguments& p, int piece, int processors) {
  p.pieces = counted_tiles(p, (p.count + piece - 1) / piece, processors);
  p.tiles = counted_tiles(p, index{p.pieces} * p.width(), processors);
  return std::max(1, static_cast<int>(std::min<index>(p.tiles, index{8} * processors)));
}

/// Bytes of shared memory for rows that come and go, and rows at most: four blocks have room on a
/// multiprocessor.
inline constexpr int stage_budget = 47 * 1024;
inline constexpr int stage_rows = 1024;

/// Lays out rows that come and go by way of shared memory; false where they do not fit, or no group
/// of threads of the block holds one.
template <class Arguments>
bool plan_rows(Arguments& p, int threads, int shared_limit) {
  using in_type = typename Arguments::in_type;
  using out_type = typename Arguments::out_type;
  const index cols = p.program.cols;
  row_layout& s = p.stage;
  if (padded_width(cols) / held_values > threads) return false;
  s.cols = static_cast<int>(cols);
  s.threads = threads;
  s.group = static_cast<int>(padded_width(cols)) / held_values;
  const int in_bytes = s.cols * static_cast<int>(sizeof(in_type));
  const int out_bytes = s.cols * static_cast<int>(sizeof(out_type));
  if constexpr (Arguments::source_type::dense && Arguments::source_type::by_row &&
                !Arguments::source_type::strided_columns && packs<in_type>) {
    constexpr auto element = static_cast<index>(sizeof(in_type));
    s.in_run = p.rows.contiguous() && p.x.row_stride == cols;
    s.in_vectors = reinterpret_cast<std::uintptr_t>(p.x.data) % 16 == 0 &&
                   p.x.row_stride * element % 16 == 0;
  }
  if constexpr (Arguments::target_type::by_row && !Arguments::target_type::strided_columns &&
                packs<out_type>)
    s.out_run = p.kept < 0 && !p.closing() && p.y.row_stride == cols;
  s.in_row = s.in_run ? in_bytes : row_layout::whole(in_bytes);
  s.out_row = s.out_run ? out_bytes : row_layout::whole(out_bytes);
  constexpr int beside = 24;  // bytes: where a row comes from and goes to
  const int groups = threads / s.group;
  const int room = std::min(stage_budget, shared_limit / 4) / (2 * s.in_row + s.out_row + beside);
  s.rows = std::clamp(room / groups, 1, std::max(stage_rows / groups, 1)) * groups;
  return s.bytes() + p.staged() <= static_cast<std::size_t>(shared_limit);
}

/// Launches one map. The number of rows that are closed up goes to `written`, or where that is null to
/// the status.
template <class Session, class Program, class View, class Out, class Followers>
void launch_map(Session& session, std::size_t status, int threads, const Program& program, const View& x,
                const map_request& request, const Out& out, const Followers& followers,
                unsigned long long* written = nullptr) {
  auto& runtime = session.runtime;
  const int processors = runtime.processors();
  auto place = placing(session, request.placed);
  const auto steps = for_device(program, place);
  map_arguments<std::remove_const_t<decltype(steps)>, decltype(source_of(x)),
                decltype(target_of(out)), Followers>
      p{};
  using arguments = decltype(p);
  p.program = steps;
  p.x = placed_op(source_of(x), place);
  p.y = target_of(out);
  p.rows = request.rows;
  p.count = request.rows.count();
  p.marks = request.marks;
  p.followers = followers;
  p.status = session.status(status);
  p.written = written ? written : &p.status->rows;
  p.places = session.places(status, program.cols);

  const index count = rows_of_numbers<Program> * program.pitch;
  const index kept = request.kept ? static_cast<index>(request.kept->size()) : 0;
  if (request.kept) p.kept = static_cast<int>(kept);
  p.kept_at = static_cast<int>(count);
  auto list = [&](double* to) {
    std::copy_n(program.numbers, count, to);
    for (index k = 0; k < kept; ++k) to[count + k] = static_cast<double>(request.column(k));
  };
  if (count + kept <= inline_numbers) {
    p.number_count = static_cast<int>(count + kept);
    list(p.here);
  } else if (request.placed) {
    expect_reach(runtime, request.placed->numbers, "block of numbers that were placed");
    p.placed = request.placed->numbers;
    p.kept_at = static_cast<int>(request.placed->kept_at);
  } else {
    std::vector<double> numbers(static_cast<std::size_t>(count + kept));
    list(numbers.data());
    double* const placed = session.template scratch<double>(Session::numbers, count + kept);
    runtime.copy(placed, numbers.data(), numbers.size() * sizeof(double));
    p.placed = placed;
  }
  const bool plain = !request.marks && p.rows.contiguous() && Followers::none;
  if constexpr (arguments::can_run)
    if (plain && !request.kept && x.row_stride() == x.cols() && out.row_stride() == out.cols()) {
      p.form = map_form::run;
      const int blocks = plan_run(p, threads, processors);
      return runtime.template launch<map_body>(blocks, threads, p.staged(), p);
    }
  if constexpr (arguments::can_run_columns)
    if (plain) {
      p.form = map_form::columns;
      const int blocks = plan_columns(p, arguments::piece(threads), processors);
      return runtime.template launch<map_body>(blocks, threads, p.staged(), p);
    }
  std::size_t shared = p.staged();
  int rows = 0;  // of a tile
  if (plan_rows(p, threads, runtime.shared_limit())) {
    p.form = map_form::rows;
    rows = p.stage.rows;
    shared += p.stage.bytes();
  } else {
    p.tile = tile_for(program, threads, runtime.shared_limit());
    rows = p.tile.rows;
    shared += p.tile.bytes();
  }
  p.tiles = counted_tiles(p, (p.count + rows - 1) / rows, processors);
  const int blocks = static_cast<int>(std::min<index>(p.tiles, index{8} * processors));
  if (shared > static_cast<std::size_t>(runtime.shared_limit())) {
    shared = p.staged();
    p.scratch = session.template scratch<std::byte>(
        Session::tiles, index{blocks} * static_cast<index>(p.tile.bytes()));
  }
  if (p.closing()) {
    p.states = session.template scratch<unsigned long long>(Session::states, index{p.tiles} + 1);
    runtime.clear(p.states, static_cast<std::size_t>(p.tiles + 1) * sizeof(unsigned long long));
  }
  runtime.template launch<map_body>(blocks, threads, shared, p);
}

/// The height of the largest aligned subtree that begins with leaf `at` and ends by `end`.
inline int subtree(index at, index end) {
  int height = 0;
  while ((at & ((index{2} << height) - 1)) == 0 && at + (index{2} << height) <= end) ++height;
  return height;
}

/// Launches one fold, waits for it, and puts its roots where a host's fold leaves them; returns what it
/// found.
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
    return {0, nowhere, 0, 0};
  }
  auto place = placing(session);
  const auto steps = for_device(program, place);
  fold_arguments<std::remove_const_t<decltype(steps)>, decltype(source_of(x))> p{};
  p.program = steps;
  p.x = placed_op(source_of(x), place);
  p.rows = from;
  p.begin = trace.begin;
  p.end = trace.end;
  const index pitch = program.pitch;
  const index open_size = layout::open_size(pitch);
  const index closed_size = layout::closed_size(pitch);
  const index leaves = p.last_leaf() - p.first_leaf() + 1;
  while ((leaves >> p.level) > index{8} * runtime.processors()) ++p.level;
  p.first_task = p.first_leaf() >> p.level;
  p.tasks = static_cast<int>((p.last_leaf() >> p.level) - p.first_task + 1);
  const bool open_end = trace.end % leaf_rows != 0;

  // One block of numbers in: those of the program, shifts, the open leaf taken over.
  std::vector<double> in(program.numbers,
                         program.numbers + rows_of_numbers<Program> * program.pitch);
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

  // One block of results out: the open leaf, the roots of whole tasks and of those at the edges.
  p.closed_size = closed_size;
  const index heights = std::bit_width(static_cast<unsigned>(p.tasks));
  const index roots = 2 * heights + 2 * p.most_roots();
  auto* results = session.template scratch<double>(Session::results, open_size + roots * closed_size);
  p.tail = results;
  p.finals = results + open_size;
  p.edges = p.finals + 2 * heights * closed_size;
  p.closed = session.template scratch<double>(Session::leaves,
                                              index{p.tasks} * (p.level + 2) * closed_size);
  p.status = session.status(Session::present);
  p.places = session.places(Session::present, program.cols);

  if constexpr (decltype(p)::can_hold) {
    const auto at = reinterpret_cast<std::uintptr_t>(p.x.data);
    const auto step = static_cast<std::uintptr_t>(p.x.row_stride) * sizeof(*p.x.data);
    constexpr std::uintptr_t bytes = decltype(p)::most_columns * sizeof(*p.x.data);
    if (warp_of<std::remove_cvref_t<decltype(runtime)>> >= lanes && !from.drawn && !from.masked &&
        from.members.identity() && from.members.everything())
      p.vector = at % bytes == 0 && step % bytes == 0 ? decltype(p)::most_columns : 1;
  }
  p.parts = p.vector == 0 ? 1 : (p.program.cols + p.vector - 1) / p.vector;
  const index counters = index{p.tasks} * p.parts;
  p.arrivals = session.template scratch<unsigned>(Session::arrivals, counters);
  runtime.clear(p.arrivals, static_cast<std::size_t>(counters) * sizeof(unsigned));
  p.tile = tile_for(program, threads, runtime.shared_limit());
  p.tile_bytes = p.tile.bytes();
  const int blocks = std::min(p.tasks, 8 * runtime.processors());
  std::size_t shared = p.tile_bytes + static_cast<std::size_t>(open_size) * sizeof(double);
  if (p.vector != 0) {
    shared = 0;  // its sums are in registers
  } else if (shared > static_cast<std::size_t>(runtime.shared_limit())) {
    p.scratch = session.template scratch<std::byte>(Session::tiles,
                                                    index{blocks} * static_cast<index>(shared));
    shared = 0;
  }
  runtime.template launch<fold_body>(blocks, threads, shared, p);

  std::vector<double> found(static_cast<std::size_t>(open_size + roots * closed_size));
  device_status seen{};
  runtime.copy(found.data(), results, found.size() * sizeof(double));
  runtime.copy(&seen, p.status, sizeof seen);
  runtime.wait();
  auto push = [&](index leaf, int height, const double* there) {
    trace.leaves.push(leaf, height, found.data() + (there - results));
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
  if (open_end) {
    trace.tail.assign(found.begin(), found.begin() + open_size);
    layout::tidy(trace.tail.data(), pitch, program.cols);
  }
  return seen;
}

/// The first rows of a device's data as the host reads them.
struct fetched_rows {
  const double* values;
  index width;
  std::vector<index> drawn;  // source rows, in the order of `values`; empty: the first ones
  mutable std::size_t near = 0;

  fetched_rows(const double* from_device, index cols, const fold_rows& from, index count)
      : values(from_device), width(cols) {
    if (from.drawn)
      for (index i = 0; i < count; ++i) drawn.push_back(from.at(i).row);
  }
  double operator()(index r, index c) const {
    if (drawn.empty()) return values[r * width + c];
    while (drawn[near] != r) near = (near + 1) % drawn.size();  // they are read in order
    return values[static_cast<index>(near) * width + c];
  }
};

template <class View>
using layout_of_copy = std::conditional_t<std::is_same_v<typename View::layout, column_major>,
                                          column_major, row_major>;

/// Copies a matrix to one of the same layout, lines that follow one another at once.
template <class Runtime, class From, class To>
void copy_dense(const Runtime& to_runtime, const From& from, const To& to) {
  using value = typename To::value_type;
  constexpr bool by_row = std::is_same_v<typename To::layout, row_major>;
  Runtime runtime = to_runtime;
  const index lines = by_row ? from.rows() : from.cols();
  const index size = by_row ? from.cols() : from.rows();
  const index step = by_row ? from.row_stride() : from.col_stride();
  const index out = by_row ? to.row_stride() : to.col_stride();
  if (lines == 0 || size == 0) return;
  if (step == size && out == size) {
    runtime.copy(to.data(), from.data(), static_cast<std::size_t>(lines * size) * sizeof(value));
    return;
  }
  for (index line = 0; line < lines; ++line)
    runtime.copy(to.data() + line * out, from.data() + line * step,
                 static_cast<std::size_t>(size) * sizeof(value));
}

}  // namespace detail
}  // namespace smelt::inline v0
