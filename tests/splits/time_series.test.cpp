// SPDX-License-Identifier: BSL-1.0
/// \file
/// time_series: scikit-learn's rows, and no row that comes before what it is fitted on.

#include <smelt/splits/time_series.hpp>

#include <doctest/doctest.h>
#include <splits/sklearn_sizes.hpp>
#include <support/parts.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("rows as scikit-learn's") {
  for (const auto& line : sklearn_time_series) {
    const auto& given = line[0];
    CAPTURE(given[0]);
    const auto [made, said] =
        folded(time_series{.gap = given[2], .largest_train = given[3], .held_out = given[4]},
               given[0], given[1]);
    REQUIRE(said == "");
    size_list ends;
    for (const row_map& part : made.parts) {
      const auto rows = rows_of(part);
      ends.insert(ends.end(), {rows.front(), rows.back() + 1});
      CHECK(part.in_order());
    }
    CHECK(ends == line[1]);
    CHECK(wrong_with_folds(made, given[0], false) == "");
  }
}

TEST_CASE("what leaves nothing to fit is refused") {
  CHECK(folded(time_series{}, 3, 3).second ==
        "time_series: 3 folds that hold out 0 rows each, after a gap of 0, leave none of 3 to fit");
  CHECK(folded(time_series{.gap = 4}, 10, 3).second ==
        "time_series: 3 folds that hold out 2 rows each, after a gap of 4, leave none of 10 to fit");
  CHECK(folded(time_series{.gap = -1}, 10, 3).second ==
        "time_series: a gap of -1, 0 rows to fit or 0 to hold out, of 10");
  CHECK(folded(time_series{}, 0, 2).second != "");
  CHECK(folded(time_series{.held_out = 4}, 3, 2).second ==
        "time_series: a gap of 0, 0 rows to fit or 4 to hold out, of 3");
  CHECK(folded(time_series{.held_out = -1}, 10, 3).second ==
        "time_series: a gap of 0, 0 rows to fit or -1 to hold out, of 10");
  CHECK(folded(time_series{.largest_train = -1}, 10, 3).second ==
        "time_series: a gap of 0, -1 rows to fit or 0 to hold out, of 10");
  CHECK(folded(time_series{.gap = 4}, 10, 3).first.parts.empty());
  const auto single = folded(time_series{.held_out = 1}, 3, 2).first;
  REQUIRE(single.parts.size() == 4);
  CHECK(rows_of(single.parts[0]) == row_list{0});
  CHECK(rows_of(single.parts[3]) == row_list{2});
}

TEST_CASE("rows in random order have no time") {
  status found;
  time_series{}.fold(row_map(permutation(seed{1}, 0, 100), 0, 50), 3, found);
  CHECK(found.what() ==
        std::string("time_series: the rows of this part are in random order; split it with in_order "
                    "or by_time{}"));
  // One row of the second block, the last, is before the others.
  row_list late;
  for (smelt::index i = 0; i < 1500; ++i) late.push_back(5000 + i);
  late.back() = 0;
  status last;
  time_series{}.fold(row_map::listed(7000, late.data(), 1500), 3, last);
  CHECK(!last);
  status fine;
  const auto made = time_series{}.fold(row_map::all_but(20, 4, 8), 2, fine);
  REQUIRE(fine);
  CHECK(rows_of(made.parts[0]) == row_list{0, 1, 2, 3});
  CHECK(rows_of(made.parts[1]) == row_list{12, 13, 14, 15});
}
