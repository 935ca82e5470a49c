// SPDX-License-Identifier: BSL-1.0
/// \file
/// What stages and samplers refuse, word for word: numbers when they are made, data when they are
/// fitted, thrown and by value.

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/both_ways.hpp>

#include <limits>

using namespace smelt;

namespace {

constexpr double gone = std::numeric_limits<double>::quiet_NaN();

/// Rows 1, 2, 3; columns: counting, constant 5, missing, zero.
table<double> small() {
  table<double> t(3, 4, {"counting", "constant", "missing", "zero"});
  for (smelt::index r = 0; r < 3; ++r) {
    t(r, 0) = static_cast<double>(r + 1);
    t(r, 1) = 5.0;
    t(r, 2) = gone;
    t(r, 3) = 0.0;
  }
  return t;
}

/// A fit on the small table is refused with this text.
template <class Error, class Chain>
status fit_said(const std::string& text, const Chain& chain) {
  const auto x = small();
  return smelt_test::both_said<Error>(
      text, [&](auto... quiet) { return fit(quiet..., on::seq, chain, x); });
}
template <class Error, class Chain>
void fit_says(const std::string& text, const Chain& chain) {
  static_cast<void>(fit_said<Error>(text, chain));
}

}  // namespace

TEST_CASE("numbers that no stage can be made with") {
  CHECK_THROWS_WITH_AS(clip(3, -3), "clip(3, -3): low must not exceed high", value_error);
  CHECK_THROWS_WITH_AS(clip(0.1, gone), "clip(0.1, nan): low must not exceed high", value_error);
  CHECK_THROWS_WITH_AS(sentinel(gone), "sentinel: a missing value is missing already", value_error);
  CHECK_THROWS_WITH_AS(fill::constant(gone), "fill::constant: the number is missing itself",
                       value_error);
  CHECK_THROWS_WITH_AS(drop::at_least(0), "drop::at_least(0) would drop every row", value_error);
  CHECK_THROWS_WITH_AS(drop::outside(2, 1), "drop::outside(2, 1): low must not exceed high",
                       value_error);
  CHECK_THROWS_WITH_AS(normalize(min_max{1, 1}),
                       "normalize(min_max{1, 1}): low must be smaller than high", value_error);
  CHECK_THROWS_WITH_AS(normalize(min_max{0.8, 0.1}, clipped),
                       "normalize(min_max{0.8, 0.1}): low must be smaller than high", value_error);
  CHECK_THROWS_WITH_AS(standardize(ddof{-1}), "standardize: ddof is -1, it cannot be negative",
                       value_error);
  CHECK_THROWS_WITH_AS(standardize(zero::midpoint),
                       "standardize: zero::midpoint is a rule of normalize(min_max)", value_error);
}

TEST_CASE("columns whose values give no number") {
  CHECK(fit_said<value_error>("fill::mean: column 2 ('missing') has no value to take a mean of",
                              clean(fill::mean))
            .first_col == 2);
  CHECK(fit_said<value_error>("standardize: column 1 ('constant') has deviation 0",
                              standardize(zero::error))
            .first_col == 1);
  fit_says<value_error>("normalize(min_max): column 1 ('constant') has range 0",
                        normalize(min_max{0, 1, zero::error}));
  fit_says<value_error>("normalize(max_abs): column 3 ('zero') holds nothing but 0",
                        normalize(max_abs_t{zero::error}));
  // The first of two stages, and the second of two passes.
  fit_says<value_error>("standardize: column 1 ('constant') has deviation 0",
                        standardize(zero::error) | normalize(min_max{0, 1, zero::error}));
  fit_says<value_error>("normalize(min_max): column 1 ('constant') has range 0",
                        standardize() | clip(-9, 9) | normalize(min_max{0, 1, zero::error}));

  // Without names a column is its number.
  const table<double> named = small();
  const table<double> plain =
      transform(on::seq, fit(on::seq, clip(-9, 9), named.view().named({})), named.view().named({}));
  CHECK_THROWS_WITH_AS(fit(on::seq, standardize(zero::error), plain),
                       "standardize: column 1 has deviation 0", value_error);
}

TEST_CASE("columns that are not there") {
  fit_says<value_error>("columns{...}: there is no column 4, the data have 4 columns",
                        at(columns{4}, standardize()));
  fit_says<value_error>("columns{...}: there is no column -1, the data have 4 columns",
                        at(columns{-1}, standardize()));
  fit_says<value_error>("columns{...}: no column is named 'mass'; there are: 'counting', 'constant', 'missing', 'zero'",
                        at(columns{"mass"}, standardize()));
  fit_says<value_error>("columns{...}: no column is named 'mass'; there are: 'counting', 'constant', 'missing', 'zero'",
                        clean(drop::columns(columns{"zero", "mass"})));
  fit_says<shape_error>("fill::each was given 3 numbers for 4 columns",
                        clean(fill::each({1, 2, 3})));
}

TEST_CASE("chains that leave nothing") {
  fit_says<value_error>("the chain drops every column: nothing is left",
                        clean(drop::columns(columns::range(0, 4))));
  fit_says<value_error>("fit: no row is left for standardize()", clean(drop::any) | standardize());
  const std::vector<unsigned char> all(3, 1);
  fit_says<value_error>("fit: no row is left for fill::mean", clean(drop::where(all), fill::mean));
}

TEST_CASE("masks and samples of another size") {
  const std::vector<unsigned char> two(2);
  fit_says<shape_error>("drop::where was given a mask of 2 rows for data of 3 rows",
                        clean(drop::where(two)));
  const std::string few = "take{4}: there are only 3 rows to take without replacement";
  fit_says<value_error>(few, sample(take{4, seed{1}}) | standardize());
  fit_says<value_error>(few, standardize() | sample(take{4, seed{1}}) | normalize(min_max{0, 1}));
  fit_says<value_error>("take{-1}: the number of rows cannot be negative",
                        sample(take{-1, seed{1}}) | standardize());
}
