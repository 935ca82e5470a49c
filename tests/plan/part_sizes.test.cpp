// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sizes of parts, of any number of roles; tests/split.test.cpp has those of three.

#include <smelt/plan/part_sizes.hpp>

#include <doctest/doctest.h>

using namespace smelt;

namespace {
struct calibration {
  static constexpr bool may_fit = false;
  static constexpr const char* name = "calibration";
};
using sizes = std::vector<smelt::index>;

template <class Sizes>
sizes of(smelt::index rows, const Sizes& wanted, std::string said = "") {
  status found;
  const detail::part_sizes asked(wanted);
  auto made = asked.of(rows, found);
  CHECK(found.what() == said);
  return made;
}
}  // namespace

TEST_CASE("shares and numbers of roles of one's own") {
  CHECK(of(10, shares{share<role::train>{0.5}, share<calibration>{0.5}}) == sizes{5, 5});
  CHECK(of(10, counts_of{count_of<role::train>{7}, count_of<calibration>{0}}) == sizes{7, 0});
  CHECK(of(10, roles<role::train, calibration>{}) == sizes{});
  CHECK(detail::part_sizes(roles<role::train, calibration>{}).parts == 2);
  CHECK(detail::part_sizes(fractions{}).parts == 3);
}

TEST_CASE("sizes that do not fit") {
  of(3, counts_of{count_of<role::train>{4}}, "split: a part cannot have 4 rows, there are 3");
  of(3, counts_of{count_of<role::train>{2}, count_of<calibration>{2}},
     "split: the parts have 4 rows together, there are 3");
  of(0, fractions{.train = 1.0}, "split: 1 of 0 rows leaves part 0 empty; give counts{...} if it may be");
  of(9, fractions{}, "split: every part has fraction 0");
  of(9, fractions{.train = 0.9, .test = 0.2}, "split: the fractions add up to 1.1, more than 1");
  of(9, fractions{.train = 1.5}, "split: 1.5 is not a fraction between 0 and 1");
}
