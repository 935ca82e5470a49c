// SPDX-License-Identifier: BSL-1.0
/// \file
/// What split, fit, merge, batches, inverse and a fitted chain refuse, word for word.

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <limits>

using namespace smelt;

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
  CHECK_THROWS_WITH_AS(split<struct a>(x, {.train = 8, .test = 2}, seed{7}),
                       "split: 8 is not a fraction between 0 and 1", value_error);
  CHECK_THROWS_WITH_AS(split<struct b>(x, {.train = -0.1, .test = 0.2}, seed{7}),
                       "split: -0.1 is not a fraction between 0 and 1", value_error);
  CHECK_THROWS_WITH_AS(
      split<struct c>(x, {.train = std::numeric_limits<double>::quiet_NaN()}, seed{7}),
      "split: nan is not a fraction between 0 and 1", value_error);
  CHECK_THROWS_WITH_AS(split<struct d>(x, {.train = 0.0}, in_order),
                       "split: every part has fraction 0", value_error);
  CHECK_THROWS_WITH_AS(split<struct e>(x, {.train = 0.75, .test = 0.5}, in_order),
                       "split: the fractions add up to 1.25, more than 1", value_error);
  CHECK_THROWS_WITH_AS(
      split<struct f>(x, {.train = 0.9, .validation = 0.05, .test = 0.05}, in_order),
      "split: 0.05 of 10 rows leaves part 2 empty; give counts{...} if it may be", value_error);
  CHECK_THROWS_WITH_AS(split<struct g>(x, counts{.train = -1, .test = 2}, in_order),
                       "split: a part cannot have -1 rows, there are 10", value_error);
  CHECK_THROWS_WITH_AS(split<struct h>(x, counts{.train = 8, .test = 3}, seed{7}),
                       "split: the parts have 11 rows together, there are 10", value_error);
  CHECK_THROWS_WITH_AS(
      split<struct i>(x, shares{share<role::train>{0.75}, share<role::test>{0.5}}, seed{7}),
      "split: the fractions add up to 1.25, more than 1", value_error);
}

TEST_CASE("data that no chain can be fitted on") {
  const auto chain = standardize();
  CHECK_THROWS_WITH_AS(fit(on::seq, chain, table<double>(3, 0)),
                       "fit: the data have 0 columns, at least 1 is needed", shape_error);
  CHECK_THROWS_WITH_AS(fit(on::seq, chain, table<double>(0, 3)),
                       "fit: the data have 0 rows, at least 1 is needed", value_error);
  // A chain that learns nothing needs no rows.
  CHECK(fit(on::seq, clip(0, 1), table<double>(0, 3)).cols() == 3);
}

TEST_CASE("pieces that do not fit together") {
  const auto chain = standardize();
  const table<double> x = counting(12, 2);
  const auto first = fit(on::seq, chain, x.row_range(0, 4));
  CHECK_THROWS_WITH_AS(fit(on::seq, chain, counting(4, 3), continues(first)),
                       "fit: this piece has 3 columns, the first has 2", shape_error);
  CHECK_THROWS_WITH_AS(fit(on::seq, chain, x.row_range(5, 8), continues(first)),
                       "fit: this piece begins in row 5 of its source, the one it continues ended "
                       "before row 4",
                       value_error);
  const auto stranger = fit(on::seq, chain, x.row_range(4, 8));
  CHECK_THROWS_WITH_AS(merge(first, stranger),
                       "merge: the second piece (rows from 4) does not continue the first (rows 0 "
                       "to 4); fit it with continues(first)",
                       value_error);
  const auto second = fit(on::seq, chain, x.row_range(4, 8), continues(first));
  CHECK_THROWS_WITH_AS(merge(second, first),
                       "merge: the second piece (rows from 0) does not continue the first (rows 4 "
                       "to 8); fit it with continues(first)",
                       value_error);
  CHECK_NOTHROW(merge(first, second));
}

TEST_CASE("batches and inverse") {
  const auto fitted = fit(on::seq, standardize(), counting(8, 2));
  const table<double> x = counting(8, 2);
  CHECK_THROWS_WITH_AS(batches(on::seq, fitted, x, {.rows = 0}),
                       "batches: a batch needs at least 1 row, not 0", value_error);
  const table<double> wide = counting(8, 3);
  CHECK_THROWS_WITH_AS(batches(on::seq, fitted, wide, {.rows = 4}),
                       "the chain was fitted on 2 columns, this view has 3", shape_error);
  CHECK_THROWS_WITH_AS(inverse(on::seq, fitted, wide),
                       "the chain writes 2 columns, this view has 3", shape_error);
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
