// SPDX-License-Identifier: BSL-1.0
/// \file
/// Counts, seeds and lists of columns.

#include <smelt/core/types.hpp>

#include <doctest/doctest.h>

using namespace smelt;

static_assert(sizeof(smelt::index) == 8 && std::is_signed_v<smelt::index>);
static_assert(seed{7} == seed{7} && !(seed{7} == seed{8}));
// A number is not a seed: what converts it only says so, see compile_fail/shuffled_by_a_number.cpp.
static_assert(!std::is_aggregate_v<seed>, "or its number could be given without its name");
static_assert(std::is_trivially_copyable_v<seed> && seed{-1}.value == ~std::uint64_t{0});

TEST_CASE("columns by number, by name and by range") {
  const columns numbers{0, 8};
  CHECK(numbers.list == std::vector<smelt::index>{0, 8});
  CHECK(numbers.names.empty());
  CHECK(numbers.contain(8, "mass"));
  CHECK(!numbers.contain(1, "mass"));

  const columns titles{"mass", "age"};
  CHECK(titles.names == std::vector<std::string>{"mass", "age"});
  CHECK(titles.list.empty());
  CHECK(titles.contain(5, "age"));
  CHECK(!titles.contain(5, "Age"));

  CHECK(columns::range(2, 5) == columns{2, 3, 4});
  CHECK(columns::range(2, 2) == columns{});
  const auto rest = columns::all_but({0, 2});
  CHECK(rest.contain(1, ""));
  CHECK(!rest.contain(2, "a"));
  CHECK(columns::all_but({"a"}).contain(2, "b"));
  CHECK(!columns::all_but({"a"}).contain(2, "a"));
  CHECK(columns::all_but({}).contain(7, ""));
  CHECK(columns::all_but(rest) == columns{0, 2});
  CHECK(rest != columns{0, 2});
  CHECK(columns(std::vector<smelt::index>{1}) == columns{1});
  CHECK(columns(std::vector<std::string>{"a"}) == columns{"a"});
  CHECK(!columns().contain(0, ""));

  CHECK(columns{0, 8}.text() == "columns{0, 8}");
  CHECK(columns{"mass"}.text() == "columns{'mass'}");
  CHECK(columns().text() == "columns{}");
  CHECK(columns::range(0, 4).text() == "columns{0, 1, 2, 3}");
  CHECK(columns::range(0, 5).text() == "5 columns");
  CHECK(columns::all_but({0, 2}).text() == "columns::all_but({0, 2})");
  CHECK(columns::all_but({"mass"}).text() == "columns::all_but({'mass'})");
  CHECK(columns::all_but(columns::range(0, 5)).text() == "all but 5 columns");
}
