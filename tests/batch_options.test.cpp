// SPDX-License-Identifier: BSL-1.0
/// \file
/// Options of batches: what they refuse, the rows of a budget of bytes, and the shares of the ranks.

#include <smelt/batch_options.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

using namespace smelt;

namespace {

/// What options are refused with; empty when they are not.
std::string refused(const batch_options& o) {
  status found;
  const bool holds = detail::check_options(o, found);
  CHECK(holds == found.ok());
  if (!found) CHECK(found.kind() == failure::value);
  return found.what();
}

}  // namespace

TEST_CASE("what cannot be") {
  CHECK(refused({}) == "");
  CHECK(refused({.rows = 0}) == "batches: a batch needs at least 1 row, not 0");
  CHECK(refused({.rows = 0, .bytes = 1}) == "");
  CHECK(refused({.bytes = -5}) == "batches: a batch cannot have -5 bytes");
  CHECK(refused({.from = -1}) == "batches: an epoch has no batch -1 to begin with");
  CHECK(refused({.rank = 3, .ranks = 3}) == "batches: rank 3 of 3 is not there");
  CHECK(refused({.rank = -1, .ranks = 3}) == "batches: rank -1 of 3 is not there");
  CHECK(refused({.ranks = 0}) == "batches: rank 0 of 0 is not there");
  CHECK(refused({.rank = 2, .ranks = 3, .prefetch = 1}) == "");
  CHECK(refused({.prefetch = 2}) == "batches: prefetch is 0 or 1, not 2");
  CHECK(refused({.prefetch = -1}) == "batches: prefetch is 0 or 1, not -1");
}

TEST_CASE("rows from a budget of bytes: as many as fit, at least 1") {
  const auto rows = [](smelt::index bytes, smelt::index row) {
    return detail::rows_of_batch({.rows = 7, .bytes = bytes}, row);
  };
  CHECK(rows(0, 256) == 7);
  CHECK(rows(1 << 20, 256) == 4096);
  CHECK(rows((1 << 20) - 1, 256) == 4095);
  CHECK(rows(255, 256) == 1);
  CHECK(rows(1, 256) == 1);
  CHECK(rows(100, 0) == 100);  // rows of nothing
}

TEST_CASE("shares: blocks of the epoch's order, in the order of the ranks") {
  smelt::index wrong = 0;
  for (smelt::index rows = 0; rows <= 40; ++rows)
    for (smelt::index ranks = 1; ranks <= 7; ++ranks) {
      smelt::index next = 0;
      smelt::index dropped_next = 0;
      for (smelt::index rank = 0; rank < ranks; ++rank) {
        const auto exact = detail::share_of(rows, {.rank = rank, .ranks = ranks});
        const auto padded =
            detail::share_of(rows, {.rank = rank, .ranks = ranks, .shard = shard::pad});
        const auto dropped =
            detail::share_of(rows, {.rank = rank, .ranks = ranks, .shard = shard::drop});
        // One after another, none left out, and the first ones a row longer.
        wrong += exact.begin != next || exact.end < exact.begin;
        wrong += exact.end - exact.begin != rows / ranks + (rank < rows % ranks);
        wrong += exact.share != exact.end - exact.begin;
        next = exact.end;
        // The same rows, and one again where there is one less.
        wrong += padded.begin != exact.begin || padded.end != exact.end;
        wrong += padded.share != (rows + ranks - 1) / ranks;
        wrong += padded.share > 0 && padded.end < 1;  // there is a last row to come again
        // As many rows for each, only the last ones left out.
        wrong += dropped.begin != dropped_next || dropped.end - dropped.begin != rows / ranks;
        wrong += dropped.share != rows / ranks;
        dropped_next = dropped.end;
      }
      wrong += next != rows;
      wrong += dropped_next != rows / ranks * ranks;
    }
  CHECK(wrong == 0);
  constexpr auto many = std::numeric_limits<smelt::index>::max();
  const auto end = detail::share_of(many, {.rank = 6, .ranks = 7});
  CHECK((end.end == many && end.share == many / 7));
}

TEST_CASE("how many batches") {
  CHECK(detail::batches_of(10, 4, last::keep) == 3);
  CHECK(detail::batches_of(10, 4, last::pad) == 3);
  CHECK(detail::batches_of(10, 4, last::drop) == 2);
  CHECK(detail::batches_of(8, 4, last::keep) == 2);
  CHECK(detail::batches_of(0, 4, last::pad) == 0);
}

TEST_CASE("a position is two integers") {
  const batch_position at{3, 7};
  CHECK(at == batch_position{.epoch = 3, .batch = 7});
  CHECK(at != batch_position{.epoch = 3, .batch = 8});
}
