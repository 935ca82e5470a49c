// SPDX-License-Identifier: BSL-1.0
/// \file
/// Balanced: exactly as many rows of every class, and of a class each row as often as may be.

#include <smelt/samplers/balanced.hpp>

#include <doctest/doctest.h>

#include <support/deviates.hpp>

#include <algorithm>
#include <vector>

using namespace smelt;

namespace {

using counts = std::vector<smelt::index>;

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

/// Classes 5, 7 and 9 of 40, 13 and 3 rows.
std::vector<int> three_classes() {
  std::vector<int> labels;
  for (int i = 0; i < 56; ++i) labels.push_back(i * 5 % 56 < 40 ? 5 : i * 5 % 56 < 53 ? 7 : 9);
  return labels;
}

counts times_of(const balanced& sampler, smelt::index rows, std::uint64_t epoch) {
  counts times(at(rows));
  const auto drawn = sampler.map(rows, epoch);
  for (smelt::index i = 0; i < drawn.count(); ++i) ++times[at(drawn(i))];
  return times;
}

}  // namespace

TEST_CASE("the example") {
  // [balanced example]
  std::vector<int> species = three_classes();  // 40, 13 and 3 rows
  auto under = balanced{species, each_class::fewest, seed{42}}.map(56, 0);  // 3 of each
  auto over = balanced{species, each_class::most, seed{42}}.map(56, 0);     // 40 of each
  // [balanced example]
  CHECK(under.count() == 9);
  CHECK(over.count() == 120);
}

TEST_CASE("exact numbers of each class, each row as often as may be") {
  const auto labels = three_classes();
  for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
    const counts under = times_of({labels, each_class::fewest, seed{3}}, 56, epoch);
    const counts over = times_of({labels, each_class::most, seed{3}}, 56, epoch);
    for (const int label : {5, 7, 9}) {
      smelt::index few = 0;
      smelt::index many = 0;
      for (std::size_t r = 0; r < 56; ++r) {
        if (labels[r] != label) continue;
        few += under[r];
        many += over[r];
        CHECK(under[r] <= 1);
        const smelt::index size = label == 5 ? 40 : label == 7 ? 13 : 3;
        CHECK((over[r] == 40 / size || over[r] == 40 / size + 1));
      }
      CHECK(few == 3);
      CHECK(many == 40);
    }
  }
}

TEST_CASE("every row of a class is as likely, other rows in other epochs") {
  const auto labels = three_classes();
  std::vector<double> left_in(56);
  std::vector<double> once_more(56);
  for (std::uint64_t epoch = 0; epoch < 4000; ++epoch) {
    const counts under = times_of({labels, each_class::fewest, seed{12}}, 56, epoch);
    const counts over = times_of({labels, each_class::most, seed{12}}, 56, epoch);
    for (std::size_t r = 0; r < 56; ++r) {
      left_in[r] += static_cast<double>(under[r]);
      once_more[r] += over[r] == 14 || (labels[r] == 7 && over[r] == 4);
    }
  }
  std::vector<double> large;
  std::vector<double> small;
  std::vector<double> middle;
  for (std::size_t r = 0; r < 56; ++r)
    (labels[r] == 5 ? large : labels[r] == 7 ? middle : small)
        .push_back(labels[r] == 5 ? left_in[r] : once_more[r]);
  CHECK(smelt_test::deviates(large) < smelt_test::most_deviates);
  CHECK(smelt_test::deviates(small) < smelt_test::most_deviates);
  CHECK(smelt_test::deviates(middle) < smelt_test::most_deviates);
}

TEST_CASE("the rows of a class are whole orders of it, one after another") {
  // Two rows of class 0, five of class 1: of class 0 two orders, and the first row of a third.
  const std::vector<int> labels{0, 1, 1, 0, 1, 1, 1};
  const smelt::index of_class[] = {0, 3};
  for (std::uint64_t epoch = 0; epoch < 10; ++epoch) {
    const counts times = times_of({labels, each_class::most, seed{3}}, 7, epoch);
    const seed own = seed_of(seed_of(seed{3}, 0, 7), epoch, 7);
    const smelt::index once_more = of_class[permutation(own, 2, 2)(0)];
    for (const smelt::index row : of_class) CHECK(times[at(row)] == (row == once_more ? 3 : 2));
    for (const std::size_t row : {1u, 2u, 4u, 5u, 6u}) CHECK(times[row] == 1);
  }
}

TEST_CASE("a file's checksum is of the classes too: the same rows in their order may be other classes") {
  const balanced sampler{std::vector<int>{0, 0, 0, 1}, each_class::most, seed{1}};
  const balanced other{std::vector<int>{0, 1, 1, 1}, each_class::most, seed{1}};
  const balanced same{std::vector<double>{5, 5, 5, 9}, each_class::most, seed{1}};
  CHECK(sampler.text() == other.text());
  CHECK(sampler.given_bytes() != other.given_bytes());
  CHECK(sampler.given_bytes() == same.given_bytes());
}

TEST_CASE("one class, no rows, and what cannot be drawn") {
  CHECK(balanced{std::vector<int>{4, 4}, each_class::most, seed{1}}.map(2, 0).count() == 2);
  CHECK(balanced{std::vector<int>{}, each_class::fewest, seed{1}}.map(0, 0).count() == 0);
  const balanced sampler{std::vector<int>{1, 2}, each_class::fewest, seed{1}};
  status found;
  CHECK_FALSE(sampler.check(3, found));
  CHECK(std::string(found.what()) ==
        "balanced{2 labels, each_class::fewest, seed{1}}: there are 3 rows to choose from");
  const row_map part(56, 10, 30);
  const auto labels = three_classes();
  CHECK(balanced{labels, part, each_class::most, seed{1}}.text() ==
        "balanced{30 labels, each_class::most, seed{1}}");
}
