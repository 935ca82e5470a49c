// SPDX-License-Identifier: BSL-1.0
/// \file
/// check_stage on stages that keep every law: standardize, and the others of the catalogue and stages
/// of a user's in tests/check/good_*.test.cpp. Stages that break a law are beside them.

#include <smelt/check_stage.hpp>

#include <support/checked.hpp>
#include <support/own_stages.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("standardize") {
  check_good(standardize());
  check_good(standardize(over::table));
  check_good(standardize(ddof{1}, centre::no, zero::nan));
}

TEST_CASE("a stage without parameters, on on::seq alone") {
  const auto report = check_stage<by_third>();
  CHECK_MESSAGE(report.ok(), report.text());
  CHECK(report.cases() > 100);
  CHECK(report.text().find("by_third: ") == 0);
}

TEST_CASE("tables as the stage needs them") {
  const auto refused = check_stage(fill::each({1, 2, 3}), on::eigen);
  CHECK(
      refused.text().find("The table of the example is fitted and transformed. Not so for on::seq: "
                          "'fill::each was given 3 numbers") != std::string::npos);
  check_good(fill::each({1, 2, 3}), {.cols = 3, .columns_alike = false});
  check_good(fill::constant(0.5), {.cols = 1, .low = 100, .high = 101});
}
