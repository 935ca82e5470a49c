// SPDX-License-Identifier: BSL-1.0
/// \file
/// by_time: in order, with a gap between parts that have rows.

#include <smelt/splits/by_time.hpp>

#include <doctest/doctest.h>
#include <support/parts.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("parts in order, rows left out between them") {
  const auto made = cut(by_time{.gap = 2}, 14, fractions{.train = 0.5, .validation = 0.3, .test = 0.2}).first;
  REQUIRE(made.parts.size() == 3);
  CHECK(rows_of(made.parts[0]) == row_list{0, 1, 2, 3, 4});  // of the ten rows that two gaps leave
  CHECK(rows_of(made.parts[1]) == row_list{7, 8, 9});
  CHECK(rows_of(made.parts[2]) == row_list{12, 13});
  CHECK(wrong_with(made.parts, 14, false) == "");
  CHECK(made.keeps == nullptr);
}

TEST_CASE("a part without rows has no gap beside it") {
  const auto two = cut(by_time{.gap = 3}, 13, fractions{.train = 0.8, .test = 0.2}).first;
  CHECK(rows_of(two.parts[2]) == row_list{11, 12});
  CHECK(two.parts[0].count() == 8);
  CHECK(two.parts[1].count() == 0);
  const auto numbered = cut(by_time{.gap = 3}, 13, counts{.validation = 4, .test = 5}).first;
  CHECK(rows_of(numbered.parts[2]) == row_list{7, 8, 9, 10, 11});
  const auto one = cut(by_time{.gap = 30}, 13, fractions{.train = 1.0}).first;
  CHECK(one.parts[0].count() == 13);
}

TEST_CASE("without a gap as in_order; ids tell gaps apart") {
  const auto made = cut(by_time{}, 10, fractions{.train = 0.75, .test = 0.25}).first;
  CHECK(rows_of(made.parts[2]) == row_list{7, 8, 9});
  const auto gapped = cut(by_time{.gap = 1}, 10, counts{.train = 5, .test = 3}).first;
  CHECK(gapped.id != cut(by_time{.gap = 2}, 10, counts{.train = 5, .test = 3}).first.id);
  CHECK(gapped.id != cut(by_time{}, 10, counts{.train = 5, .test = 3}).first.id);
  CHECK(gapped.id != detail::slices(row_map(10), {5, 0, 3}, detail::split_id(seed{1})).id);
}

TEST_CASE("gaps that leave nothing are refused") {
  const fractions halves{.train = 0.5, .test = 0.5};
  CHECK(cut(by_time{.gap = -1}, 10, halves).second == "by_time: a gap of -1 rows");
  CHECK(cut(by_time{.gap = 10}, 10, halves).second ==
        "by_time: 1 gaps of 10 rows leave none of 10");
  CHECK(cut(by_time{.gap = 5}, 0, counts{}).second == "");
  CHECK(cut(by_time{.gap = 1}, 0, halves).second == "by_time: 1 gaps of 1 rows leave none of 0");
  const std::string empty = " rows leaves part 0 empty; give counts{...} if it may be";
  CHECK(cut(by_time{}, 0, halves).second == "split: 0.5 of 0" + empty);
  CHECK(cut(by_time{.gap = 9}, 10, halves).second == "split: 0.5 of 1" + empty);
  CHECK(cut(by_time{.gap = 5}, 10, fractions{.train = 0.5, .validation = 0.25, .test = 0.25}).second ==
        "by_time: 2 gaps of 5 rows leave none of 10");
  CHECK(cut(by_time{.gap = 2}, 8, counts{.train = 6, .test = 1}).second ==
        "split: the parts have 7 rows together, there are 6");
  CHECK(cut(by_time{.gap = 2}, 10, counts{.train = 5, .test = 5}).second ==
        "split: the parts have 10 rows together, there are 8");
}
