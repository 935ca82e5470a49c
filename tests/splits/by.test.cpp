// SPDX-License-Identifier: BSL-1.0
/// \file
/// by: parts as a function says.

#include <smelt/splits/by.hpp>

#include <doctest/doctest.h>
#include <support/parts.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("each row where the function puts it, or nowhere") {
  const std::vector<int> year{2018, 2021, 2019, 2020, 2021, 1970};
  const auto by_year = by([&](smelt::index row) {
    const int y = year[static_cast<std::size_t>(row)];
    return y < 2000 ? -1 : y < 2020 ? 0 : y == 2020 ? 1 : 2;
  });
  const auto made = cut(by_year, 6, fractions{}).first;
  REQUIRE(made.parts.size() == 3);
  CHECK(rows_of(made.parts[0]) == row_list{0, 2});
  CHECK(rows_of(made.parts[1]) == row_list{3});
  CHECK(rows_of(made.parts[2]) == row_list{1, 4});
  CHECK(wrong_with(made.parts, 6, false) == "");
}

TEST_CASE("every row in one part, none, no rows; a part there is none of") {
  const auto all = cut(by([](smelt::index) { return 1; }), 5, fractions{}).first;
  CHECK(all.parts[1].count() == 5);
  CHECK(all.parts[0].count() == 0);
  CHECK(wrong_with(all.parts, 5) == "");
  const auto none = cut(by([](smelt::index) { return -1; }), 5, fractions{}).first;
  CHECK(none.parts[1].count() == 0);
  CHECK(none.id != all.id);
  CHECK(none.id == detail::listed(row_map(5), detail::part_numbers(5, -1), 3, false).id);
  CHECK(cut(by([](smelt::index) { return 0; }), 0, fractions{}).first.parts[0].count() == 0);
  CHECK(cut(by([](smelt::index row) { return row; }), 9, roles<role::train, role::test>{}).second ==
        "by(function): row 2 is put in part 2, there are 2, counted from 0");
}
