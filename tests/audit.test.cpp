// SPDX-License-Identifier: BSL-1.0
/// \file
/// audit: the largest deviations and where they are, by hand on small tables.

#include <smelt/audit.hpp>

#include <doctest/doctest.h>

#include <smelt/samplers/chosen.hpp>
#include <smelt/samplers/stratified.hpp>

#include <cstdint>
#include <limits>
#include <vector>

using namespace smelt;

namespace {

table<double> small_table() {
  table<double> x(6, 3);
  for (smelt::index r = 0; r < 6; ++r) {
    x(r, 0) = static_cast<double>(r);
    x(r, 1) = 7.0;
    x(r, 2) = r < 2 ? missing_value<double> : static_cast<double>(r);
  }
  return x;
}

}  // namespace

TEST_CASE("the example") {
  std::vector<int> labels{0, 0, 0, 1, 1, 1};
  const table<double> x = small_table();
  // [audit example]
  auto data = labelled(x, labels);
  auto found = audit(data, stratified{labels, 4, seed{42}}.map(6, 0));
  bool like_the_whole = found.share < 0.01 && found.mean < 0.5;
  // [audit example]
  CHECK(found.share == 0.0);
  CHECK((like_the_whole || found.mean >= 0.5));
}

TEST_CASE("by hand: shares, means, ranges") {
  std::vector<int> labels{5, 5, 5, 9, 9, 9};
  const table<double> x = small_table();
  const auto found = audit(labelled(x, labels), chosen{{1, 2, 2, 3}}.map(6, 0));
  // Classes: 3/4 against 1/2. Column 0: mean 2 against 2.5, deviation sqrt(35/12); range 2 of 5.
  // Column 2: mean 7/3 against 3.5, deviation sqrt(5/4); range 1 of 3.
  CHECK(found.share == 0.25);
  CHECK(found.share_class == 0);
  CHECK(found.mean == doctest::Approx((3.5 - 7.0 / 3) / std::sqrt(1.25)));
  CHECK(found.mean_col == 2);
  CHECK(found.range == doctest::Approx(2.0 / 3));
  CHECK(found.range_col == 2);
  CHECK(found.text().find("class 0") != std::string::npos);
}

TEST_CASE("the whole is like itself; nothing of a column is as far as can be") {
  const table<double> x = small_table();
  const auto same = audit(x, row_map(6));
  CHECK((same.mean == 0.0 && same.range == 0.0 && same.share_class == -1));
  CHECK((same.mean_col == 0 && same.range_col == 0));  // the first of equal ones
  const auto none = audit(x, row_map(6, 0, 2));
  CHECK(none.mean == std::numeric_limits<double>::infinity());
  CHECK((none.mean_col == 2 && none.range == 1.0 && none.range_col == 2));
}

TEST_CASE("the first column may be the furthest, and one without values is none") {
  table<double> x = small_table();
  // Row 5: of column 0 it is 2.5 from the mean, its deviation is sqrt(35/12); of column 2 less.
  const auto last = audit(x, row_map(6, 5, 1));
  CHECK(last.mean == doctest::Approx(2.5 / std::sqrt(35.0 / 12)));
  CHECK((last.mean_col == 0 && last.range == 1.0 && last.range_col == 0));
  for (smelt::index r = 0; r < 6; ++r) x(r, 0) = missing_value<double>;
  const auto without = audit(x, row_map(6, 5, 1));
  CHECK(without.mean == doctest::Approx(1.5 / std::sqrt(1.25)));
  CHECK((without.mean_col == 2 && without.range_col == 2));
}

TEST_CASE("a sample of a part of as many steps as there may be, such as a fold's") {
  const table<double> x = small_table();
  row_map deep(6);
  for (std::uint64_t k = 0; k < row_map::most_steps; ++k)
    deep = deep.of(row_map(permutation(seed{k}, 0, 6), 0, 6));
  const part<decltype(x.view()), struct some_split, role::train> all{x.view(), deep, 1};
  const auto found = audit(all, chosen{{0, 1}}.map(6, 0));
  const auto same = audit(x, chosen{{deep(0), deep(1)}}.map(6, 0));
  CHECK(found.mean == doctest::Approx(same.mean));
  CHECK((found.range == same.range && found.range_col == same.range_col));
}

TEST_CASE("a part of a part's rows, and what is refused") {
  const table<double> x = small_table();
  const part<decltype(x.view()), struct some_split, role::train> odd{
      x.view(), row_map(6, row_step(stepped_step::every(2, 1), 3)), 1};
  const auto found = audit(odd, row_map(3, 0, 2));  // rows 1 and 3 of 1, 3 and 5
  CHECK(found.mean == 1.0);  // of column 2: 3 against 3 and 5; column 0 is 1 / sqrt(8 / 3) off
  CHECK(found.mean_col == 2);
  CHECK_THROWS_WITH_AS(audit(x, row_map(6, 0, 0)), "audit: the sample has no rows", value_error);
  CHECK_THROWS_WITH_AS(audit(x, row_map(5)), "audit: the sample is of 5 rows, the data have 6",
                       value_error);
}
