// SPDX-License-Identifier: BSL-1.0
/// \file
/// Numbers of rows and shares of them: rounding as said, and what is no number of rows.

#include <smelt/core/how_many.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace smelt;

namespace {

std::string refused(const how_many& rows) {
  status found;
  const bool good = rows.check("some", found);
  CHECK(good == rows.valid());
  return found.ok() ? "" : std::string(found.what());
}

}  // namespace

TEST_CASE("a number is itself, a share is rounded as said") {
  CHECK(how_many(7).of(5) == 7);
  CHECK(how_many(fraction_of{0.5}).of(7) == 3);
  CHECK(how_many(fraction_of{0.5, rounded::up}).of(7) == 4);
  // As train_test_split counts 101 rows: 75 and 26.
  CHECK(how_many(fraction_of{0.75}).of(101) == 75);
  CHECK(how_many(fraction_of{0.25, rounded::up}).of(101) == 26);
  CHECK(how_many(fraction_of{0.29}).of(100) == 28);
  CHECK(how_many(fraction_of{0.5}).of(2) == 1);
  CHECK(how_many(fraction_of{1.0}).of(100) == 100);
  CHECK(how_many(fraction_of{1.0, rounded::up}).of(0) == 0);
  CHECK(how_many(fraction_of{0.0, rounded::up}).of(100) == 0);
  CHECK(how_many(fraction_of{1.0}).of((smelt::index{1} << 60) + 1) <= (smelt::index{1} << 60) + 1);
}

TEST_CASE("in words") {
  CHECK(how_many(7).text() == "7");
  CHECK(how_many(fraction_of{0.5}).text() == "fraction_of{0.5}");
  CHECK(how_many(fraction_of{0.5, rounded::up}).text() == "fraction_of{0.5, rounded::up}");
}

TEST_CASE("what is no number of rows") {
  CHECK(refused(0) == "");
  CHECK(refused(fraction_of{0.0}) == "");
  CHECK(refused(fraction_of{0.5}) == "");
  CHECK(refused(fraction_of{1.0}) == "");
  CHECK(refused(-1) == "some: the number of rows cannot be negative");
  CHECK(refused(fraction_of{1.5}) == "some: 1.5 is not a share between 0 and 1");
  CHECK(refused(fraction_of{-0.5}) == "some: -0.5 is not a share between 0 and 1");
  CHECK_FALSE(how_many(fraction_of{std::numeric_limits<double>::quiet_NaN()}).valid());
}
