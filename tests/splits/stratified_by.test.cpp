// SPDX-License-Identifier: BSL-1.0
/// \file
/// stratified_by: exact counts of each class in each part, and rare classes everywhere they can be.

#include <smelt/splits/stratified_by.hpp>

#include <doctest/doctest.h>
#include <splits/sklearn_sizes.hpp>
#include <support/parts.hpp>

#include <algorithm>
#include <numeric>

using namespace smelt;
using namespace smelt_test;

namespace {
const fractions fifths{.train = 0.8, .test = 0.2};
const fractions three{.train = 0.6, .validation = 0.2, .test = 0.2};
}  // namespace

TEST_CASE("folds have scikit-learn's counts of each class") {
  for (const auto& line : sklearn_stratified) {
    const auto labels = spread(line[0]);
    const auto n = static_cast<smelt::index>(labels.size());
    CAPTURE(n);
    for (const auto& [made, said] : {folded(stratified_by(labels), n, line[1][0]),
                                     folded(stratified_by(labels, seed{2}), n, line[1][0])}) {
      REQUIRE(said == "");
      size_list counts;
      for (std::size_t f = 1; f < made.parts.size(); f += 2)
        for (smelt::index rows : counted(made.parts[f], labels, line[0].size()))
          counts.push_back(rows);
      CHECK(counts == line[2]);
      CHECK(wrong_with_folds(made, n) == "");
    }
  }
}

TEST_CASE("the sizes that parts have without classes, and of each class its share") {
  const auto labels = spread({10, 3, 2});  // scikit-learn's test part has 2, 1, 0: no row of the last
  const auto made = cut(stratified_by(labels, seed{1}), 15, fifths).first;
  CHECK(wrong_with(made.parts, 15) == "");
  CHECK(counted(made.parts[0], labels, 3) == row_list{9, 2, 1});
  CHECK(counted(made.parts[2], labels, 3) == row_list{1, 1, 1});
  const auto large = spread({600, 301, 99});
  const auto parts = cut(stratified_by(large, seed{1}), 1000, three).first;
  CHECK(counted(parts.parts[0], large, 3) == row_list{360, 181, 59});
  CHECK(counted(parts.parts[1], large, 3) == row_list{120, 60, 20});
  CHECK(counted(parts.parts[2], large, 3) == row_list{120, 60, 20});
}

TEST_CASE("a class of one row goes to the first part, of two to the first two") {
  const auto labels = spread({1, 2, 3, 94 + 3});  // 103
  const auto made = cut(stratified_by(labels, seed{1}), 103, three).first;
  CHECK(wrong_with(made.parts, 103) == "");
  const auto train = counted(made.parts[0], labels, 4), valid = counted(made.parts[1], labels, 4),
             test = counted(made.parts[2], labels, 4);
  CHECK((train[0] == 1 && valid[0] == 0 && test[0] == 0));
  CHECK((train[1] == 1 && valid[1] == 1 && test[1] == 0));
  CHECK((train[2] == 1 && valid[2] == 1 && test[2] == 1));
  CHECK((made.parts[0].count() == 62 && made.parts[1].count() == 21 && made.parts[2].count() == 20));
}

TEST_CASE("two rows of fifty thousand: one in each part") {
  const auto labels = spread({49998, 2});
  const auto made = cut(stratified_by(labels, seed{1}), 50000, fifths).first;
  CHECK(counted(made.parts[2], labels, 2) == row_list{9999, 1});
  CHECK(counted(made.parts[0], labels, 2) == row_list{39999, 1});
}

TEST_CASE("a thousand classes") {
  for (smelt::index each : {1, 2, 3, 10}) {
    CAPTURE(each);
    std::vector<smelt::index> sizes(1000, each);
    sizes[0] += 4;
    const auto labels = spread(sizes);
    const auto n = static_cast<smelt::index>(labels.size());
    const auto made = cut(stratified_by(labels, seed{1}), n, fifths).first;
    CHECK(wrong_with(made.parts, n) == "");
    const auto plain = detail::part_sizes(fifths);
    status found;
    CHECK(made.parts[2].count() == plain.of(n, found)[2]);
    auto test = counted(made.parts[2], labels, 1000);
    test.erase(test.begin());
    for (smelt::index rows : test) CHECK((rows >= each / 5 && rows <= each / 5 + 1));
    CHECK((each < 10 || *std::min_element(test.begin(), test.end()) >= 1));
  }
}

TEST_CASE("which rows: the seed chooses, without one the first; counts stay") {
  const auto labels = spread({50, 51});
  const auto plain = cut(stratified_by(labels), 101, fifths).first;
  const auto one = cut(stratified_by(labels, seed{1}), 101, fifths).first;
  const auto two = cut(stratified_by(labels, seed{2}), 101, fifths).first;
  CHECK(counted(one.parts[2], labels, 2) == counted(two.parts[2], labels, 2));
  CHECK(rows_of(one.parts[2]) != rows_of(two.parts[2]));
  CHECK(one.id != two.id);
  CHECK(one.id == cut(stratified_by(labels, seed{1}), 101, fifths).first.id);
  smelt::index last = 0;  // the last row of each class in the train part comes before the test part's
  for (smelt::index row : rows_of(plain.parts[0]))
    if (labels[static_cast<std::size_t>(row)] == 0) last = row;
  for (smelt::index row : rows_of(plain.parts[2]))
    if (labels[static_cast<std::size_t>(row)] == 0) CHECK(row > last);
}

TEST_CASE("the train part has the first rows of an order of each class") {
  std::vector<int> labels(20);
  for (std::size_t r = 10; r < 20; ++r) labels[r] = 1;
  const auto made = cut(stratified_by(labels, seed{4}), 20, fifths).first;
  for (std::uint64_t c = 0; c < 2; ++c) {
    const permutation order(seed{4}, detail::class_stream + c, 10);
    for (smelt::index k = 0; k < 10; ++k)
      CHECK(made.parts[k < 8 ? 0 : 2].contains(static_cast<smelt::index>(10 * c) + order(k)));
  }
}

TEST_CASE("one class, no rows, as many folds as rows, more, and what is refused") {
  const std::vector<float> same(7, 1.5f);
  const auto made = cut(stratified_by(same), 7, fifths).first;
  CHECK((made.parts[0].count() == 5 && made.parts[2].count() == 2));
  CHECK(wrong_with_folds(folded(stratified_by(same), 7, 7).first, 7) == "");
  CHECK(folded(stratified_by(same), 7, 8).second == "folds: 8 folds need 8 rows at least, there are 7");
  CHECK(folded(stratified_by(same), 7, 8).first.parts.empty());
  CHECK(folded(stratified_by(same), 8, 2).first.parts.empty());
  CHECK(cut(stratified_by(same), 8, fifths).second == "stratified_by(labels) has 7 keys, the data have 8 rows");
  const std::vector<int> none;
  CHECK(cut(stratified_by(none), 0, counts{}).second == "");
  const std::vector<double> holed{1.0, missing_value<double>};
  CHECK(cut(stratified_by(holed), 2, counts{.train = 1}).second ==
        "the label of row 1 is NaN: it is in no class");
}

TEST_CASE("counts, and rows left over") {
  const auto labels = spread({60, 41});
  const auto made = cut(stratified_by(labels, seed{1}), 101, counts{.train = 10, .test = 5}).first;
  CHECK(counted(made.parts[0], labels, 2) == row_list{6, 4});
  CHECK(made.parts[1].count() == 0);
  CHECK(counted(made.parts[2], labels, 2) == row_list{3, 2});
  CHECK(wrong_with(made.parts, 101, false) == "");
}
