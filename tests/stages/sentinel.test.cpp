// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sentinel: a number that stands for a missing value.

#include <smelt/stages/sentinel.hpp>

#include <support/on_both.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the example") {
  // [sentinel example]
  table<std::int32_t> rain(4, 1);
  rain(0, 0) = 3;
  rain(1, 0) = -1;  // the station was out of order
  rain(2, 0) = 5;
  rain(3, 0) = 1;
  auto cleaned = fit_transform(on::seq, clean(sentinel(-1), fill::mean), rain);  // 3, 3, 5, 1
  // [sentinel example]
  CHECK(difference(cleaned, {{3}, {3}, {5}, {1}}) == "");
}

TEST_CASE("only the number itself becomes missing; what was missing stays so") {
  const auto x = rows({{-1, std::nextafter(-1.0, 0.0), 1}, {gone, -0.0, -1}});
  CHECK(difference(both(sentinel(-1), x), {{gone, std::nextafter(-1.0, 0.0), 1}, {gone, -0.0, gone}}) ==
        "");
}

TEST_CASE("both zeros are the number 0") {
  CHECK(difference(both(sentinel(0), rows({{0.0, -0.0, 5e-324}})), {{gone, gone, 5e-324}}) == "");
  CHECK(difference(both(sentinel(-0.0), rows({{0.0, -0.0, 5e-324}})), {{gone, gone, 5e-324}}) == "");
}

TEST_CASE("-99.9 is found in a float table, where it is stored as another number") {
  const auto x = rows<float>({{-99.9, 1}, {2, -99.9}});
  const auto y = both(sentinel(-99.9), x);
  CHECK(missing(y(0, 0)));
  CHECK(missing(y(1, 1)));
  CHECK(y(0, 1) == 1.0f);
  // Of doubles the number itself is one, and the float that is nearest to it.
  const double near = static_cast<double>(-99.9f);
  CHECK(difference(both(sentinel(-99.9), rows({{-99.9, near, std::nextafter(-99.9, 0.0)}})),
                   {{gone, gone, std::nextafter(-99.9, 0.0)}}) == "");
}

TEST_CASE("the fit does not see it: one read, the numbers of a table with missing values") {
  const auto chain = sentinel(-1) | fill::mean | standardize();
  static_assert(plan_of<decltype(chain)>.fit_passes == 1);
  auto x = noise(140, 3, 5);
  auto marked = x;
  for (smelt::index i = 0; i < x.rows() * x.cols(); ++i)
    if (missing(x.data()[i])) marked.data()[i] = -1.0;
  const auto f = fitted_on_both(chain, marked);
  CHECK(f == fit(on::seq, chain, x));
  CHECK(difference(transformed_on_both(f, marked), transform(on::seq, f, x)) == "");
}

TEST_CASE("an infinity may be one, when infinities are kept") {
  CHECK(difference(both(infinity::keep | sentinel(endless), rows({{endless, -endless, 1}})),
                   {{gone, -endless, 1}}) == "");
}

TEST_CASE("missing itself is not a sentinel") {
  CHECK_THROWS_WITH_AS(sentinel(gone), "sentinel: a missing value is missing already", value_error);
  CHECK(sentinel(-99.5).text() == "sentinel(-99.5)");
}
