// SPDX-License-Identifier: BSL-1.0
/// \file
/// What systems do with a column of one value, and which rule of smelt is theirs. Each test is a
/// row of docs/semantics.md. scikit-learn's and SciPy's answers are in tests/golden/sklearn.txt;
/// those of others are formulas, from their sources or documentation, of the value, the mean and
/// the deviation 0 (z-score) or the smallest value and the range 0 (min-max).

#include <support/on_both.hpp>
#include <support/sklearn.hpp>

#include <cmath>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Columns: 7 three times, 0 three times, and one that varies. Then a later row.
table<double> trained() { return golden().table("constant"); }
table<double> later() { return golden().table("constant_later"); }

/// A column of one value, once transformed: that value, and a later one.
struct answer {
  double same;
  double other;
  friend bool operator==(const answer& a, const answer& b) {
    return same_bits(a.same, b.same) && same_bits(a.other, b.other);
  }
};
/// What smelt makes of 7 and of a later 8 (column 0), or of 0 and a later 2 (column 1).
template <class Chain>
answer smelt_makes(const Chain& stages, smelt::index column = 0) {
  const auto f = fitted_on_both(stages, trained());
  CHECK(f.fired(0) == std::vector<smelt::index>{0, 1});
  return {transformed_on_both(f, trained())(1, column),
          transformed_on_both(f, later())(0, column)};
}
/// What another system makes of 7 and of a later 8.
template <class Formula>
answer they_make(Formula&& formula) {
  return {formula(7.0), formula(8.0)};
}

constexpr double mean = 7.0;
constexpr double lowest = 7.0;

}  // namespace

TEST_CASE("scikit-learn") {
  const auto& z = golden()("constant standard row:0");
  CHECK(smelt_makes(standardize()) == answer{0.0, z[0]});
  CHECK(smelt_makes(standardize(), 1) == answer{0.0, z[1]});
  const auto& m = golden()("constant min_max row:0");
  CHECK(smelt_makes(normalize(min_max{})) == answer{0.0, m[0]});
  CHECK(smelt_makes(normalize(min_max{}), 1) == answer{0.0, m[1]});
  CHECK(smelt_makes(normalize(min_max{-1, 3})) == answer{-1.0, 3.0});
}

TEST_CASE("cuML") {
  // Scale 1 where the deviation is exactly 0; one of 1000 times 14.62 is not when it was rounded.
  table<double> x(1000, 1);
  double sum = 0.0;
  for (smelt::index r = 0; r < 1000; ++r) sum += x(r, 0) = 14.62;
  CHECK(sum / 1000.0 != 14.62);
  const auto f = fitted_on_both(standardize(), x);
  CHECK(f.number(0, 0, 0) == 14.62);  // sums are shifted: nothing is rounded
  CHECK(f.fired(0) == std::vector<smelt::index>{0});
  // Exactly 0 is smelt's rule too.
  CHECK(fitted_on_both(standardize(), rows({{1}, {1 + 0x1p-51}})).fired(0).empty());
}

TEST_CASE("NVTabular") {
  CHECK(smelt_makes(standardize()) == they_make([](double x) { return x - mean; }));
  // Min-max: x / (2 x), 0.5 and for 0 missing. The middle is a rule of smelt, for 0 as well; a
  // later value moves with it.
  CHECK(they_make([](double x) { return x / (2 * x); }) == answer{0.5, 0.5});
  CHECK(smelt_makes(normalize(min_max{0, 1, zero::midpoint})) == answer{0.5, 1.5});
  CHECK(smelt_makes(normalize(min_max{0, 1, zero::midpoint}), 1) == answer{0.5, 2.5});
}

TEST_CASE("DALI") {
  // The reciprocal of a deviation of 0 is 0, so that every value becomes the shift, here 0.
  const auto theirs = they_make([](double x) { return (x - mean) * 0.0; });
  CHECK(smelt_makes(standardize()).same == theirs.same);
  CHECK(theirs.other == 0.0);
  CHECK(smelt_makes(standardize()).other == 1.0);  // a later value is told from it
}

TEST_CASE("TFT") {
  CHECK(smelt_makes(standardize()) == they_make([](double x) { return x - mean; }));
  // Min-max: the sigmoid of x. smelt keeps to the range's low end, or its middle.
  CHECK(they_make([](double x) { return 1 / (1 + std::exp(-x)); }).same > 0.999);
  CHECK(smelt_makes(normalize(min_max{})) == answer{0.0, 1.0});
}

TEST_CASE("Keras") {
  const auto theirs = they_make([](double x) { return (x - mean) / 1e-7; });
  CHECK(theirs.other == doctest::Approx(1e7));  // a later value explodes
  CHECK(smelt_makes(standardize()) == answer{0.0, 1.0});
}

TEST_CASE("Spark") {
  CHECK(smelt_makes(standardize()).same == 0.0);
  // Min-max: the middle of the range, and NaN stays NaN.
  const auto middle = normalize(min_max{-1, 3, zero::midpoint});
  CHECK(smelt_makes(middle).same == (-1.0 + 3.0) / 2.0);
  const auto f = fitted_on_both(middle, rows({{7}, {gone}, {7}}));
  CHECK(difference(transformed_on_both(f, rows({{7}, {gone}})), {{1}, {gone}}) == "");
}

TEST_CASE("Ray") {
  CHECK(smelt_makes(standardize()) == they_make([](double x) { return (x - mean) / 1.0; }));
  CHECK(smelt_makes(normalize(min_max{})) ==
        they_make([](double x) { return (x - lowest) / 1.0; }));
  // Newer versions take a deviation below an epsilon for 0; small units are none to smelt.
  CHECK(difference(both(standardize(), rows({{0x1p-100}, {0x3p-100}})), {{-1}, {1}}) == "");
}

TEST_CASE("mlpack") {
  CHECK(smelt_makes(standardize()) == they_make([](double x) { return (x - mean) / 1.0; }));
  CHECK(smelt_makes(normalize(min_max{-1, 3})) ==
        they_make([](double x) { return (x - lowest) / 1.0 * 4.0 - 1.0; }));
}

TEST_CASE("dlib") {
  // Its reciprocal of 0 is 0.
  const auto theirs = they_make([](double x) { return (x - mean) * 0.0; });
  CHECK(smelt_makes(standardize()).same == theirs.same);
  CHECK(smelt_makes(standardize()).other == 1.0);
}

TEST_CASE("Feature-engine") {
  CHECK(refused_on_both(standardize(zero::error), trained()) ==
        "standardize: column 0 has deviation 0");
  CHECK(refused_on_both(normalize(min_max{0, 1, zero::error}), trained()) ==
        "normalize(min_max): column 0 has range 0");
  CHECK(refused_on_both(normalize(max_abs_t{zero::error}), trained()) ==
        "normalize(max_abs): column 1 holds nothing but 0");
}

TEST_CASE("SciPy zscore") {
  const auto y = both(standardize(zero::nan), rows({{7, 1}, {7, 3}}));
  CHECK(difference(y, golden().table("zscore")) == "");
  CHECK(smelt_makes(standardize(zero::nan)) == answer{gone, gone});
}

TEST_CASE("mlxtend") {
  CHECK(smelt_makes(normalize(min_max{0, 1, zero::nan})) == answer{gone, gone});
  CHECK(smelt_makes(normalize(min_max{})) == answer{0.0, 1.0});  // but it is not the default
}

TEST_CASE("NaN < eps is false") {
  // A column without values has no deviation: no rule for 0 fires, not even the error.
  const auto x = rows({{gone, 7, 1}, {gone, 7, 3}});
  const auto check = [&](const auto& stages) {
    const auto f = fitted_on_both(stages, x);
    CHECK(f.fired(0) == std::vector<smelt::index>{1});
    CHECK(missing(transformed_on_both(f, rows({{5, 7, 2}}))(0, 0)));
  };
  check(standardize());
  check(normalize(min_max{}));
  // As few values as ddof: the deviation is 0 / 0, and the rule fires.
  CHECK(fitted_on_both(standardize(ddof{2}), rows({{1, 1}, {gone, 2}, {4, 3}})).fired(0) ==
        std::vector<smelt::index>{0});
}
