// SPDX-License-Identifier: BSL-1.0
/// \file
/// Drop columns: chosen, constant and empty ones leave; the width out is known after the fit.

#include <smelt/stages/drop_columns.hpp>

#include <support/on_both.hpp>

#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

using numbers = std::vector<smelt::index>;

/// Columns: varied, one value, one value and a missing one, nothing, both zeros, varied.
table<double> six() {
  return rows({{1, 7, 7, gone, 0.0, 3}, {2, 7, gone, gone, -0.0, gone}, {4, 7, 7, gone, 0.0, 5}},
              {"a", "b", "c", "d", "e", "f"});
}

}  // namespace

TEST_CASE("the example") {
  // [drop_columns example]
  table<double> sensors(2, 3, {"id", "power", "broken"});
  sensors(0, 0) = 1.0, sensors(0, 1) = 0.5, sensors(0, 2) = missing_value<double>;
  sensors(1, 0) = 2.0, sensors(1, 1) = 0.7, sensors(1, 2) = missing_value<double>;
  auto chain = clean(drop::columns(columns{"id"}), drop::missing_columns);
  auto useful = fit_transform(on::seq, chain, sensors);  // the column "power"
  // [drop_columns example]
  CHECK(difference(useful, {{0.5}, {0.7}}) == "");
  CHECK(useful.find("power") == 0);
}

TEST_CASE("chosen columns leave, by number or by name; the others keep order, name and bits") {
  const auto x = six();
  const auto f = fitted_on_both(drop::columns(columns{4, 0}), x);
  CHECK(f.kept_columns() == numbers{1, 2, 3, 5});
  CHECK(f.cols() == 6);
  CHECK(f.cols_out() == 4);
  const auto y = transformed_on_both(f, x);
  CHECK(difference(y, {{7, 7, gone, 3}, {7, gone, gone, gone}, {7, 7, gone, 5}}) == "");
  CHECK(std::vector<std::string>(y.names().begin(), y.names().end()) ==
        std::vector<std::string>{"b", "c", "d", "f"});
  CHECK(fit(on::seq, drop::columns(columns{"e", "a"}), x).kept_columns() == f.kept_columns());
}

TEST_CASE("constant columns leave: what is missing does not make a column vary") {
  const auto f = fitted_on_both(drop::constant_columns, six());
  CHECK(f.kept_columns() == numbers{0, 5});
  CHECK(f.plan.fit_passes == 1);
}

TEST_CASE("columns without a value leave") {
  CHECK(fitted_on_both(drop::missing_columns, six()).kept_columns() == numbers{0, 1, 2, 4, 5});
  CHECK(fitted_on_both(drop::missing_columns, rows({{gone, gone}, {gone, 1}})).kept_columns() ==
        numbers{1});
}

TEST_CASE("columns with more than a share of their values missing leave") {
  const auto x = rows({{gone, 1, 2, gone, 5}, {1, gone, 4, gone, 6}, {gone, 2, 6, gone, 7},
                       {1, 3, 8, gone, 8}});
  const auto kept = [&](double share) {
    return fitted_on_both(drop::columns_missing(share), x).kept_columns();
  };
  CHECK(kept(0) == numbers{2, 4});
  CHECK(kept(0.25) == numbers{1, 2, 4});  // as much as the share may be missing
  CHECK(kept(0.49) == numbers{1, 2, 4});
  CHECK(kept(0.5) == numbers{0, 1, 2, 4});
  CHECK(kept(1) == numbers{0, 1, 2, 3, 4});
  // What a drop or a fill before it leaves is what counts, and one read serves all of it.
  const auto chain = drop::at_least(3) | drop::columns_missing(0) | standardize();
  static_assert(plan_of<decltype(chain)>.fit_passes == 1);
  CHECK(fitted_on_both(chain, rows({{gone, gone, gone}, {1, 2, gone}, {3, 4, 5}})).kept_columns() ==
        numbers{0, 1});
  CHECK(fitted_on_both(fill::constant(0) | drop::columns_missing(0), x).cols_out() == 5);
  CHECK_THROWS_WITH_AS(drop::columns_missing(1.5),
                       "drop::columns_missing(1.5): a share lies between 0 and 1", value_error);
  CHECK_THROWS_AS(drop::columns_missing(-0.1), value_error);
  CHECK_THROWS_AS(drop::columns_missing(gone), value_error);
  CHECK(drop::columns_missing(0.3).text() == "drop::columns_missing(0.3)");
}

TEST_CASE("which columns leave is what the fit saw, whatever a later table holds") {
  const auto f = fit(on::seq, drop::constant_columns, rows({{1, 5}, {2, 5}}));
  CHECK(difference(transformed_on_both(f, rows({{9, 1}, {9, 2}})), {{9}, {9}}) == "");
}

TEST_CASE("what is judged is the column at that point of the chain") {
  const auto x = rows({{1, -5, 2}, {2, -7, gone}, {3, -6, 2}});
  CHECK(fitted_on_both(clip(0, 9) | drop::constant_columns, x).kept_columns() == numbers{0});
  const auto f = fitted_on_both(fill::constant(8) | drop::constant_columns | standardize(scale::no), x);
  CHECK(f.kept_columns() == numbers{0, 1, 2});
  CHECK(f.plan.fit_passes == 1);
  CHECK(difference(transformed_on_both(f, x), {{-1, 1, -2}, {0, -1, 4}, {1, 0, -2}}) == "");
}

TEST_CASE("two stages drop columns; a row norm is over the columns that are left") {
  const auto x = rows({{1, gone, 3, 4}, {2, gone, 6, 8}});
  const auto y = both(drop::columns(columns{0}) | drop::missing_columns | normalize(l2), x);
  CHECK(difference(y, {{3.0 / 5.0, 4.0 / 5.0}, {6.0 / 10.0, 8.0 / 10.0}}) == "");
}

TEST_CASE("the chain of an odd width in column-major memory") {
  const auto x = six();
  const auto f = fit(on::seq, drop::columns(columns{1, 3}), x);
  const auto y = transform(on::seq, f, x);
  const auto turned = laid_out<column_major>(x);
  table<double, column_major> out(3, 4);
  CHECK(transform(on::eigen, f, turned, out) == 3);
  CHECK(difference(out, y) == "");
}

TEST_CASE("nothing is left, or a column is not there: an error") {
  CHECK_THROWS_WITH_AS(fit(on::seq, drop::constant_columns, rows({{1, 2}, {1, 2}})),
                       "the chain drops every column: nothing is left", value_error);
  CHECK_THROWS_AS(fit(on::seq, drop::columns(columns{6}), six()), value_error);
  CHECK_THROWS_AS(fit(on::seq, drop::columns(columns{"g"}), six()), value_error);
}
