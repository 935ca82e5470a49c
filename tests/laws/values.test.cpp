// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of values: other units, standardize done twice, transforms undone.

#include <support/laws.hpp>
#include <support/own_stages.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// a * x + b, in double.
table<double> line(const table<double>& x, double a, double b) {
  table<double> made(x.rows(), x.cols());
  for (smelt::index i = 0; i < x.rows() * x.cols(); ++i) {
    const double scaled = a * x.data()[i];
    made.data()[i] = scaled + b;
  }
  return made;
}
/// Equal numbers; zeros of both signs are one number.
bool equal_values(const table<double>& a, const table<double>& b, double sign) {
  for (smelt::index i = 0; i < a.rows() * a.cols(); ++i) {
    const double x = a.data()[i];
    const double y = sign * b.data()[i];
    if (missing(x) != missing(y) || (!missing(x) && x != y)) return false;
  }
  return true;
}

oracle::chain oracle_of_standardize() {
  oracle::chain c;
  c.then(oracle::standardize{});
  return c;
}

/// inverse(transform(x)) against x. With d = x - centre: y has 2 roundings of d * slope and one of
/// itself, then d is rounded in a difference and a quotient, and x in the last sum.
template <class Fitted>
void check_inverse(const everywhere& on, const Fitted& f, std::size_t stage,
                   const table<double>& x) {
  const auto y = on.transform(f, x);
  const auto back = inverse(on::seq, f, y);
  CHECK(difference(inverse(on::eigen, f, y), back) == "");
  REQUIRE(back.rows() == x.rows());
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < x.rows(); ++r)
    for (smelt::index c = 0; c < x.cols(); ++c) {
      if (missing(x(r, c))) {
        // What was filled comes back as its filler, where there was one.
        wrong += missing(y(r, c)) != missing(back(r, c));
        continue;
      }
      const double slope = f.number(stage, 1, c);
      const double bound = 1.01 * oracle::unit *
                           (4 * std::abs(x(r, c) - f.number(stage, 0, c)) +
                            std::abs(y(r, c) / slope) + std::abs(x(r, c)));
      wrong += !(std::abs(back(r, c) - x(r, c)) <= bound);
    }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("other units, a power of two: the same bits") {
  const everywhere on;
  const auto stages = standardize() | normalize(max_abs);
  for (const auto& shape : law_shapes) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto facts = on.fit(seen{}, x);
    const auto y = on(stages, x);
    for (const double a : {0x1p-20, 4.0, -1.0, -0x1p30}) {
      CAPTURE(a);
      const auto other = line(x, a, 0.0);
      const auto other_facts = on.fit(seen{}, other);
      for (smelt::index c = 0; c < shape.cols; ++c) {
        const auto was = facts_of(facts, c);
        const auto is = facts_of(other_facts, c);
        CHECK(is.present == was.present);
        CHECK(is.mean == a * was.mean);
        CHECK(is.m2 == a * a * was.m2);
        CHECK(is.lowest == a * (a < 0 ? was.highest : was.lowest));
        CHECK(is.highest == a * (a < 0 ? was.lowest : was.highest));
      }
      // A constant column is divided by 1 in the one table and in the other.
      if (shape.cols < 5) CHECK(equal_values(on(stages, other), y, a < 0 ? -1.0 : 1.0));
    }
  }
}

TEST_CASE("other units: a standardized column forgets them") {
  const everywhere on;
  for (const law_shape& shape : {law_shape{9, 3, 2}, law_shape{1025, 4, 5}}) {
    const auto x = grid(shape);
    const auto sheet = sheet_of(x);
    const auto expected = oracle_of_standardize().fit(sheet).transform(sheet);
    const auto y = on(standardize(), x);
    CHECK(problem(expected, y) == "");
    for (const auto& [a, b] : {std::pair{3.0, 1000.0}, {0.75, -5.0}, {-7.0, 0.125}}) {
      // Both tables are exact, so that one exact result bounds both.
      const auto other = line(x, a, b);
      const auto other_sheet = sheet_of(other);
      const auto other_expected = oracle_of_standardize().fit(other_sheet).transform(other_sheet);
      const auto z = on(standardize(), other);
      CHECK(problem(other_expected, z) == "");
      smelt::index wrong = 0;
      for (smelt::index r = 0; r < x.rows(); ++r)
        for (smelt::index c = 0; c < x.cols(); ++c) {
          const auto i = static_cast<std::size_t>(r);
          const auto j = static_cast<std::size_t>(c);
          const double bound = expected(i, j).error + other_expected(i, j).error +
                               2 * oracle::unit * std::abs(y(r, c));
          wrong += !(std::abs(y(r, c) - (a < 0 ? -1 : 1) * z(r, c)) <= bound);
          wrong += !(bound < 1e-11);
        }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("a falling line before standardize turns its result round, by its bits") {
  const everywhere on;
  for (const auto& shape : law_shapes) {
    const auto x = mixed(shape);
    const auto stages = standardize() | given_line{-2.0, 3.0} | standardize();
    static_assert(plan_of<decltype(stages)>.ops == 1);
    CHECK(equal_values(on(stages, x), on(standardize(), x), -1.0));
  }
}

TEST_CASE("standardize twice is standardize once") {
  const everywhere on;
  for (const auto& shape : law_shapes) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto once = on(standardize(), x);
    // In one chain the second line is solved from the source again: the same bits.
    CHECK(difference(on(standardize() | standardize(), x), once) == "");
    // One after the other, it is fitted on rounded values.
    const auto again = on(standardize(), once);
    auto sheet = sheet_of(once);
    CHECK(problem(oracle_of_standardize().fit(sheet).transform(sheet), again) == "");
    double most = 0.0;
    for (smelt::index i = 0; i < x.rows() * x.cols(); ++i)
      if (!missing(once.data()[i]))
        most = std::max(most, std::abs(again.data()[i] - once.data()[i]));
    // A column a million deviations from 0 has a mean rounded to 2^-34 of its deviation.
    CHECK(most <= 0x1p-30);
  }
}

TEST_CASE("what is transformed can be undone") {
  const everywhere on;
  for (const law_shape& shape : {law_shape{9, 3, 2}, law_shape{1025, 13, 5}}) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    check_inverse(on, on.fit(fill::mean | standardize(ddof{1}) | normalize(min_max{-1, 3}), x), 2,
                  x);
    check_inverse(on, on.fit(standardize(centre::no) | normalize(max_abs) | clip(-2, 2), x), 1, x);
    check_inverse(on, on.fit(at(columns{0, 1}, standardize(over::table)), x), 0, x);
  }
}
