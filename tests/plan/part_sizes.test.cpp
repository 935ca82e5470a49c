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

TEST_CASE("two parts as scikit-learn: the later rounded up, the earlier down or all that is left") {
  CHECK(of(10, fractions{.train = 0.75, .test = 0.25}) == sizes{7, 0, 3});
  CHECK(of(10, fractions{.train = 0.5, .test = 0.25}) == sizes{5, 0, 3});
  CHECK(of(10, fractions{.validation = 0.3, .test = 0.7}) == sizes{0, 3, 7});
  CHECK(of(10, fractions{.train = 0.75, .validation = 0.25}) == sizes{7, 3, 0});
  // What is 10^-9 short of the whole is the whole, what is shorter is not.
  CHECK(of(10, fractions{.train = (1.0 - 1e-9) - 0.5, .test = 0.5}) == sizes{5, 0, 5});
  CHECK(of(10, fractions{.train = 0.5 - 1.5e-9, .test = 0.5}) == sizes{4, 0, 5});
}

TEST_CASE("more parts by largest remainder, and what shares leave takes part in it") {
  CHECK(of(7, fractions{0.4, 0.3, 0.3}) == sizes{3, 2, 2});
  CHECK(of(10, fractions{0.375, 0.125, 0.25}) == sizes{4, 1, 3});   // 3.75, 1.25, 2.5; 2.5 are left
  CHECK(of(10, fractions{0.375, 0.125, 0.125}) == sizes{4, 1, 1});  // 3.75 are left
  CHECK(of(4, fractions{0.5, 0.4, 0.1},
           "split: 0.1 of 4 rows leaves part 2 empty; give counts{...} if it may be") == sizes{2, 2, 0});
  status found;
  CHECK(detail::sizes_of({0.5, 0.4, 0.1}, 4, found, true) == sizes{2, 2, 0});
  CHECK(found);
}

TEST_CASE("sizes that do not fit") {
  CHECK(of(3, counts_of{count_of<role::train>{3}}) == sizes{3});
  CHECK(of(3, counts{.train = -1}, "split: a part cannot have -1 rows, there are 3") == sizes{});
  of(3, counts_of{count_of<role::train>{4}}, "split: a part cannot have 4 rows, there are 3");
  of(3, counts_of{count_of<role::train>{2}, count_of<calibration>{2}},
     "split: the parts have 4 rows together, there are 3");
  of(0, fractions{.train = 1.0}, "split: 1 of 0 rows leaves part 0 empty; give counts{...} if it may be");
  of(9, fractions{}, "split: every part has fraction 0");
  of(9, fractions{.train = 0.9, .test = 0.2}, "split: the fractions add up to 1.1, more than 1");
  of(9, fractions{.train = 1.5}, "split: 1.5 is not a fraction between 0 and 1");
}
