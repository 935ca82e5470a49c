// SPDX-License-Identifier: BSL-1.0
/// \file
/// The slot: its statistics by type, its column in words, and places and lengths before and after
/// the affine run it stands behind.

#include <smelt/core/slot.hpp>

#include <doctest/doctest.h>

#include <smelt/statistics/extrema.hpp>
#include <smelt/statistics/moments.hpp>

using namespace smelt;

TEST_CASE("a column in words") {
  slot<> s;
  s.column = 3;
  CHECK(message(s.name()) == "column 3");
  s.title = "mass";
  CHECK(message(s.name(), " is empty") == "column 3 ('mass') is empty");
}

TEST_CASE("statistics by their types") {
  slot<moments, extrema> s;
  s.get<moments>() = {4.0, 2.5, 5.0};
  s.get<extrema>() = {1.0, 4.0};
  const auto& fixed = s;
  CHECK(fixed.get<moments>().mean == 2.5);
  CHECK(fixed.get<extrema>().highest == 4.0);
  CHECK(s.live);
  CHECK(!s.fired);
}

TEST_CASE(
    "places and lengths behind a falling line: the lowest place is the highest source value") {
  slot<moments, extrema> s;
  s.get<moments>() = {4.0, 2.5, 5.0};
  s.get<extrema>() = {1.0, 4.0};
  s.frame.run = {0.0, -2.0, 10.0};
  CHECK(mean_of(s).source == 2.5);
  CHECK(mean_of(s).value == 5.0);
  CHECK(lowest_of(s).source == 4.0);
  CHECK(lowest_of(s).value == 2.0);
  CHECK(highest_of(s).source == 1.0);
  CHECK(highest_of(s).value == 8.0);
  CHECK(range_of(s).source == 3.0);
  CHECK(range_of(s).value == 6.0);
  CHECK(deviation_of(s, 1).value == 2.0 * deviation_of(s, 1).source);
  slot<extrema> empty;
  CHECK(missing(lowest_of(empty).value));
  CHECK(missing(range_of(empty).source));
}

TEST_CASE("a refusal is thrown, or told with its column where somebody listens; the first is kept") {
  slot<> s;
  s.column = 3;
  CHECK(expect<value_error>(s, true, "not looked at"));
  CHECK_THROWS_WITH_AS(expect<value_error>(s, false, s.name(), " is empty"), "column 3 is empty",
                       value_error);
  status found;
  s.found = &found;
  CHECK(expect<value_error>(s, true, "not looked at"));
  CHECK(found);
  CHECK(found.first_col == -1);
  const int line = __LINE__ + 1;
  CHECK(!expect<value_error>(s, false, s.name(), " is empty"));
  s.column = 4;
  CHECK(!expect<shape_error>(s, false, "later"));
  CHECK(found.kind() == failure::value);
  CHECK(found.what() == std::string("column 3 is empty"));
  CHECK(found.line() == line);
  CHECK(found.first_col == 3);
}
