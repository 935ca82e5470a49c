// SPDX-License-Identifier: BSL-1.0
/// \file
/// k_fold: scikit-learn's sizes, each row held out once, in order and in a random one.

#include <smelt/splits/k_fold.hpp>

#include <doctest/doctest.h>
#include <splits/sklearn_sizes.hpp>
#include <support/parts.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("sizes as scikit-learn's, each row held out once") {
  for (const auto& line : sklearn_k_fold)
    for (const k_fold& how : {k_fold{}, k_fold{seed{3}}}) {
      const smelt::index n = line[0][0];
      CAPTURE(n);
      const auto [made, said] = folded(how, n, static_cast<smelt::index>(line[1].size()));
      REQUIRE(said == "");
      size_list sizes;
      for (std::size_t f = 0; 2 * f < made.parts.size(); ++f)
        sizes.push_back(made.parts[2 * f + 1].count());
      CHECK(sizes == line[1]);
      CHECK(wrong_with_folds(made, n) == "");
      CHECK(made.keeps == nullptr);
    }
}

TEST_CASE("in order: the first rows are held out first") {
  const auto made = folded(k_fold{}, 5, 2).first;
  CHECK(rows_of(made.parts[1]) == row_list{0, 1, 2});
  CHECK(rows_of(made.parts[0]) == row_list{3, 4});
  CHECK(rows_of(made.parts[2]) == row_list{0, 1, 2});
}

TEST_CASE("folds are a function of the seed, the number of rows and the number of folds") {
  const auto made = folded(k_fold{seed{1}}, 100, 4).first;
  CHECK(rows_of(made.parts[1]) == rows_of(folded(k_fold{seed{1}}, 100, 4).first.parts[1]));
  CHECK(made.id == folded(k_fold{seed{1}}, 100, 4).first.id);
  for (const auto& other : {folded(k_fold{seed{2}}, 100, 4), folded(k_fold{seed{1}}, 101, 4),
                            folded(k_fold{seed{1}}, 100, 5), folded(k_fold{}, 100, 4)}) {
    CHECK(made.id != other.first.id);
    CHECK(rows_of(made.parts[1]) != rows_of(other.first.parts[1]));
  }
}

TEST_CASE("folds in order are none of a seed") {
  CHECK(folded(k_fold{}, 100, 4).first.id != folded(k_fold{seed{0}}, 100, 4).first.id);
}

TEST_CASE("of part of the rows, too") {
  status found;
  const row_map some = row_map(permutation(seed{5}, 0, 50), 10, 30);
  const auto made = k_fold{seed{6}}.fold(some, 4, found);
  REQUIRE(found);
  std::vector<row_map> all;
  for (std::size_t f = 0; f < 4; ++f) {
    all.push_back(made.parts[2 * f + 1]);
    CHECK(wrong_with({made.parts[2 * f], made.parts[2 * f + 1]}, 50, false) == "");
    CHECK(made.parts[2 * f].count() + all[f].count() == 30);
    for (smelt::index row : rows_of(all[f])) CHECK(some.contains(row));
  }
  CHECK(wrong_with(all, 50, false) == "");
}

TEST_CASE("more folds than rows are refused") {
  CHECK(folded(k_fold{}, 3, 4).first.parts.empty());
  CHECK(folded(k_fold{}, 3, 4).second == "folds: 4 folds need 4 rows at least, there are 3");
  CHECK(folded(k_fold{}, 0, 2).second == "folds: 2 folds need 2 rows at least, there are 0");
  CHECK(folded(k_fold{}, 1, 2).second == "folds: 2 folds need 2 rows at least, there are 1");
}
