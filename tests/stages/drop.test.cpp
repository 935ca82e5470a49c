// SPDX-License-Identifier: BSL-1.0
/// \file
/// Drop: rows leave, the others keep their order; a fit masks what a transform drops.

#include <smelt/stages/drop.hpp>

#include <support/on_both.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Rows of small whole numbers, of which sums are exact: then a fit on rows left out by a mask and
/// one on a table without them must give the same bits, wherever the rows lie.
table<double> holes() {
  return rows({{1, 2, 3},
               {gone, 2, 5},
               {7, gone, gone},
               {gone, gone, gone},
               {2, 4, 8},
               {4, 9, gone}});
}

}  // namespace

TEST_CASE("the example") {
  // [drop example]
  table<double> survey(3, 2);
  survey(0, 0) = 1.0, survey(0, 1) = 2.0;
  survey(1, 0) = 3.0, survey(1, 1) = missing_value<double>;
  survey(2, 0) = 5.0, survey(2, 1) = 6.0;
  auto complete = fit_transform(on::seq, clean(drop::any), survey);  // rows 0 and 2
  // [drop example]
  CHECK(difference(complete, {{1, 2}, {5, 6}}) == "");
}

TEST_CASE("any, at_least, all: by the number of missing values") {
  const auto x = holes();
  CHECK(difference(both(drop::any, x), {{1, 2, 3}, {2, 4, 8}}) == "");
  CHECK(difference(both(drop::at_least(1), x), {{1, 2, 3}, {2, 4, 8}}) == "");
  CHECK(difference(both(drop::at_least(2), x),
                   {{1, 2, 3}, {gone, 2, 5}, {2, 4, 8}, {4, 9, gone}}) == "");
  const auto five = both(drop::all, x);
  CHECK(difference(five, {{1, 2, 3}, {gone, 2, 5}, {7, gone, gone}, {2, 4, 8}, {4, 9, gone}}) == "");
  CHECK(difference(both(drop::at_least(3), x), five) == "");
  CHECK(both(drop::at_least(4), x).rows() == 6);
  CHECK_THROWS_AS(drop::at_least(0), value_error);
}

TEST_CASE("outside: strictly beyond a bound; missing is not outside") {
  const auto x = rows({{-3, 3}, {std::nextafter(-3.0, -4.0), 0}, {0, std::nextafter(3.0, 4.0)}, {gone, 1}});
  CHECK(difference(both(drop::outside(-3, 3), x), {{-3, 3}, {gone, 1}}) == "");
  CHECK_THROWS_WITH_AS(drop::outside(1, -1), "drop::outside(1, -1): low must not exceed high",
                       value_error);
  CHECK_THROWS_AS(drop::outside(0.5, 0.25), value_error);
  CHECK_NOTHROW(drop::outside(0.5, 0.5));
}

TEST_CASE("where: the user's mask, one byte for each row") {
  const std::vector<unsigned char> mask = {0, 1, 0, 255, 0, 2};
  const auto x = holes();
  CHECK(difference(both(drop::where(mask), x), {{1, 2, 3}, {7, gone, gone}, {2, 4, 8}}) == "");
  CHECK(difference(both(drop::where(mask.data(), 6), x), {{1, 2, 3}, {7, gone, gone}, {2, 4, 8}}) ==
        "");
}

TEST_CASE("where: a mask of another length is refused by the fit and by a transform") {
  const std::vector<unsigned char> mask(6);
  const auto f = fit(on::seq, drop::where(mask), holes());
  const char* sentence = "drop::where was given a mask of 6 rows for data of 4 rows";
  CHECK_THROWS_WITH_AS(fit(on::seq, drop::where(mask), noise(4, 3)), sentence, shape_error);
  CHECK_THROWS_WITH_AS(transform(on::seq, f, noise(4, 3)), sentence, shape_error);
  CHECK_THROWS_AS(transform(on::eigen, f, noise(7, 3)), shape_error);
  CHECK(transform(on::seq, f.values_only(), holes()).rows() == 6);
}

TEST_CASE("a fit does not see dropped rows, and reads once") {
  const auto x = holes();
  const auto without = rows({{1, 2, 3}, {2, 4, 8}});
  const auto chain = drop::any | standardize();
  static_assert(plan_of<decltype(chain)>.fit_passes == 1);
  const auto f = fitted_on_both(chain, x);
  const auto g = fit(on::seq, standardize(), without);
  CHECK(f.rows() == 2);
  for (smelt::index c = 0; c < 3; ++c)
    for (int k = 0; k < 3; ++k) CHECK(f.number(1, k, c) == g.number(0, k, c));
  CHECK(difference(transformed_on_both(f, x), transform(on::seq, g, without)) == "");
}

TEST_CASE("a drop after a stage judges what the stage left") {
  const auto x = rows({{1, gone}, {3, 4}, {gone, 8}});
  CHECK(both(fill::mean | drop::any, x).rows() == 3);
  CHECK(difference(both(standardize(scale::no) | drop::outside(-1, 1), rows({{1}, {2}, {3}, {9}, {5}})),
                   {{-1}, {1}}) == "");  // around the mean 4: -3, -2, -1, 5, 1
}

TEST_CASE("at: only the chosen columns judge") {
  const auto x = holes();
  CHECK(difference(both(at(columns{0}, drop::any), x),
                   {{1, 2, 3}, {7, gone, gone}, {2, 4, 8}, {4, 9, gone}}) == "");
  CHECK(difference(both(at(columns{1, 2}, drop::any), x), {{1, 2, 3}, {gone, 2, 5}, {2, 4, 8}}) == "");
}

TEST_CASE("columns that have left do not judge") {
  const auto x = rows({{gone, 1}, {gone, 2}, {gone, gone}});
  CHECK(difference(both(drop::missing_columns | drop::any, x), {{1}, {2}}) == "");
  CHECK(difference(both(drop::columns(columns{0}) | drop::any, x), {{1}, {2}}) == "");
}

TEST_CASE("all rows may leave a transform, not a fit") {
  const auto f = fit(on::seq, drop::any, noise(9, 3));
  const auto nothing = rows({{gone, 1, 2}, {1, gone, gone}});
  CHECK(transformed_on_both(f, nothing).rows() == 0);
  CHECK_THROWS_WITH_AS(fit(on::seq, drop::any | standardize(), nothing),
                       "fit: no row is left for standardize()", value_error);
}

TEST_CASE("many rows in tasks of their own: the same rows, in order") {
  const auto x = noise(20011, 3, 9);
  workers pool{3};
  const auto f = fit(on::seq, drop::any, x);
  const auto expected = transform(on::seq, f, x);
  smelt::index kept = 0;
  for (smelt::index r = 0; r < x.rows(); ++r)
    kept += !missing(x(r, 0)) && !missing(x(r, 1)) && !missing(x(r, 2));
  CHECK(expected.rows() == kept);
  CHECK(difference(transform(on::eigen.on(pool), f, x), expected) == "");
}

TEST_CASE("in words") {
  const std::vector<unsigned char> mask(6);
  CHECK(drop::any.text() == "drop::any");
  CHECK(drop::at_least(1).text() == "drop::any");
  CHECK(drop::at_least(2).text() == "drop::at_least(2)");
  CHECK(drop::all.text() == "drop::all");
  CHECK(drop::outside(-1, 0.5).text() == "drop::outside(-1, 0.5)");
  CHECK(drop::where(mask).text() == "drop::where(mask of 6 rows)");
}
