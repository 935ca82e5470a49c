// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// From a map to a launch: form, grid, alignment, and where the numbers lie.

#include <smelt/core/elements.hpp>
#include <smelt/policies/cuda/launch.hpp>
#include <smelt/policies/cuda/map.hpp>
#include <smelt/policies/cuda/reach.hpp>

#include <cstdint>  // std::uintptr_t
#include <vector>

namespace smelt::inline v0 {
namespace detail {

/// The greatest common divisor, by Euclid. (<numeric> has it, and much else.)
constexpr index common_divisor(index a, index b) {
  while (b != 0) {
    const index rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/// How many blocks, a multiple of `period`, share what `needed` of them would do at once, of which
/// `at_once` are at work together: of one wave of them up to sixteen the number that leaves the last one
/// fullest, the first that leaves a twentieth of it empty at most. 0: there is none.
constexpr index even_blocks(index needed, index at_once, index period) {
  index best = 0;
  index best_room = 1;
  for (index waves = 1; waves <= 16; ++waves) {
    const index room = waves * at_once;
    const index count = room / period * period;
    if (count > needed) break;
    if (count * best_room > best * room) {
      best = count;
      best_room = room;
    }
    if (20 * best >= 19 * best_room) break;
  }
  return best;
}

/// How a run of elements is cut into vectors; returns the blocks, of which `at_once` are at work together.
template <class Arguments>
int plan_run(Arguments& p, int threads, index at_once) {
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
  // A step of the grid is whole rows when its blocks are a multiple of this.
  const index period = cols / common_divisor(cols, index{threads} * size);
  const index even = needed <= at_once ? std::max<index>(needed, 1) : even_blocks(needed, at_once, period);
  p.locked = even > 0;
  const index blocks = p.locked ? even : at_once;
  p.turns = static_cast<unsigned>(p.vectors / (blocks * threads));
  p.last_turn = static_cast<unsigned>(p.vectors % (blocks * threads));
  return static_cast<int>(blocks);
}

/// So many of a map, or its data are too large for one: whoever takes one counts on by the blocks.
template <class Arguments>
int counted_tiles(const Arguments& p, index tiles, index blocks) {
  expect<shape_error>(tiles <= index{0x7fffffff} - 2 * blocks, "on::cuda: ", p.count,
                      " rows of ", p.program.cols,
                      " columns are more than one map takes; give them in parts");
  return static_cast<int>(tiles);
}

/// Pieces of columns; returns the blocks.
template <class Arguments>
int plan_columns(Arguments& p, int piece, index at_once) {
  p.pieces = counted_tiles(p, (p.count + piece - 1) / piece, at_once);
  p.tiles = counted_tiles(p, index{p.pieces} * p.width(), at_once);
  return std::max(1, static_cast<int>(std::min<index>(p.tiles, at_once)));
}

/// Bytes of shared memory for rows that come and go, and rows at most: four blocks have room on a
/// multiprocessor.
inline constexpr int stage_budget = 47 * 1024;
inline constexpr int stage_rows = 1024;

/// Lays out rows that come and go by way of shared memory; false where they do not fit, or no group
/// of threads of the block holds one. Panels are narrow enough for both.
template <class Arguments>
bool plan_rows(Arguments& p, int threads, int shared_limit) {
  using in_type = typename Arguments::in_type;
  using out_type = typename Arguments::out_type;
  const index cols = p.program.cols;
  row_layout& s = p.stage;
  index width = padded_width(cols);
  if constexpr (Arguments::in_panels)
    while (width / held_values > threads) width /= 2;
  else if (width / held_values > threads)
    return false;
  s.cols = static_cast<int>(std::min(cols, width));
  s.panels = cols <= width ? 1 : static_cast<int>((cols + width - 1) / width);
  s.threads = threads;
  s.group = static_cast<int>(width) / held_values;
  const int in_bytes = s.cols * static_cast<int>(sizeof(in_type));
  const int out_bytes = s.cols * static_cast<int>(sizeof(out_type));
  if constexpr (Arguments::source_type::dense && Arguments::source_type::by_row &&
                !Arguments::source_type::strided_columns && packs<in_type>) {
    constexpr auto element = static_cast<index>(sizeof(in_type));
    s.in_run = s.panels == 1 && p.rows.contiguous() && p.x.row_stride == cols;
    s.in_vectors =
        reinterpret_cast<std::uintptr_t>(p.x.data) % 16 == 0 && p.x.row_stride * element % 16 == 0 &&
        (s.panels == 1 || s.cols * element % 16 == 0);  // a panel begins where a vector may
  }
  if constexpr (Arguments::target_type::by_row && !Arguments::target_type::strided_columns &&
                packs<out_type>)
    s.out_run = s.panels == 1 && p.kept < 0 && !p.closing() && p.y.row_stride == cols;
  s.in_row = s.in_run ? in_bytes : row_layout::whole(in_bytes);
  s.out_row = s.out_run ? out_bytes : row_layout::whole(out_bytes);
  constexpr int beside = 24;  // bytes: where a row comes from and goes to
  const int groups = threads / s.group;
  const int room = std::min(stage_budget, shared_limit / 4) / (2 * s.in_row + s.out_row + beside);
  s.rows = clamped(room / groups, 1, std::max(stage_rows / groups, 1)) * groups;
  return s.bytes() + p.staged() <= static_cast<std::size_t>(shared_limit);
}

/// Launches one map. The number of rows that are closed up goes to `written`, or where that is null
/// to the status.
template <class Session, class Program, class View, class Out, class Followers>
void launch_map(Session& session, std::size_t status, int threads, const Program& program,
                const View& x, const map_request& request, const Out& out,
                const Followers& followers, unsigned long long* written = nullptr) {
  auto& runtime = session.runtime;
  auto place = placing(session, request.placed);
  const auto steps = for_device(program, place);
  map_arguments<std::remove_const_t<decltype(steps)>, decltype(source_of(x)),
                decltype(target_of(out)), Followers>
      p{};
  using arguments = decltype(p);
  p.program = steps;
  p.x = placed_op(source_of(x), place);
  p.y = target_of(out);
  p.rows = placed_rows(request.rows, place);
  p.count = request.rows.count();
  p.marks = request.marks;
  p.marks_stay = request.marks_stay;
  p.followers = followers;
  p.status = session.status(status);
  p.written = written ? written : &p.status->rows;
  p.places = session.places(status, program.cols);
  if constexpr (requires { out.prepare(runtime, p.count); }) out.prepare(runtime, p.count);

  const index count = rows_of_numbers<Program> * program.pitch;
  const index kept = request.kept ? static_cast<index>(request.kept->size()) : 0;
  if (request.kept) p.kept = static_cast<int>(kept);
  p.kept_at = static_cast<int>(count);
  auto list = [&](double* to) {
    copy_elements(program.numbers, count, to);
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
    detail::list<double> numbers(static_cast<std::size_t>(count + kept), request.memory);
    list(numbers.data());
    double* const placed = session.template scratch<double>(Session::numbers, count + kept);
    runtime.copy(placed, numbers.data(), numbers.size() * sizeof(double));
    p.placed = placed;
  }
  const bool plain = !request.marks && p.rows.contiguous() && Followers::none;
  auto at_once = [&](std::size_t bytes) { return blocks_at_work<map_body>(runtime, bytes); };
  if constexpr (arguments::can_run)
    if (plain && !request.kept && x.row_stride() == x.cols() && out.row_stride() == out.cols()) {
      const std::size_t shared = p.staged() + arguments::ring(threads);
      const int blocks = plan_run(p, threads, at_once(shared));
      if (p.locked || !arguments::holds_numbers) {
        p.form = map_form::run;
        return runtime.template launch<map_body>(blocks, threads, shared, p);
      }
    }
  if constexpr (arguments::can_run_columns)
    if (plain) {
      p.form = map_form::columns;
      const std::size_t shared = p.staged() + arguments::ring(threads);
      const int blocks = plan_columns(p, arguments::piece(threads), at_once(shared));
      return runtime.template launch<map_body>(blocks, threads, shared, p);
    }
  std::size_t shared = p.staged();
  int rows = 0;  // of a tile
  if (plan_rows(p, threads, runtime.shared_limit()) || arguments::in_panels) {
    p.form = map_form::rows;
    rows = p.stage.rows;
    shared += p.stage.bytes();
  } else {
    p.tile = tile_for(program, threads, runtime.shared_limit());
    rows = p.tile.rows;
    shared += p.tile.bytes();
  }
  const bool in_memory =
      p.form == map_form::tiles && shared > static_cast<std::size_t>(runtime.shared_limit());
  if (in_memory) shared = p.staged();
  const index most_blocks = at_once(shared);
  p.tiles = counted_tiles(p, (p.count + rows - 1) / rows * p.stage.panels, most_blocks);
  const int blocks = static_cast<int>(std::min<index>(p.tiles, most_blocks));
  if (in_memory)
    p.scratch = session.template scratch<std::byte>(
        Session::tiles, index{blocks} * static_cast<index>(p.tile.bytes()));
  if (p.closing()) {
    p.states = session.template scratch<unsigned long long>(Session::states, index{p.tiles} + 1);
    runtime.clear(p.states, static_cast<std::size_t>(p.tiles + 1) * sizeof(unsigned long long));
  }
  runtime.template launch<map_body>(blocks, threads, shared, p);
}

}  // namespace detail
}  // namespace smelt::inline v0
