// SPDX-License-Identifier: BSL-1.0
/// \file
/// shuffle_split: scikit-learn's sizes, each fold a random split of its own.

#include <smelt/splits/shuffle_split.hpp>

#include <doctest/doctest.h>
#include <smelt/splits/k_fold.hpp>
#include <splits/sklearn_sizes.hpp>
#include <support/parts.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("sizes as scikit-learn's") {
  for (const auto& line : sklearn_shuffle_split) {
    const smelt::index n = line[0][0];
    const double share = static_cast<double>(line[0][1]) / 100;
    CAPTURE(n);
    const auto [made, said] = folded(shuffle_split{share, seed{3}}, n, 3);
    REQUIRE(said == "");
    REQUIRE(made.parts.size() == 6);
    for (std::size_t f = 0; f < 3; ++f) {
      CHECK(size_list{made.parts[2 * f].count(), made.parts[2 * f + 1].count()} == line[1]);
      CHECK(wrong_with({made.parts[2 * f], made.parts[2 * f + 1]}, n) == "");
    }
    CHECK(made.keeps == nullptr);
  }
}

TEST_CASE("folds and seeds differ") {
  const auto made = folded(shuffle_split{0.2, seed{1}}, 100, 2).first;
  const auto other = folded(shuffle_split{0.2, seed{2}}, 100, 2).first;
  CHECK(rows_of(made.parts[1]) != rows_of(made.parts[3]));
  CHECK(rows_of(made.parts[1]) != rows_of(other.parts[1]));
  CHECK(made.id != other.id);
  CHECK(made.id != folded(shuffle_split{0.3, seed{1}}, 100, 2).first.id);
  CHECK(made.id != folded(shuffle_split{0.2, seed{1}}, 99, 2).first.id);  // 20 rows are held out, too
  // A fifth of 25 rows is 5, as many as there are folds.
  CHECK(folded(shuffle_split{0.2, seed{7}}, 25, 5).first.id != folded(k_fold{seed{7}}, 25, 5).first.id);
  for (std::size_t f = 0; f < 2; ++f) {
    const permutation order(seed{1}, detail::repeat_stream + f, 100);
    for (smelt::index i = 0; i < 20; ++i) CHECK(made.parts[2 * f + 1](i) == order(i));
  }
}

TEST_CASE("shares that leave nothing are refused") {
  CHECK(folded(shuffle_split{0.0, {}}, 10, 2).second ==
        "shuffle_split: 0 is not a share between 0 and 1");
  CHECK(folded(shuffle_split{1.0, {}}, 10, 2).second ==
        "shuffle_split: 1 is not a share between 0 and 1");
  CHECK(folded(shuffle_split{1.0, {}}, 10, 2).first.parts.empty());
  CHECK(folded(shuffle_split{0.5, {}}, 1, 2).first.parts.empty());
  CHECK(folded(shuffle_split{0.5, {}}, 2, 2).second == "");
  CHECK(folded(shuffle_split{0.5, {}}, 1, 2).second ==
        "shuffle_split: 0.5 of 1 rows held out leaves 0 to fit");
  CHECK(folded(shuffle_split{0.5, {}}, 0, 2).second ==
        "shuffle_split: 0.5 of 0 rows held out leaves 0 to fit");
}
