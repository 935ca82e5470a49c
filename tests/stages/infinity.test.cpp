// SPDX-License-Identifier: BSL-1.0
/// \file
/// Infinity: an error unless the chain says what it means.

#include <support/on_both.hpp>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the example") {
  // [infinity example]
  table<double> rates(3, 1);
  rates(0, 0) = 1.0;
  rates(1, 0) = 1.0 / 0.0;
  rates(2, 0) = 3.0;
  auto cleaned = fit_transform(on::seq, clean(infinity::missing, fill::mean), rates);  // 1, 2, 3
  // [infinity example]
  CHECK(difference(cleaned, {{1}, {2}, {3}}) == "");
}

TEST_CASE("unsaid, it is an error of the fit, with its place") {
  const auto x = rows({{1, 2}, {3, endless}, {-endless, 6}});
  const char* sentence =
      "fit: 2 infinite value(s), the first in row 1, column 1; "
      "say clean(infinity::missing) or clean(infinity::keep) if they are meant";
  CHECK_THROWS_WITH_AS(fit(on::seq, standardize(), x), sentence, value_error);
  CHECK_THROWS_WITH_AS(fit(on::eigen, standardize(), x), sentence, value_error);
}

TEST_CASE("unsaid, a transform finishes, writes it as missing, and throws") {
  const auto f = fit(on::seq, standardize(), rows({{-1, -2}, {1, 2}}));
  const auto x = rows({{1, 2}, {-1, endless}, {-endless, -2}});
  for (bool packets : {false, true}) {
    CAPTURE(packets);
    table<double> y(3, 2);
    if (packets)
      CHECK_THROWS_AS(transform(on::eigen, f, x, y), value_error);
    else
      CHECK_THROWS_AS(transform(on::seq, f, x, y), value_error);
    CHECK(difference(y, {{1, 1}, {-1, gone}, {gone, -1}}) == "");
  }
}

TEST_CASE("infinity::missing: as if the value were not there") {
  const auto chain = infinity::missing | fill::mean | standardize();
  auto x = noise(130, 3, 6);
  auto wild = x;
  for (smelt::index i = 0; i < x.rows() * x.cols(); ++i)
    if (missing(x.data()[i])) wild.data()[i] = i % 2 == 0 ? endless : -endless;
  const auto f = fitted_on_both(chain, wild);
  CHECK(f == fit(on::seq, chain, x));
  CHECK(difference(transformed_on_both(f, wild), transform(on::seq, f, x)) == "");
  CHECK(difference(both(infinity::missing, rows({{endless, -endless, 1e308, gone}})),
                   {{gone, gone, 1e308, gone}}) == "");
}

TEST_CASE("infinity::keep: a value like any other") {
  const auto x = rows({{endless, 1}, {2, -endless}, {gone, 3}});
  CHECK(difference(both(infinity::keep, x), {{endless, 1}, {2, -endless}, {gone, 3}}) == "");
  const auto f = fitted_on_both(infinity::keep | fill::mean, x);
  CHECK(f.number(1, 0, 0) == endless);
  CHECK(f.number(1, 0, 1) == -endless);
}

TEST_CASE("a clip bounds what is kept") {
  CHECK(difference(both(infinity::keep | clip(-5, 5), rows({{endless, -endless, gone, 1}})),
                   {{5, -5, gone, 1}}) == "");
}

TEST_CASE("a value too large for float becomes infinite on the way out, and is no error") {
  const auto y = transform<float>(on::seq, fit(on::seq, clip(-1e300, 1e300), rows({{1e300, 1}})),
                                  rows({{1e300, 1}}));
  CHECK(y(0, 0) == std::numeric_limits<float>::infinity());
}
