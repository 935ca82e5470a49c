// SPDX-License-Identifier: BSL-1.0
/// \file
/// Seeds compare; columns by number, by name, by range.

#include <doctest/doctest.h>

#include <smelt/core/types.hpp>

using namespace smelt;

static_assert(seed{7} == seed{7} && seed{7} != seed{8});
static_assert(sizeof(smelt::index) == 8);

TEST_CASE("columns contain what they name") {
  const columns by_number{0, 8};
  CHECK(by_number.contain(8, ""));
  CHECK(!by_number.contain(1, ""));
  const columns by_name{"mass"};
  CHECK(by_name.contain(3, "mass"));
  CHECK(!by_name.contain(3, "length"));
  CHECK(columns::range(2, 5) == columns{2, 3, 4});
  CHECK(columns::range(2, 2).list.empty());
}
