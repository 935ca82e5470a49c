// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What a map is asked for: rows in, columns out, marks instead of drops.

#include <smelt/plan/program.hpp>
#include <smelt/plan/source.hpp>

#include <vector>

namespace smelt::inline v0 {

/// One map. A policy reads row `rows(i)` for each i, runs the program on it, and writes the columns
/// `kept` (all, when null) of the rows that stay, one after another. With `marks`, every row is
/// written and `marks[i]` is 1 where it would have dropped. An infinity that the program does not
/// let in is counted in the status, and its element written as missing whatever the program makes of
/// it. `written(at, sources, n)` is told which source rows went to the rows `at`, ..., `at + n - 1`;
/// it may be called from several threads, for different rows.
struct map_request {
  drawn_rows rows;
  const std::vector<index>* kept = nullptr;
  unsigned char* marks = nullptr;

  index width(index cols) const { return kept ? static_cast<index>(kept->size()) : cols; }
  index column(index c) const { return kept ? (*kept)[static_cast<std::size_t>(c)] : c; }
};

}  // namespace smelt::inline v0
