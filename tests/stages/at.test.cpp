// SPDX-License-Identifier: BSL-1.0
/// \file
/// At: a stage on some columns; the others come out with the bits they went in with.

#include <smelt/stages/at.hpp>

#include <support/on_both.hpp>

#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Columns 1 and 3 hold what arithmetic could spoil.
table<double> delicate() {
  return rows({{1, -0.0, 10, 5e-324}, {2, 1e308, 20, -1e-310}, {3, gone, 60, 0.1}, {gone, 0.0, 30, 0x1p-1074}},
              {"a", "b", "c", "d"});
}
/// Empty when columns 1 and 3 of `y` are those of the delicate table.
template <class Table>
std::string untouched(const Table& y) {
  const auto x = delicate();
  if (y.rows() != 4) return "rows are lost";
  for (smelt::index r = 0; r < 4; ++r)
    for (smelt::index c : {smelt::index{1}, smelt::index{3}})
      if (!same_bits(y(r, c), x(r, c))) return "row " + std::to_string(r) + ", column " + std::to_string(c);
  return {};
}

}  // namespace

TEST_CASE("the example") {
  // [at example]
  table<double> people(2, 2, {"age", "income"});
  people(0, 0) = 20.0, people(0, 1) = 1000.0;
  people(1, 0) = 40.0, people(1, 1) = 3000.0;
  auto chain = at(columns{"income"}, normalize(min_max{0, 1}));
  auto scaled = fit_transform(on::seq, chain, people);  // ages as they are, incomes 0 and 1
  // [at example]
  CHECK(difference(scaled, {{20, 0}, {40, 1}}) == "");
}

TEST_CASE("every kind of stage leaves the other columns bit by bit") {
  const auto x = delicate();
  const columns chosen{0, 2};
  const auto filled = both(at(chosen, fill::mean), x);
  CHECK(untouched(filled) == "");
  CHECK(filled(3, 0) == 2.0);
  const auto lines = both(at(chosen, standardize(scale::no)), x);
  CHECK(untouched(lines) == "");
  CHECK(lines(2, 2) == 30.0);
  const auto bounded = both(at(chosen, sentinel(20) | clip(2, 25)), x);
  CHECK(untouched(bounded) == "");
  CHECK(bounded(0, 0) == 2.0);
  CHECK(bounded(2, 2) == 25.0);
  CHECK(missing(bounded(1, 2)));
  const auto lengths = both(at(chosen, normalize(largest)), x);
  CHECK(untouched(lengths) == "");
  CHECK(lengths(0, 0) == 0.1);
}

namespace {
/// A stage of one's own that has no numbers to switch it off with.
struct negative_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    return subtract(V(0.0), x);
  }
  double invert(double y, const double*) const { return 0.0 - y; }
};
struct negative {
  static constexpr effect does = effect::monotone;
  using op = negative_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
};
/// The same with numbers, and without neutral ones.
struct times_op {
  static constexpr int numbers = 1;
  double more;
  template <class V>
  V apply(V x, const V* n) const {
    return product(product(x, n[0]), V(more));
  }
};
struct times {
  static constexpr effect does = effect::value;
  using op = times_op;
  double by;
  op make_op() const { return {2.0}; }
  template <class Slot>
  std::array<double, 1> solve(const Slot& s) const {
    return {by + static_cast<double>(s.column)};
  }
};
}  // namespace

TEST_CASE("a stage of one's own that no numbers switch off leaves the other columns too") {
  const auto x = delicate();
  const auto turned = fitted_on_both(at(columns{0, 2}, negative{}), x);
  const auto y = transformed_on_both(turned, x);
  CHECK(untouched(y) == "");
  CHECK(y(1, 2) == -20.0);
  CHECK(difference(inverse(on::seq, turned, y), x) == "");
  const auto scaled = both(at(columns{0, 2}, times{3.0}), x);
  CHECK(untouched(scaled) == "");
  CHECK(scaled(1, 2) == 200.0);
  CHECK(scaled(1, 0) == 12.0);
}

TEST_CASE("in words") {
  CHECK(detail::text_of(std::get<0>(at(columns{0, 8}, standardize()).stages)) ==
        "at(columns{0, 8}, standardize())");
  CHECK(detail::text_of(std::get<0>(at(columns{"mass"}, fill::mean).stages)) ==
        "at(columns{'mass'}, fill::mean)");
  CHECK(detail::text_of(std::get<0>(at(columns::range(0, 64), negative{}).stages)) ==
        "at(64 columns, a stage)");
}

TEST_CASE("a whole chain on some columns; runs of lines are joined still") {
  const auto chain = at(columns{0, 2}, fill::mean | standardize() | normalize(min_max{-1, 1}));
  static_assert(plan_of<decltype(chain)>.fit_passes == 1 && plan_of<decltype(chain)>.ops == 2);
  const auto y = both(chain, delicate());
  CHECK(untouched(y) == "");
  CHECK(y(0, 0) == -1.0);
  CHECK(y(3, 0) == doctest::Approx(0.0).epsilon(1e-15));
  CHECK(y(2, 2) == doctest::Approx(1.0).epsilon(1e-15));
}

TEST_CASE("a stage on some columns continues the run of the others") {
  const auto x = noise(97, 3, 0);
  const auto y = both(standardize() | at(columns{1}, normalize(min_max{0, 1})), x);
  const auto all = both(standardize() | normalize(min_max{0, 1}), x);
  const auto none = both(standardize(), x);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < 97; ++r)
    wrong += !same_bits(y(r, 0), none(r, 0)) || !same_bits(y(r, 1), all(r, 1)) ||
             !same_bits(y(r, 2), none(r, 2));
  CHECK(wrong == 0);
}

TEST_CASE("columns by name, by range, all, none") {
  const auto x = rows({{1, 5, 9}, {3, 5, 1}}, {"a", "b", "c"});
  const auto middle = standardize(scale::no);
  CHECK(difference(both(at(columns{"c", "a"}, middle), x), {{-1, 5, 4}, {1, 5, -4}}) == "");
  CHECK(difference(both(at(columns::range(0, 2), middle), x), {{-1, 0, 9}, {1, 0, 1}}) == "");
  CHECK(difference(both(at(columns::range(0, 3), middle), x), both(middle, x)) == "");
  CHECK(difference(both(at(columns(), middle), x), x) == "");
  CHECK(difference(both(at(columns::all_but({"b"}), middle), x), {{-1, 5, 4}, {1, 5, -4}}) == "");
  CHECK(difference(both(at(columns::all_but({1, 0}), middle), x), {{1, 5, 4}, {3, 5, -4}}) == "");
  CHECK(difference(both(drop::columns(columns::all_but({"c", "a"})), x), {{1, 9}, {3, 1}}) == "");
  CHECK_THROWS_WITH_AS(fit(on::seq, at(columns::all_but({"e"}), middle), x),
                       "columns{...}: no column is named 'e'; there are: 'a', 'b', 'c'", value_error);
}

TEST_CASE("over::table pools the chosen columns only") {
  const auto x = rows({{1, 100, 5}, {3, 900, 7}});
  const auto f = fitted_on_both(at(columns{0, 2}, standardize(over::table)), x);
  CHECK(f.number(0, 0, 0) == 4.0);
  CHECK(f.number(0, 0, 2) == 4.0);
  CHECK(f.number(0, 1, 1) == 1.0);
}

TEST_CASE("a constant column outside the set neither fires nor fails") {
  const auto x = rows({{1, 7}, {3, 7}});
  const auto f = fitted_on_both(at(columns{0}, standardize(zero::error)), x);
  CHECK(f.fired(0).empty());
  CHECK(fitted_on_both(at(columns{0}, drop::constant_columns), x).cols_out() == 2);
  CHECK(difference(both(at(columns{0}, fill::mean), rows({{1, gone}, {gone, gone}})),
                   {{1, gone}, {1, gone}}) == "");
}

TEST_CASE("a column that is not there") {
  const auto x = delicate();
  CHECK_THROWS_WITH_AS(fit(on::seq, at(columns{4}, fill::mean), x),
                       "columns{...}: there is no column 4, the data have 4 columns",
                       value_error);
  CHECK_THROWS_WITH_AS(fit(on::seq, at(columns{"e"}, fill::mean), x),
                       "columns{...}: no column is named 'e'; there are: 'a', 'b', 'c', 'd'", value_error);
}
