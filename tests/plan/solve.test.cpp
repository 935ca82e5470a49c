// SPDX-License-Identifier: BSL-1.0
/// \file
/// Solving: slots are carried to where their stages stand, in closed form; numbers are exact where
/// the data are small integers. The forty chains show that it holds for any order of stages.

#include <smelt/plan/solve.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

using namespace smelt;
using doctest::Approx;
using smelt_test::gone;
using smelt_test::one_column;

namespace {

/// The one number it keeps is the count of missing values where it stands.
struct count_missing {
  static constexpr effect does = effect::affine;
  using needs = statistics<tally>;
  template <class Slot>
  affine solve(const Slot& s) const {
    CHECK(s.template get<tally>().missing == s.counts.missing);
    CHECK(s.template get<tally>().present == s.counts.present);
    return s.frame.then({0.0, 1.0, static_cast<double>(s.counts.missing)});
  }
};

/// Counts columns, and what is no column with them.
struct part_count {
  static constexpr int fields = 1;
  static constexpr bool laned = false;
  static constexpr double identity(int) { return 0.0; }
  template <class V, class Mask>
  static void note(V*, V, V, Mask) {}
  template <class V>
  static void merge(V*, const V*) {}
  struct value {
    double parts = 100.0;
  };
  static value finish(const double*, double, smelt::index) { return {1.0}; }
  static void pool(value& v, const value& other) { v.parts += other.parts; }
};
struct count_parts {
  static constexpr effect does = effect::affine;
  static constexpr bool whole_table = true;
  using needs = statistics<part_count>;
  template <class Slot>
  affine solve(const Slot& s) const {
    return s.frame.then({0.0, 1.0, s.template get<part_count>().parts});
  }
};

std::string sentence(auto&& call) {
  try {
    call();
  } catch (const value_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a fill is carried: counts, moments and extrema behind it") {
  const auto x = one_column({1, 5, gone, gone, 9});
  // 1 5 5 5 9: mean 5, squares 16 + 16 over 5.
  const auto f = fit(on::seq, fill::mean | standardize(), x);
  CHECK(f.plan.fit_passes == 1);
  CHECK(f.number(0, 0, 0) == 5.0);
  CHECK(f.number(1, 0, 0) == 5.0);
  CHECK(f.number(1, 1, 0) == Approx(1 / std::sqrt(32.0 / 5)).epsilon(1e-15));
  // Behind a clip the filled value is the clip of it: 2 4 4 4 4.
  const auto bent = fit(on::seq, fill::mean | clip(2, 4) | standardize() | normalize(min_max{}), x);
  CHECK(bent.plan.fit_passes == 1);
  CHECK(bent.number(2, 0, 0) == Approx(18.0 / 5).epsilon(1e-15));
  CHECK(bent.number(3, 0, 0) == 2.0);
  CHECK(bent.number(3, 1, 0) == 0.5);
  // A constant beyond the values is the new minimum, if something was filled.
  CHECK(fit(on::seq, fill::constant(-3) | normalize(min_max{}), x).number(1, 0, 0) == -3.0);
  CHECK(
      fit(on::seq, fill::constant(-3) | normalize(min_max{}), one_column({1, 2})).number(1, 0, 0) ==
      1.0);
  CHECK(fit(on::seq, standardize() | fill::constant(-3) | normalize(min_max{}), one_column({1, 2}))
            .number(2, 0, 0) == -1.0);
}

TEST_CASE("a given fill behind a fitted one: it fills what that one has left") {
  const auto x = smelt_test::rows({{1, gone}, {gone, 6}, {5, 3}, {gone, gone}});
  const auto chain =
      at(columns{0}, clean(fill::mean)) | fill::constant(0) | clip(0, 9) | standardize();
  CHECK(plan_of<decltype(chain)>.fit_passes == 1);
  const auto f = fit(on::seq, chain, x);
  CHECK(f.number(3, 0, 0) == 3.0);        // 1 3 5 3
  CHECK(f.number(3, 0, 1) == 9.0 / 4.0);  // 0 6 3 0
  const auto y = transform(on::seq, f, x);
  CHECK(y(3, 0) == 0.0);
  CHECK(y(0, 1) == Approx(-2.25 / std::sqrt((2 * 2.25 * 2.25 + 3.75 * 3.75 + 0.75 * 0.75) / 4)));
  // A sentinel between them makes values missing for the second alone.
  const auto marked = fill::mean | sentinel(7) | fill::constant(1) | standardize();
  CHECK(plan_of<decltype(marked)>.fit_passes == 1);
  const auto g = fit(on::seq, marked, one_column({7, gone, 5, 6}));  // 7 6 5 6, then 1 6 5 6
  CHECK(g.number(0, 0, 0) == 6.0);
  CHECK(g.number(3, 0, 0) == 4.5);
}

TEST_CASE("a pass solves the stages from its first to the one before the next pass begins") {
  using two_passes = std::remove_const_t<decltype(standardize() | clip(-1, 1) | standardize() | clip(0, 1))>;
  const int pass_of[] = {0, 0, 1, 1};
  for (std::size_t i = 0; i < 4; ++i)
    for (int pass : {0, 1}) CHECK(detail::solver<two_passes>::in_pass(pass, i) == (pass_of[i] == pass));
}

TEST_CASE("counts are those of the place where a stage stands") {
  const auto x = one_column({1, gone, -1, gone, 4});
  auto count_in = [&](const auto& chain) {
    const auto f = fit(on::seq, chain, x);
    return f.number(std::remove_cvref_t<decltype(f.stages())>::size - 1, 2, 0);
  };
  CHECK(count_in(as_chain(count_missing{})) == 2.0);
  CHECK(count_in(sentinel(-1) | count_missing{}) == 3.0);
  CHECK(count_in(fill::mean | count_missing{}) == 0.0);
  CHECK(count_in(fill::mean | sentinel(-1) | count_missing{}) == 1.0);
  CHECK(count_in(drop::any | count_missing{}) == 0.0);
}

TEST_CASE("a monotone stage behind a fitted one: extrema through it") {
  const auto f = fit(on::seq, normalize(min_max{0, 10}) | clip(2, 6) | normalize(min_max{-1, 1}),
                     one_column({0, 1, 2, 5}));
  CHECK(f.plan.fit_passes == 1);
  CHECK(f.number(2, 0, 0) == 2.0);
  CHECK(f.number(2, 1, 0) == 0.5);
}

TEST_CASE("one slot for the whole table leaves out columns that have left") {
  const auto x = smelt_test::rows({{1, 100, 3}, {2, 200, 6}});
  const auto f = fit(on::seq, drop::columns(columns{1}) | standardize(over::table), x);
  CHECK(f.number(1, 0, 0) == 3.0);  // 1 2 3 6
  CHECK(f.number(1, 0, 2) == 3.0);
  CHECK(f.number(1, 1, 0) == Approx(1 / std::sqrt(14.0 / 4)).epsilon(1e-15));
  const auto covered = at(columns::range(0, 3), standardize(over::table));
  CHECK(fit(on::seq, drop::columns(columns{1}) | covered, x).number(1, 0, 0) == 3.0);
  CHECK(fit(on::seq, count_parts{}, x).number(0, 2, 1) == 3.0);
  const auto some = fit(on::seq, at(columns{0, 2}, standardize(over::table)), x);
  CHECK(some.number(0, 0, 2) == 3.0);
  CHECK(transform(on::seq, some, x)(1, 1) == 200.0);
}

TEST_CASE("given numbers in the fold that shows which columns leave") {
  const auto x = smelt_test::rows({{1, 4, gone}, {2, 4, 7}, {gone, 4, 8}});
  const auto f = fit(on::seq, drop::constant_columns | fill::constant(0) | normalize(min_max{}), x);
  CHECK(f.plan.fit_passes == 1);
  CHECK(f.kept_columns() == std::vector<smelt::index>{0, 2});
  CHECK(f.number(2, 0, 0) == 0.0);
  CHECK(f.number(2, 1, 0) == 0.5);
  CHECK(transform(on::seq, f, x)(0, 1) == 0.0);
  const auto g = fit(on::seq, drop::missing_columns | drop::columns(columns{1}) | clip(2, 6), x);
  CHECK(g.kept_columns() == std::vector<smelt::index>{0, 2});
  CHECK(transform(on::seq, g, x)(1, 1) == 6.0);
}

TEST_CASE("the columns that are kept are among those there are, also where nothing is padded") {
  table<double> x(2, 8);
  for (smelt::index i = 0; i < 16; ++i) x.data()[i] = static_cast<double>(i);
  const auto f = fit(on::seq, drop::columns(columns{0}) | clip(1, 2), x);
  CHECK(f.kept_columns() == columns::range(1, 8).list);
}

TEST_CASE("what cannot be solved is said") {
  const auto x = smelt_test::rows({{gone, 1}, {gone, 2}}, {"mass", "length"});
  CHECK(sentence([&] { fit(on::seq, fill::mean, x); }) ==
        "fill::mean: column 0 ('mass') has no value to take a mean of");
  CHECK(sentence([&] { fit(on::seq, drop::any | standardize(), x); }) ==
        "fit: no row is left for standardize()");
  CHECK(sentence([&] { fit(on::seq, drop::any | count_missing{}, x); }) ==
        "fit: no row is left for a stage");
  CHECK(sentence([&] {
          fit(on::seq, drop::columns(columns{0, 1}), x);
        }) == "the chain drops every column: nothing is left");
  CHECK(sentence([&] { fit(on::seq, at(columns{2}, standardize()), x); }) ==
        "columns{...}: there is no column 2, the data have 2 columns");
  CHECK(sentence([&] { fit(on::seq, at(columns{"width"}, standardize()), x); }) ==
        "columns{...}: no column is named 'width'; there are: 'mass', 'length'");
}
