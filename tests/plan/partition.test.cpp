// SPDX-License-Identifier: BSL-1.0
/// \file
/// Parts as slices, folds as holes, and both by one list.

#include <smelt/plan/partition.hpp>

#include <doctest/doctest.h>
#include <support/parts.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("slices, with gaps behind parts that have rows") {
  const auto made = detail::slices(row_map(20, 2, 18), {3, 0, 4}, detail::split_id(1), 5);
  CHECK(rows_of(made.parts[0]) == row_list{2, 3, 4});
  CHECK(made.parts[1].count() == 0);
  CHECK(rows_of(made.parts[2]) == row_list{10, 11, 12, 13});
  CHECK(made.id % 2 == 1);  // never 0, which is no split
  const auto one = detail::slices(row_map(20), {1, 2}, detail::split_id(1), 3);
  CHECK(rows_of(one.parts[1]) == row_list{4, 5});
}

TEST_CASE("an id is of all bits of a seed") {
  const auto id_of = [](auto key) { return detail::slices(row_map(9), {4, 5}, detail::split_id(key)).id; };
  for (std::uint64_t value : {std::uint64_t{0}, std::uint64_t{7}}) {
    CHECK(id_of(seed{value}) != id_of(seed{value | std::uint64_t{1} << 63}));
    CHECK(id_of(seed{value}) != id_of(std::uint64_t{0}));
  }
  CHECK(id_of(seed{1}) != id_of(std::uint64_t{2}));  // by_time of a gap of one row
}

TEST_CASE("an id is of the rows and of the sizes, and stays: files keep it") {
  const auto id_of = [](smelt::index rows, const std::vector<smelt::index>& sizes, seed order) {
    return detail::slices(row_map(rows), sizes, detail::split_id(order)).id;
  };
  const std::uint64_t made = id_of(9, {4, 5}, seed{7});
  CHECK(made == 0xc869309cbe4c22f7u);
  CHECK(id_of(9, {4, 5}, seed{std::uint64_t{1} << 63}) == 0x97a100fe832a1d47u);
  CHECK(made != id_of(10, {4, 5}, seed{7}));
  CHECK(made != id_of(9, {5, 4}, seed{7}));
}

TEST_CASE("a fold is a hole and what fills it, at either end, and of a random order") {
  for (const row_map& rows : {row_map(7), row_map(permutation(seed{1}, 0, 7), 0, 7)})
    for (smelt::index begin : {0, 2, 5}) {
      partition made;
      detail::add_fold(made, rows, begin, 2);
      CHECK(made.parts[0].count() == 5);
      CHECK(wrong_with(made.parts, 7) == "");
      CHECK(made.parts[1](0) == rows(begin));
    }
}

TEST_CASE("a list: part after part, each in the order of the source") {
  const row_map members(permutation(seed{3}, 0, 9), 2, 6);
  const detail::part_numbers part_of{1, 0, -1, 1, 0, 1};
  const auto made = detail::listed(members, part_of, 3, false);
  REQUIRE(made.parts.size() == 3);
  CHECK((made.parts[0].count() == 2 && made.parts[1].count() == 3 && made.parts[2].count() == 0));
  CHECK(wrong_with(made.parts, 9, false) == "");
  for (smelt::index i = 0; i < 6; ++i)
    for (int p = 0; p < 3; ++p)
      CHECK(made.parts[static_cast<std::size_t>(p)].contains(members(i)) ==
            (part_of[static_cast<std::size_t>(i)] == p));
  CHECK(made.parts[0](0) < made.parts[0](1));
  CHECK(made.keeps != nullptr);
  const auto folds = detail::listed(row_map(5), {0, 1, 0, 1, 1}, 2, true);
  CHECK(rows_of(folds.parts[0]) == row_list{1, 3, 4});
  CHECK(rows_of(folds.parts[1]) == row_list{0, 2});
  CHECK(wrong_with_folds(folds, 5) == "");
  CHECK(folds.id != detail::listed(row_map(5), {0, 1, 0, 1, 0}, 2, true).id);
  CHECK(folds.id != detail::listed(row_map(6, 0, 5), {0, 1, 0, 1, 1}, 2, true).id);
  CHECK(detail::listed(row_map(0), {}, 2, false).parts[1].count() == 0);
}
