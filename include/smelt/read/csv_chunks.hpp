// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Separated values cut into pieces that can be read at the same time: which rows begin in which
/// bytes, exactly.
///
/// Whether a newline ends a row depends on every quote before it. Chunks begin behind newlines, and
/// there a file is in one of two states: outside quotes, at the start of a row, or within them. All
/// chunks are looked at, at the same time, as they are from outside; and once more, from within,
/// where a walk over them meets a chunk that begins within quotes. So the state of each and the
/// number of its first row are known, before anything is read, for the price of a look or two.

#include <smelt/core/elements.hpp>
#include <smelt/core/types.hpp>

#include <array>
#include <concepts>
#include <cstddef>  // std::size_t
#include <string>
#include <string_view>
#include <vector>

namespace smelt::inline v0 {

/// A policy that reads files: its tasks run on the host. on::seq, or on::eigen with its threads.
template <class P>
concept csv_policy = requires(const P& policy, index n, void (*task)(index, int)) {
  { policy.concurrency(n) } -> std::convertible_to<int>;
  policy.for_each(n, task);
};

namespace detail {

/// What cannot be a text or a path: it stands where the policy does.
template <class P>
concept no_text =
    !std::convertible_to<const P&, std::string> && !std::convertible_to<const P&, std::string_view>;

/// The calling thread alone.
struct csv_alone {
  static constexpr int concurrency(index) { return 1; }
  template <class F>
  void for_each(index tasks, F&& f) const {
    for (index t = 0; t < tasks; ++t) f(t, 0);
  }
};

/// Bytes still to read.
struct csv_cursor {
  const char* at;
  const char* end;
};

/// The first `wanted` in [at, end), or `end`.
SMELT_LAZY const char* find_byte(const char* at, const char* end, char wanted) {
  const auto found = std::string_view(at, end).find(wanted);
  return found == std::string_view::npos ? end : at + found;
}

/// How many newlines are in [at, end).
SMELT_LAZY index newlines(const char* at, const char* end) {
  constexpr int block = 64;  // of a constant size, which compilers turn into vectors
  index count = 0;
  for (; end - at >= block; at += block) {
    unsigned char here = 0;  // as wide as what it counts
    for (int i = 0; i < block; ++i) here = static_cast<unsigned char>(here + (at[i] == '\n'));
    count += here;
  }
  return count + times_in(std::string_view(at, static_cast<std::size_t>(end - at)), '\n');
}

/// Some lines as they look from one of the states that they may begin in.
struct csv_stretch {
  index rows = 0;               // that begin in it
  const char* first = nullptr;  // where the first of them does
  bool quoted = false;          // whether it ends within quotes
};

/// Looks at the lines [begin, end), which are not empty and begin within quotes or outside. A quote
/// opens at the start of a field only, elsewhere it is text; two of them within quotes are one.
SMELT_LAZY csv_stretch csv_look(const char* begin, const char* end, bool quoted, char separator) {
  csv_stretch seen{quoted ? 0 : 1, quoted ? nullptr : begin, quoted};
  const char* const last = end - 1;  // a row behind the last newline begins in the next stretch
  for (const char* at = begin;;) {
    const char* const quote = find_byte(at, end, '"');
    if (!seen.quoted) {
      const char* const stop = std::min(quote, last);
      if (at < stop) {
        if (seen.first == nullptr) {
          const char* const newline = find_byte(at, stop, '\n');
          if (newline != stop) seen.first = newline + 1;
        }
        seen.rows += newlines(at, stop);
      }
    }
    if (quote == end) return seen;
    at = quote + 1;
    if (!seen.quoted) {
      seen.quoted = quote == begin || quote[-1] == separator || quote[-1] == '\n';
    } else if (at != end && *at == '"') {
      ++at;
    } else {
      seen.quoted = false;
    }
  }
}

/// Rows of a table and the bytes that they lie in.
struct csv_piece {
  csv_cursor bytes;
  index first;
  index rows;
};
struct csv_pieces {
  std::vector<csv_piece> list;
  index rows = 0;
};

/// As many bytes as a chunk has: some chunks for each worker, since fields do not cost the same,
/// but none so small that handing it out is felt.
template <class Policy>
index csv_chunk(const Policy& policy, std::size_t size) {
  const auto bytes = static_cast<index>(size);
  const int workers = policy.concurrency(bytes);
  constexpr index most = 1 << 18;  // what is looked at twice is still in the cache
  return workers == 1 ? most : clamped(bytes / (8 * workers), 1 << 14, most);
}

/// Cuts `body`, which begins with a row, into pieces of at least `chunk` bytes.
template <class Policy>
csv_pieces csv_cut(const Policy& policy, csv_cursor body, char separator, index chunk) {
  std::vector<const char*> begins;
  for (const char* at = body.at; at != body.end;) {
    begins.push_back(at);
    if (body.end - at <= chunk) break;
    at = find_byte(at + chunk - 1, body.end, '\n');
    if (at != body.end) ++at;
  }
  const auto chunks = begins.size();
  begins.push_back(body.end);

  std::array<std::vector<csv_stretch>, 2> seen;  // from outside, and from within
  const auto look = [&](bool quoted, std::size_t first) {
    seen[quoted].resize(chunks);
    policy.for_each(static_cast<index>(chunks - first), [&](index task, int) {
      const auto i = first + static_cast<std::size_t>(task);
      seen[quoted][i] = csv_look(begins[i], begins[i + 1], quoted, separator);
    });
  };
  look(false, 0);

  csv_pieces made;
  bool quoted = false;
  for (std::size_t i = 0; i < chunks; ++i) {
    if (quoted && seen[true].empty()) look(true, i);
    const csv_stretch& is = seen[quoted][i];
    quoted = is.quoted;
    if (is.rows == 0) continue;
    if (!made.list.empty()) made.list.back().bytes.end = is.first;
    made.list.push_back({{is.first, body.end}, made.rows, is.rows});
    made.rows += is.rows;
  }
  return made;
}

}  // namespace detail

}  // namespace smelt::inline v0
