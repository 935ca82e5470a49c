// SPDX-License-Identifier: BSL-1.0
/// \file
/// Keys: columns of numbers, one for each row of the source.

#include <smelt/plan/keys.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace smelt;

TEST_CASE("the rows of each key, keys as first seen") {
  const std::vector<int> labels{5, 2, 5, 9, 2, 2};
  status found;
  const auto made = detail::rows_by_key(as_column(labels), row_map(6), "grouped_by(keys)", found);
  REQUIRE(found);
  CHECK(made.first_seen == std::vector<smelt::index>{1, 0, 2});  // 5, 2, 9
  CHECK(made.rows.counts() == std::vector<smelt::index>{3, 2, 1});
  const auto some = detail::rows_by_key(as_column(labels), row_map(6, 3, 2), "grouped_by(keys)", found);
  CHECK(some.first_seen == std::vector<smelt::index>{1, 0});  // 9, 2
}

TEST_CASE("what can be keys, and another number of them") {
  static_assert(detail::key_column<std::vector<bool>::value_type> == false);
  static_assert(detail::key_column<std::vector<double>>);
  static_assert(detail::key_column<column_view<const unsigned char>>);
  static_assert(detail::key_column<std::vector<std::string>>);
  static_assert(!detail::key_column<std::vector<std::vector<int>>>);
  status found;
  const std::vector<int> labels(3);
  const auto none = detail::rows_by_key(as_column(labels), row_map(4), "grouped_by(keys)", found);
  CHECK((none.first_seen.empty() && none.rows.classes() == 0));
  CHECK(found.what() == std::string("grouped_by(keys) has 3 keys, the data have 4 rows"));
  CHECK(found.kind() == failure::shape);
}
