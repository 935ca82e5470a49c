// SPDX-License-Identifier: BSL-1.0
/// \file
/// fit: the same bits on any policy, for any pieces and whatever columns stand beside; passes that
/// are repeated; origins.

#include <smelt/fit.hpp>

#include <support/on_both.hpp>

#include <cmath>
#include <new>  // std::nothrow
#include <string>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

const auto scaled = standardize() | normalize(min_max{-1, 1});

/// Noise whose first rows are alike in each column: whatever the first piece holds of them, it takes
/// the shift that the whole would take.
table<double> begun(smelt::index rows, smelt::index cols) {
  auto x = noise(rows, cols, 9);
  for (smelt::index r = 0; r < std::min<smelt::index>(rows, 64); ++r)
    for (smelt::index c = 0; c < cols; ++c) x(r, c) = 0.3 * static_cast<double>(c + 1);
  return x;
}

}  // namespace

TEST_CASE("the example") {
  table<double> monday(3, 1);
  table<double> tuesday(1, 1);
  monday(0, 0) = 1.0, monday(1, 0) = 1.0, monday(2, 0) = 1.0;
  tuesday(0, 0) = 5.0;
  // [fit example]
  auto first = fit(on::seq, standardize(), monday);
  auto second = fit(on::seq, standardize(), tuesday, continues(first));
  auto both_days = merge(first, second);  // mean 2 of four rows
  // [fit example]
  CHECK(both_days.number(0, 0, 0) == 2.0);
  CHECK(both_days.rows() == 4);
}

TEST_CASE("threads do not show") {
  const auto x = noise(20000, 7, 11);
  const auto chain = clean(fill::mean) | scaled;
  const auto f = fit(on::seq, chain, x);
  for (int threads : {1, 2, 5}) {
    workers pool{threads};
    CHECK(fit(on::eigen.on(pool), chain, x) == f);
  }
  CHECK(fit(on::eigen, chain, x) == f);
  CHECK(fit(on::eigen.alone(), chain, x) == f);
}

TEST_CASE("a column has its numbers whatever stands beside it") {
  const auto x = noise(1500, 9, 7);
  const auto f = fit(on::seq, scaled, x);
  for (smelt::index first : {0, 3, 8})
    for (smelt::index last : {first + 1, std::min<smelt::index>(first + 4, 9)}) {
      const auto g = fitted_on_both(scaled, x.columns(first, last));
      for (smelt::index c = first; c < last; ++c)
        for (int k = 0; k < 3; ++k) CHECK(g.number(0, k, c - first) == f.number(0, k, c));
    }
}

TEST_CASE("pieces: cut anywhere, the merged fit is that of the whole") {
  const auto x = begun(3000, 3);
  const auto whole = fit(on::seq, scaled, x);
  const auto y = transform(on::seq, whole, x);
  for (smelt::index cut : {1, 5, 63, 64, 1000, 1023, 1024, 1025, 1500, 2048, 2999}) {
    CAPTURE(cut);
    const auto a = fit(on::seq, scaled, x.row_range(0, cut));
    const auto b = fit(on::seq, scaled, x.row_range(cut, 3000), continues(a));
    const auto joined = merge(a, b);
    CHECK(joined == whole);
    CHECK(joined.rows() == 3000);
    const auto p = fit(on::eigen, scaled, x.row_range(0, cut));
    CHECK(merge(p, fit(on::eigen, scaled, x.row_range(cut, 3000), continues(p))) == whole);
    if (cut == 1500) CHECK(difference(transform(on::seq, joined, x), y) == "");
  }
}

TEST_CASE("pieces: noise from the first row on, with a first piece of 1024 rows") {
  const auto x = noise(2500, 3, 9);
  const auto a = fit(on::seq, scaled, x.row_range(0, 1024));
  CHECK(merge(a, fit(on::seq, scaled, x.row_range(1024, 2500), continues(a))) ==
        fit(on::seq, scaled, x));
}

TEST_CASE("pieces: three and more, joined from either side, in tables of their own") {
  const auto x = begun(4000, 2);
  const auto whole = fit(on::seq, scaled, x);
  const auto a = fit(on::seq, scaled, x.row_range(0, 700));
  const auto b = fit(on::eigen, scaled, x.row_range(700, 2900), continues(a));
  const auto c = fit(on::seq, scaled, x.row_range(2900, 4000), continues(b));
  CHECK(merge(merge(a, b), c) == whole);
  const auto ab = merge(a, b);
  CHECK(merge(ab, fit(on::seq, scaled, x.row_range(2900, 4000), continues(ab))) == whole);
  // Rows in memory of their own do not know where they lie; they go on where the first ended.
  const auto later = laid_out<column_major>(x.row_range(700, 4000));
  CHECK(merge(a, fit(on::seq, scaled, later, continues(a))) == whole);

  auto rows = fit(on::seq, scaled, x.row_range(0, 100));
  for (smelt::index r = 100; r < 4000; r += 100)
    rows = merge(rows, fit(on::seq, scaled, x.row_range(r, r + 100), continues(rows)));
  CHECK(rows == whole);
}

TEST_CASE("pieces: the numbers of each are those of all rows so far") {
  const auto chain = fill::mean | standardize();
  const auto x = begun(4000, 3);
  for (smelt::index first : {1, 700, 1024, 1500}) {
    CAPTURE(first);
    const auto a = fit(on::seq, chain, x.row_range(0, first));
    const auto b = fit(on::seq, chain, x.row_range(first, 2900), continues(a));
    const auto c = fit(on::eigen, chain, x.row_range(2900, 4000), continues(b));
    CHECK(b == merge(a, b));
    CHECK(b == fit(on::seq, chain, x.row_range(0, 2900)));
    CHECK(b.rows() == 2900);
    CHECK(c == fit(on::seq, chain, x));
    CHECK(merge(b, c) == c);
    CHECK(merge(a, merge(b, c)) == c);
    CHECK(c.rows() == 4000);
  }
}

TEST_CASE("pieces: what the rows so far hold, a piece may lack") {
  auto x = begun(2500, 2);
  for (smelt::index r = 1000; r < 2200; ++r) x(r, 1) = gone;
  const auto in_pieces = [&](const auto& chain, smelt::index cut, smelt::index other) {
    const auto whole = fit(on::seq, chain, x);
    const auto a = fit(on::eigen, chain, x.row_range(0, cut));
    const auto b = fit(on::eigen, chain, x.row_range(cut, other), continues(a));
    const auto c = fit(on::seq, chain, x.row_range(other, 2500), continues(b));
    CHECK(merge(a, merge(b, c)) == whole);
    CHECK(merge(merge(a, b), c) == whole);
  };
  in_pieces(fill::mean | standardize(), 1000, 2200);    // no value in column 1 of the second
  in_pieces(fill::mean | standardize(), 1000, 1010);    // nor of the third to begin with
  in_pieces(drop::any | standardize(zero::error), 1000, 2200);  // no row of the second stays
  in_pieces(standardize(zero::error), 1030, 1031);      // one row has deviation 0
  // The first piece stands for itself.
  const auto empty = x.row_range(1000, 2200);
  CHECK_THROWS_WITH_AS(fit(on::seq, fill::mean, empty),
                       "fill::mean: column 1 has no value to take a mean of", value_error);
  const auto a = fit(on::seq, standardize(), empty);
  const auto later = laid_out<row_major>(x.row_range(2200, 2500));
  const auto b = fit(on::seq, standardize(), later, continues(a));
  CHECK(missing(a.number(0, 1, 1)));
  CHECK(!missing(b.number(0, 1, 1)));
  CHECK(merge(a, b) == b);
}

TEST_CASE("pieces that do not follow one another are refused") {
  const auto x = begun(3000, 2);
  const auto a = fit(on::seq, scaled, x.row_range(0, 1000));
  const auto b = fit(on::seq, scaled, x.row_range(1000, 2000), continues(a));
  const auto stranger = fit(on::seq, scaled, x.row_range(1000, 2000));
  CHECK_THROWS_WITH_AS(merge(b, a),
                       "merge: the second piece (rows from 0) does not continue the first (rows 1000 "
                       "to 2000); fit it with continues(first)",
                       value_error);
  CHECK_THROWS_AS(merge(a, a), value_error);
  CHECK_THROWS_AS(merge(a, stranger), value_error);
  CHECK_THROWS_WITH_AS(fit(on::seq, scaled, x.row_range(1001, 2000), continues(a)),
                       "fit: this piece begins in row 1001 of its source, the one it continues ended "
                       "before row 1000",
                       value_error);
  CHECK_THROWS_AS(fit(on::seq, scaled, noise(5, 3), continues(a)), shape_error);
}

TEST_CASE("pieces whose sums were shifted by other values do not follow one another") {
  // No leaf is open after 1024 rows: nothing but the shifts tells a stranger.
  const auto x = noise(2048, 2);
  const auto a = fit(on::seq, scaled, x.row_range(0, 1024));
  CHECK_NOTHROW(merge(a, fit(on::seq, scaled, x.row_range(1024, 2048), continues(a))));
  CHECK_THROWS_AS(merge(a, fit(on::seq, scaled, x.row_range(1024, 2048))), value_error);
  // The same before the clip, 10, and others behind it, 12 and 30.
  const double first[] = {10, 12, 12, 6};
  const double second[] = {10, 30, 40, -40};
  table<double> y(2048, 1);
  for (smelt::index r = 0; r < 2048; ++r) y(r, 0) = (r < 1024 ? first : second)[r % 4];
  const auto chain = fill::mean | clip(12, 50) | standardize();
  const auto b = fit(on::seq, chain, y.row_range(0, 1024));
  CHECK_NOTHROW(merge(b, fit(on::seq, chain, y.row_range(1024, 2048), continues(b))));
  CHECK_THROWS_AS(merge(b, fit(on::seq, chain, y.row_range(1024, 2048))), value_error);
}

TEST_CASE("merge by value: both pieces as one, or why not") {
  const auto x = begun(300, 2);
  const auto a = fit(on::seq, scaled, x.row_range(0, 100));
  const auto b = fit(on::seq, scaled, x.row_range(100, 300), continues(a));
  const auto joined = merge(std::nothrow, a, b);
  REQUIRE(joined);
  CHECK(*joined == merge(a, b));
  CHECK(joined.rows == 300);
  CHECK(merge(std::nothrow, b, a).kind() == failure::value);
  // A mask is as long as all rows together, or it is refused.
  const std::vector<unsigned char> mask(3);
  const auto masked = drop::where(mask) | standardize();
  const auto c = fit(on::seq, masked, noise(3, 2, 0));
  const auto d = fit(on::seq, masked, noise(3, 2, 0), continues(c));
  CHECK(merge(std::nothrow, c, d).what() ==
        std::string("drop::where was given a mask of 3 rows for data of 6 rows"));
}

TEST_CASE("a piece has the names of the first") {
  const auto a = fit(on::seq, scaled, rows({{1, 2}, {3, 5}}, {"a", "b"}));
  CHECK_THROWS_WITH_AS(fit(on::seq, scaled, rows({{1, 2}, {3, 5}}, {"b", "a"}), continues(a)),
                       "column 0 was 'a' in the fit, here it is 'b'", type_error);
  CHECK(merge(a, fit(on::seq, scaled, rows({{1, 2}, {3, 6}}), continues(a))).rows() == 4);
}

TEST_CASE("pieces: fills and drops go along") {
  const auto chain = drop::at_least(2) | fill::mean | standardize();
  const auto x = begun(2300, 2);
  const auto a = fit(on::seq, chain, x.row_range(0, 500));
  const auto b = fit(on::seq, chain, x.row_range(500, 2300), continues(a));
  CHECK(merge(a, b) == fit(on::seq, chain, x));
}

TEST_CASE("a shift far from the mean is found, reported and put right") {
  // Nothing in the first 1024 rows, then values near 1e9: without a shift their squares would hide
  // their deviations.
  table<double> x(2048, 2);
  for (smelt::index r = 0; r < 2048; ++r) {
    x(r, 0) = r < 1024 ? gone : 1e9 + static_cast<double>(r % 2);
    x(r, 1) = static_cast<double>(r % 4);
  }
  const auto f = fitted_on_both(standardize(), x);
  CHECK(f.repeated_passes() == 1);
  CHECK(f.plan.fit_passes == 1);
  CHECK(f.number(0, 0, 0) == 1e9 + 0.5);
  CHECK(f.number(0, 1, 0) == 2.0);
  CHECK(fit(on::seq, standardize(), noise(2048, 2)).repeated_passes() == 0);
}

TEST_CASE("labels do not change a fit; a stage alone is a chain of one") {
  const auto x = noise(100, 2, 6);
  const std::vector<int> label(100);
  const auto f = fit(on::seq, standardize(), x);
  CHECK(fit(on::seq, standardize(), labelled(x, label)) == f);
  CHECK(fit(on::seq, as_chain(standardize()), x) == f);
}

TEST_CASE("nothing to learn: nothing is read, and the fit knows its columns") {
  const auto f = fit(on::seq, clip(0, 1) | drop::any, table<double>(0, 3));
  CHECK((f.cols() == 3 && f.rows() == 0 && f.plan.fit_passes == 0));
}

TEST_CASE("two passes: the second sees what the first has made") {
  const auto chain = standardize() | clip(-1, 1) | standardize();
  const auto x = noise(900, 2, 8);
  const auto f = fitted_on_both(chain, x);
  CHECK(f.plan.fit_passes == 2);
  const auto halfway = transform(on::seq, fit(on::seq, standardize() | clip(-1, 1), x), x);
  const auto g = fit(on::seq, standardize(), halfway);
  for (smelt::index c = 0; c < 2; ++c)
    for (int k = 0; k < 3; ++k) CHECK(f.number(2, k, c) == g.number(0, k, c));
}

TEST_CASE("what a chain was fitted on is in its type") {
  const auto x = noise(20, 2);
  const auto parts = split<struct typed>(x, {.train = 0.5, .test = 0.5}, seed{1});
  using plain = decltype(fit(on::seq, standardize(), x))::origin_type;
  using population = decltype(fit(on::seq, standardize(), x, whole_population))::origin_type;
  using train = decltype(fit(on::seq, standardize(), parts.train))::origin_type;
  static_assert(std::is_same_v<plain, origin::plain>);
  static_assert(std::is_same_v<population, origin::population>);
  static_assert(std::is_same_v<train, origin::train_of<struct typed>>);
  CHECK(fit(on::seq, standardize(), x, whole_population).number(0, 0, 0) ==
        fit(on::seq, standardize(), x).number(0, 0, 0));
  CHECK(fit(on::seq, standardize(), parts.train).split_id() == parts.train.split_id);
}
