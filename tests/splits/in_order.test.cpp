// SPDX-License-Identifier: BSL-1.0
/// \file
/// in_order and seed: exact sizes, disjoint and complete, without a list.

#include <smelt/splits/in_order.hpp>

#include <doctest/doctest.h>
#include <support/parts.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("in order, and of part of the rows") {
  const auto made = cut(in_order, 10, fractions{.train = 0.5, .validation = 0.2, .test = 0.3}).first;
  CHECK(rows_of(made.parts[1]) == row_list{5, 6});
  CHECK(wrong_with(made.parts, 10) == "");
  status found;
  const auto some = in_order.cut(row_map(20, 5, 10), counts{.train = 4, .test = 6}, found);
  CHECK(rows_of(some.parts[0]) == row_list{5, 6, 7, 8});
  CHECK(made.keeps == nullptr);
}

TEST_CASE("by seed: every row once, and another order than a shuffle's") {
  for (smelt::index n : {0, 1, 2, 7, 8, 1025}) {
    CAPTURE(n);
    status found;
    const auto made = detail::cut_by(seed{7}, row_map(n), counts{.train = n - n / 3, .test = n / 3}, found);
    REQUIRE(found);
    CHECK(wrong_with(made.parts, n) == "");
    CHECK(made.keeps == nullptr);
    CHECK(made.id != cut(in_order, n, counts{.train = n - n / 3, .test = n / 3}).first.id);
  }
  status found;
  const counts fives{.train = 5, .test = 5};
  CHECK(detail::cut_by(seed{0}, row_map(10), fives, found).id != cut(in_order, 10, fives).first.id);
  CHECK(detail::cut_by(seed{7}, row_map(9), fives, found).parts.empty());
  CHECK(!found);
}

TEST_CASE("no rows") {
  CHECK(cut(in_order, 0, counts{}).second == "");
  CHECK(cut(in_order, 0, fractions{.train = 1.0}).second != "");
}
