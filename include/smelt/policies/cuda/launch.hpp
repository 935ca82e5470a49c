// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the launches of maps and folds share.

#include <smelt/core/elements.hpp>
#include <smelt/plan/map.hpp>
#include <smelt/policies/cuda/reach.hpp>
#include <smelt/policies/cuda/tile.hpp>

namespace smelt::inline v0 {
namespace detail {

/// Finds the host arrays that ops point to among those that were placed, or copies them: then they
/// are kept until the session is used again.
template <class Session>
auto placing(Session& session, const placed_numbers* placed = nullptr) {
  return [&session, placed, which = Session::arrays](const auto* from, index size) mutable {
    using value = std::remove_cvref_t<decltype(*from)>;
    if (placed)
      if (const void* there = placed->find(from)) {
        expect_reach(session.runtime, there, "array that was placed");
        return static_cast<const value*>(there);
      }
    value* to = session.template scratch<value>(which++, size);
    session.runtime.copy(to, from, static_cast<std::size_t>(size) * sizeof(value));
    return static_cast<const value*>(to);
  };
}

/// Rows of a pass, their lists where the device reads them. A list that was not placed is copied, even
/// where the device could reach it: it may be gone before the pass begins.
template <class Rows, class Place>
Rows placed_rows(const Rows& rows, Place&& place) {
  if (!rows.members.keeps_list() && !rows.draw.keeps_list()) return rows;
  if constexpr (requires { rows.placed; })
    if (rows.placed) return rows;
  Rows made = rows;
  made.members = rows.members.placed(place);
  made.draw = rows.draw.placed(place);
  return made;
}

/// Blocks that are at work together: as many on each multiprocessor as their body is compiled for, or as
/// have room for so many bytes of shared memory.
template <class Body, class Runtime>
index blocks_at_work(const Runtime& runtime, std::size_t shared) {
  // A multiprocessor has what one block may have, and a KiB for each that the system keeps.
  constexpr index kept = 1024;
  const index room = (index{runtime.shared_limit()} + kept) / (static_cast<index>(shared) + kept);
  return clamped(room, 1, index{Body::least_blocks}) * runtime.processors();
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
  tile.rows = static_cast<int>(clamped(
      std::min(tile_budget, static_cast<std::size_t>(shared_limit / 4)) / more, 1,
      static_cast<std::size_t>(std::min(threads, 128))));
  return tile;
}

}  // namespace detail
}  // namespace smelt::inline v0
