// SPDX-License-Identifier: BSL-1.0
#include <smelt/check/report.hpp>

#include <doctest/doctest.h>

TEST_CASE("a report is well until a law is broken, and says where it was first") {
  smelt::stage_report report("cube");
  report.note("Order is kept", "row 3", "");
  CHECK(report.ok());
  CHECK(report.text() == "cube: 1 cases, 0 laws broken\n");
  report.note("Order is kept", "row 4", "5 before 4");
  report.note("Size is kept", "0 rows", "1 row comes out");
  report.note("Order is kept", "row 9", "1 before 0");
  CHECK(!report.ok());
  CHECK(report.cases() == 4);
  REQUIRE(report.broken().size() == 2);
  CHECK(report.broken()[0].times == 2);
  CHECK(report.text() ==
        "cube: 4 cases, 2 laws broken\n"
        "Order is kept. Not so for row 4: 5 before 4 (and in 1 more cases)\n"
        "Size is kept. Not so for 0 rows: 1 row comes out\n");
}
