// SPDX-License-Identifier: BSL-1.0
/// \file
/// The rows of a leaf: which they are, their numbers and lanes; and part of one in a view of its own.

#include <smelt/plan/leaf_list.hpp>

#include <doctest/doctest.h>

#include <memory>

using namespace smelt;

TEST_CASE("a leaf of contiguous rows: numbers go on from the offset, lanes with them") {
  const auto list = std::make_unique<leaf_list>();
  fold_rows rows{row_map(100)};
  rows.offset = 1019;  // this view begins within a leaf
  list->gather(rows, 1024, 1100);
  CHECK(list->contiguous);
  CHECK(list->count == 76);
  list->spell_out();
  CHECK(list->rows[0] == 5);
  CHECK(list->rows[75] == 80);
  CHECK(list->numbers[3] == 8);
  CHECK(list->lane[0] == 0);
  CHECK(list->lane[9] == 1);
}
TEST_CASE("part of a list: rows from 0, numbers and lanes as they were") {
  const auto list = std::make_unique<leaf_list>();
  const auto part = std::make_unique<leaf_list>();
  fold_rows rows{row_map(100)};
  rows.offset = 3;
  list->gather(rows, 3, 103);
  part->follow(*list, 10, 20);
  CHECK(part->contiguous);
  part->spell_out();
  list->spell_out();
  for (smelt::index i = 0; i < 20; ++i) {
    CHECK(part->rows[i] == i);
    CHECK(part->numbers[i] == list->numbers[10 + i]);
    CHECK(part->lane[i] == list->lane[10 + i]);
  }
  list->contiguous = false;  // the same rows one by one
  part->follow(*list, 10, 20);
  CHECK(!part->contiguous);
  CHECK(part->count == 20);
  part->spell_out();
  for (smelt::index i = 0; i < 20; ++i) {
    CHECK(part->rows[i] == i);
    CHECK(part->numbers[i] == list->numbers[10 + i]);
    CHECK(part->lane[i] == list->lane[10 + i]);
  }
}
