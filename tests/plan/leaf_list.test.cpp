// SPDX-License-Identifier: BSL-1.0
/// \file
/// The rows of a leaf: which they are, their numbers and lanes; and part of one in a view of its own.

#include <smelt/plan/leaf_list.hpp>

#include <doctest/doctest.h>

#include <memory>

using namespace smelt;

namespace {

/// A leaf against its rows by their definition, one by one, which `at` finds too.
void check_leaf(const fold_rows& rows, smelt::index first, smelt::index last) {
  const auto list = std::make_unique<leaf_list>();
  list->gather(rows, first, last);
  list->spell_out();
  smelt::index found = 0;
  for (smelt::index place = first; place < last; ++place) {
    const smelt::index k = place - rows.offset;
    const smelt::index number = rows.drawn ? rows.draw(k) : rows.members.find(k);
    const bool takes_part = number >= 0 && (!rows.masked || rows.draw.contains(number));
    CHECK(rows.at(k).number == (takes_part ? number : -1));
    if (!takes_part) continue;
    const smelt::index row = rows.drawn ? rows.members(number) : k;
    CHECK(rows.at(k).row == row);
    REQUIRE(found < list->count);
    CHECK(list->rows[found] == row);
    CHECK(list->numbers[found] == number);
    CHECK(list->lane[found] == place % lanes);
    ++found;
  }
  CHECK(list->count == found);
}

}  // namespace

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
TEST_CASE("rows of every kind: in order or drawn, members of a part, a draw that masks") {
  const permutation order(seed{3}, 0, 3000);
  const row_map maps[] = {row_map(3000), row_map(3000, 0, 2500), row_map(3000, 400, 2600),
                          row_map(order, 0, 3000), row_map(order, 100, 2800)};
  for (const row_map& members : maps) {
    const permutation draws(seed{4}, 1, members.count());
    const row_map whole(members.count());
    const row_map some(draws, 0, members.count() / 2);
    CHECK(fold_rows{members}.count() == 3000);
    CHECK(fold_rows{members, 0, true, false, some}.count() == members.count() / 2);
    for (smelt::index offset : {0, 5}) {
      check_leaf({members, offset}, offset, 1024);
      check_leaf({members, offset}, 1024, 2048);
      check_leaf({members, offset, false, true, some}, 1024, 2048);
      check_leaf({members, offset, false, true, whole}, 1024, 2048);
      check_leaf({members, offset, true, false, some}, 1024, 1150);
      check_leaf({members, offset, true, false, row_map(draws, 0, members.count())}, 1024, 2048);
      check_leaf({members, offset, true, false, whole}, 1024, 2048);
    }
  }
}
