// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What batches are asked for: how many rows, which epoch and from where in it, and whose share of it.

#include <smelt/core/status.hpp>
#include <smelt/core/types.hpp>

#include <cstdint>

namespace smelt::inline v0 {

/// What becomes of the last batch when the rows do not divide.
enum class last {
  keep,  ///< it is shorter
  drop,  ///< it is left out
  pad    ///< it is filled up with zeros; `valid` says how many rows are real
};

/// What becomes of an epoch's rows when they do not divide by the ranks.
enum class shard {
  exact,  ///< every row is seen by one rank; some ranks have a row more
  pad,    ///< every rank has as many batches: where a row is missing one comes again, beyond `valid`
  drop    ///< every rank has as many batches: the last rows of the epoch's order are left out
};

/// `{.rows = 32, .last = last::drop, .epoch = 3}`
///
/// | option | means |
/// | --- | --- |
/// | rows | rows of a batch |
/// | bytes | where positive, in place of `rows`: as many rows of the result with its companions as fit in so many bytes, at least 1 |
/// | last | what becomes of the last batch |
/// | epoch | samplers draw with it |
/// | from | the first batch to be handed over: a walk goes on where another stopped |
/// | rank, ranks | of the epoch's order, block `rank` of `ranks` |
/// | shard | what becomes of rows that do not divide by the ranks |
/// | prefetch | 1: the next batch is made while this one is used, in memory for two: on::eigen by a thread, on::cuda in a second stream (not where rows drop); on::seq ignores it |
struct batch_options {
  index rows = 32;
  index bytes = 0;
  smelt::last last = smelt::last::keep;
  std::uint64_t epoch = 0;
  index from = 0;
  index rank = 0;
  index ranks = 1;
  smelt::shard shard = smelt::shard::exact;
  int prefetch = 0;
};

/// Where a walk stands: the epoch, and the number of the batch that comes next. A range of the same
/// data and options, but for `{.epoch = at.epoch, .from = at.batch}`, goes on there.
struct batch_position {
  std::uint64_t epoch = 0;
  index batch = 0;

  friend bool operator==(const batch_position&, const batch_position&) = default;
};

namespace detail {

inline bool check_from(index from, status& found) {
  return expect<value_error>(found, from >= 0, "batches: an epoch has no batch ", from,
                             " to begin with");
}
SMELT_LAZY bool check_options(const batch_options& o, status& found) {
  return expect<value_error>(found, o.bytes > 0 || o.rows >= 1,
                             "batches: a batch needs at least 1 row, not ", o.rows) &&
         expect<value_error>(found, o.bytes >= 0, "batches: a batch cannot have ", o.bytes,
                             " bytes") &&
         check_from(o.from, found) &&
         expect<value_error>(found, o.ranks >= 1 && o.rank >= 0 && o.rank < o.ranks,
                             "batches: rank ", o.rank, " of ", o.ranks, " is not there") &&
         expect<value_error>(found, o.prefetch == 0 || o.prefetch == 1, "batches: prefetch is 0 or 1, not ",
                             o.prefetch);
}

/// Rows of a batch, one of which takes so many bytes.
inline index rows_of_batch(const batch_options& o, index row_bytes) {
  return o.bytes > 0 ? std::max<index>(o.bytes / std::max<index>(row_bytes, 1), 1) : o.rows;
}

/// The rows of an epoch's order that one rank reads, and how many it hands over: more than it reads
/// where one of them comes again.
struct share_of_rows {
  index begin = 0;
  index end = 0;
  index share = 0;
};

/// Contiguous blocks in the order of the ranks, the first `rows` mod `ranks` one row longer; a block
/// of no row ends with the last row.
SMELT_LAZY share_of_rows share_of(index rows, const batch_options& o) {
  const index each = rows / o.ranks;
  const index more = rows % o.ranks;
  if (o.shard == shard::drop) return {o.rank * each, o.rank * each + each, each};
  const index begin = o.rank * each + std::min(o.rank, more);
  const index count = each + (o.rank < more ? 1 : 0);
  return {begin, begin + count, o.shard == shard::pad && more > 0 ? each + 1 : count};
}

/// Batches of a share when no row is dropped.
inline index batches_of(index share, index rows, smelt::last last) {
  return share / rows + (last != last::drop && share % rows != 0 ? 1 : 0);
}

}  // namespace detail

}  // namespace smelt::inline v0
