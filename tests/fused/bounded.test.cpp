// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fused chain against one stage at a time, where a run of lines was merged or a mean and M2 were
/// carried forward: other roundings, within a stated bound.
///
/// The bound is the oracle's: both ways round the same exact chain, and it carries for each element
/// how far an evaluation in double may lie away; so the two are at most twice that apart, and one
/// rounding of each result. It allows for the worst order of signs in every sum. What rounding does
/// in fact is far less, so that a loss of a few digits would be seen first by a second bound: 64
/// units of 2^-53 of a column's largest result.
///
/// A column far from zero has a mean that is rounded to its own last place, which may be many of
/// its deviation's. A run of lines is solved from that mean and is as exact as standardize alone,
/// not as exact as a second fit on numbers near zero: the last test.

#include <support/staged.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("a mean and M2 carried through a fill") {
  check_bounded("fill, standardize", fill::mean | standardize(), oracle::fill_mean{},
                oracle::standardize{});
  check_bounded("fill, clip, standardize", fill::mean | clip(-1, 2) | standardize(ddof{1}),
                oracle::fill_mean{}, oracle::clip{-1, 2}, oracle::standardize{1});
  check_bounded("fill, standardize the table", fill::mean | standardize(over::table),
                oracle::fill_mean{}, oracle::standardize{0, true, true, true});
}

TEST_CASE("runs of lines merged") {
  check_bounded("standardize, min-max", standardize() | normalize(min_max{-1, 1}),
                oracle::standardize{}, oracle::min_max{-1, 1});
  check_bounded("min-max, standardize", normalize(min_max{2, 3}) | standardize(),
                oracle::min_max{2, 3}, oracle::standardize{});
  check_bounded("min-max, max-abs", normalize(min_max{2, 3}) | normalize(max_abs),
                oracle::min_max{2, 3}, oracle::max_abs{});
  check_bounded("three lines", standardize() | normalize(max_abs) | standardize(ddof{1}),
                oracle::standardize{}, oracle::max_abs{}, oracle::standardize{1});
  check_bounded("fill, two lines, row norm",
                fill::mean | standardize() | normalize(min_max{-1, 1}) | normalize(l2),
                oracle::fill_mean{}, oracle::standardize{}, oracle::min_max{-1, 1},
                oracle::row_norm{2});
}

TEST_CASE("a standardize forgets the lines before it, by its bits") {
  const everywhere on;
  for (const auto& shape : law_shapes) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);  // with columns a million deviations from zero
    const auto y = on(standardize(), x);
    CHECK(difference(on(normalize(min_max{2, 3}) | standardize(), x), y) == "");
    oracle::chain exact;
    exact.then(oracle::standardize{});
    CHECK(problem(exact.fit(sheet_of(x)).transform(sheet_of(x)), y) == "");
  }
}
