// SPDX-License-Identifier: BSL-1.0
/// \file
/// What split, fit, merge, batches, inverse and a fitted chain refuse, word for word, the verbs
/// thrown and by value.

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/both_ways.hpp>

#include <limits>

using namespace smelt;
using smelt_test::both_say;

namespace {

table<double> counting(smelt::index rows, smelt::index cols) {
  table<double> t(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) t(r, c) = static_cast<double>(r * cols + c);
  return t;
}

}  // namespace

TEST_CASE("sizes of a split") {
  const table<double> x = counting(10, 2);
  auto refuses = [&](const std::string& text, const auto& sizes, const auto& order) {
    both_say<value_error>(
        text, [&](auto... quiet) { return split<struct tag>(quiet..., x, sizes, order); });
  };
  refuses("split: 8 is not a fraction between 0 and 1", fractions{.train = 8, .test = 2}, seed{7});
  refuses("split: -0.1 is not a fraction between 0 and 1", fractions{.train = -0.1, .test = 0.2},
          seed{7});
  refuses("split: nan is not a fraction between 0 and 1",
          fractions{.train = std::numeric_limits<double>::quiet_NaN()}, seed{7});
  refuses("split: every part has fraction 0", fractions{.train = 0.0}, in_order);
  refuses("split: the fractions add up to 1.25, more than 1", fractions{.train = 0.75, .test = 0.5},
          in_order);
  refuses("split: 0.05 of 10 rows leaves part 2 empty; give counts{...} if it may be",
          fractions{.train = 0.9, .validation = 0.05, .test = 0.05}, in_order);
  refuses("split: a part cannot have -1 rows, there are 10", counts{.train = -1, .test = 2},
          in_order);
  refuses("split: the parts have 11 rows together, there are 10", counts{.train = 8, .test = 3},
          in_order);
  refuses("split: the fractions add up to 1.25, more than 1",
          shares{share<role::train>{0.75}, share<role::test>{0.5}}, seed{7});
}

TEST_CASE("data that no chain can be fitted on") {
  const auto chain = standardize();
  auto refuses = [&](auto error, const std::string& text, const table<double>& x) {
    both_say<decltype(error)>(text,
                              [&](auto... quiet) { return fit(quiet..., on::seq, chain, x); });
    both_say<decltype(error)>(
        text, [&](auto... quiet) { return fit_transform(quiet..., on::seq, chain, x); });
  };
  refuses(shape_error(""), "fit: the data have 0 columns, at least 1 is needed",
          table<double>(3, 0));
  refuses(value_error(""), "fit: the data have 0 rows, at least 1 is needed", table<double>(0, 3));
  // A chain that learns nothing needs no rows.
  CHECK(fit(on::seq, clip(0, 1), table<double>(0, 3)).cols() == 3);
}

TEST_CASE("pieces that do not fit together") {
  const auto chain = standardize();
  const table<double> x = counting(12, 2);
  const table<double> wide = counting(4, 3);
  const auto first = fit(on::seq, chain, x.row_range(0, 4));
  both_say<shape_error>("fit: this piece has 3 columns, the first has 2", [&](auto... quiet) {
    return fit(quiet..., on::seq, chain, wide, continues(first));
  });
  both_say<value_error>(
      "fit: this piece begins in row 5 of its source, the one it continues ended before row 4",
      [&](auto... quiet) {
        return fit(quiet..., on::seq, chain, x.row_range(5, 8), continues(first));
      });
  auto refuses = [](const std::string& text, const auto& a, const auto& b) {
    both_say<value_error>(text, [&](auto... quiet) { return merge(quiet..., a, b); });
  };
  const auto stranger = fit(on::seq, chain, x.row_range(4, 8));
  refuses(
      "merge: the second piece (rows from 4) does not continue the first (rows 0 to 4); fit "
      "it with continues(first)",
      first, stranger);
  const auto second = fit(on::seq, chain, x.row_range(4, 8), continues(first));
  refuses(
      "merge: the second piece (rows from 0) does not continue the first (rows 4 to 8); fit "
      "it with continues(first)",
      second, first);
  const auto joined = merge(std::nothrow, first, second);
  REQUIRE(joined);
  CHECK(*joined == merge(first, second));
}

TEST_CASE("batches and inverse") {
  const auto fitted = fit(on::seq, standardize(), counting(8, 2));
  const table<double> x = counting(8, 2);
  both_say<value_error>("batches: a batch needs at least 1 row, not 0", [&](auto... quiet) {
    return batches(quiet..., on::seq, fitted, x, {.rows = 0});
  });
  const table<double> wide = counting(8, 3);
  both_say<shape_error>("the chain was fitted on 2 columns, this view has 3", [&](auto... quiet) {
    return batches(quiet..., on::seq, fitted, wide, {.rows = 4});
  });
  both_say<shape_error>("the chain writes 2 columns, this view has 3",
                        [&](auto... quiet) { return inverse(quiet..., on::seq, fitted, wide); });
  // An epoch that cannot begin is empty.
  auto none = batches(std::nothrow, on::seq, fitted, wide);
  CHECK(none.begin() == none.end());
  CHECK(none.size() == 0);
  CHECK(none.ended().kind() == failure::shape);
  CHECK(batches(std::nothrow, on::seq, fitted, x, {.rows = 0}).size() == 0);
}

TEST_CASE("numbers that a fitted chain does not have") {
  const auto fitted = fit(on::seq, clean(fill::mean) | standardize(), counting(8, 2));
  CHECK(fitted.number(0, 0, 1) == 8.0);
  CHECK_THROWS_WITH_AS(fitted.number(2, 0, 0),
                       "the chain has 2 stages, counted from 0; there is no stage 2", value_error);
  CHECK_THROWS_WITH_AS(fitted.fired(2),
                       "the chain has 2 stages, counted from 0; there is no stage 2", value_error);
  CHECK_THROWS_WITH_AS(fitted.number(0, 1, 0),
                       "stage 0 has 1 numbers a column, there is no number 1", value_error);
  CHECK_THROWS_WITH_AS(fitted.number(1, -1, 0),
                       "stage 1 has 3 numbers a column, there is no number -1", value_error);
  CHECK_THROWS_WITH_AS(fitted.number(1, 2, 2),
                       "the chain was fitted on 2 columns, there is no column 2", value_error);
}
