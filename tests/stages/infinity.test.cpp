// SPDX-License-Identifier: BSL-1.0
/// \file
/// Infinity: an error unless the chain says what it means.

#include <smelt/stages/infinity.hpp>

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

TEST_CASE("on some columns: the others refuse infinities still") {
  const auto x = rows({{endless, 1}, {2, 5}, {4, 3}});
  const auto wild = rows({{1, endless}, {2, 5}, {4, 3}});
  const auto chain = at(columns{0}, infinity::missing) | fill::mean;
  const auto f = fitted_on_both(chain, x);
  CHECK(difference(transformed_on_both(f, x), {{3, 1}, {2, 5}, {4, 3}}) == "");
  const char* sentence =
      "1 infinite value(s), the first in row 0, column 1; "
      "say clean(infinity::missing) or clean(infinity::keep) if they are meant";
  CHECK_THROWS_WITH_AS(fit(on::seq, chain, wild), doctest::Contains(sentence), value_error);
  CHECK_THROWS_WITH_AS(fit(on::eigen, chain, wild), doctest::Contains(sentence), value_error);
  CHECK_THROWS_WITH_AS(transform(on::seq, f, wild), doctest::Contains(sentence), value_error);
  CHECK_THROWS_WITH_AS(transform(on::eigen, f, wild), doctest::Contains(sentence), value_error);
  const auto kept = at(columns{0}, infinity::keep) | at(columns{1}, infinity::missing);
  CHECK(difference(both(kept, rows({{endless, -endless}, {-endless, 2}})),
                   {{endless, gone}, {-endless, 2}}) == "");
}

TEST_CASE("on some columns, in every loop: rows, packed rows, columns, tiles, row norms") {
  auto x = noise(300, 7, 9);
  for (smelt::index r = 3; r < 300; r += 17) x(r, 4) = r % 2 == 0 ? endless : -endless;
  auto plain = x;
  for (smelt::index r = 3; r < 300; r += 17) plain(r, 4) = gone;
  const auto chain = at(columns{4}, infinity::missing) | standardize();
  const auto same = fit(on::seq, standardize(), plain);
  const auto f = fitted_on_both(chain, x);
  const auto y = transformed_on_both(f, x);
  CHECK(difference(y, transform(on::seq, same, plain)) == "");
  table<double, column_major> turned(300, 7);
  for (smelt::index c = 0; c < 7; ++c)
    for (smelt::index r = 0; r < 300; ++r) turned(r, c) = x(r, c);
  table<double, column_major> out(300, 7);
  CHECK(transform(on::eigen, f, turned, out) == 300);
  CHECK(difference(out, y) == "");
  const auto norms = at(columns{4}, infinity::missing) | normalize(l2);
  CHECK(difference(both(norms, x), both(normalize(l2), plain)) == "");
}

TEST_CASE("on some columns: what the others meet before the rule is theirs alone") {
  auto x = noise(1500, 3, 9);
  auto plain = x;
  for (smelt::index r = 3; r < 1500; r += 17) {
    x(r, 0) = r % 2 == 0 ? endless : -endless;
    plain(r, 0) = gone;
  }
  const columns wild{0};
  const columns tame{1, 2};
  const auto same_as_missing = [&](const auto& before) {
    const auto stages = at(tame, before) | at(wild, infinity::missing) | fill::mean;
    const auto f = fitted_on_both(stages, x);
    CHECK(f == fitted_on_both(stages, plain));
    CHECK(difference(transformed_on_both(f, x), transform(on::seq, f, plain)) == "");
  };
  same_as_missing(standardize());
  same_as_missing(normalize(l2));
  // And a column that leaves after others have been measured may hold what it likes.
  CHECK(difference(both(at(tame, standardize()) | drop::columns(wild), x),
                   both(drop::columns(wild) | standardize(), x)) == "");
  // But the rule still stands too late for a column that was met before it.
  const auto late = at(columns{0, 1}, standardize()) | at(wild, infinity::missing);
  CHECK_THROWS_WITH_AS(fit(on::seq, late, x), doctest::Contains("the first in row 3, column 0"),
                       value_error);
  CHECK_THROWS_WITH_AS(fit(on::eigen, late, x), doctest::Contains("the first in row 3, column 0"),
                       value_error);
  const auto norm = at(columns{0, 1}, normalize(l2)) | at(wild, infinity::missing);
  CHECK_THROWS_AS(fit_transform(on::seq, norm, x), value_error);
}

TEST_CASE("a rule holds from where it stands: a row norm before it would have met the infinity") {
  const auto x = rows({{1, endless}, {3, 4}});
  CHECK_THROWS_AS(fit_transform(on::seq, normalize(l2) | infinity::missing, x), value_error);
  CHECK_THROWS_AS(fit_transform(on::eigen, normalize(l2) | infinity::missing, x), value_error);
  CHECK_THROWS_AS(fit(on::seq, standardize() | infinity::missing, x), value_error);
  CHECK_THROWS_AS(fit(on::eigen, standardize() | infinity::missing, x), value_error);
  const auto f = fitted_on_both(standardize() | infinity::missing, rows({{-1, -1}, {1, 1}}));
  CHECK(difference(transformed_on_both(f, x), {{1, gone}, {3, 4}}) == "");
}

TEST_CASE("a column that leaves may hold infinities") {
  const auto x = rows({{1, endless, 5}, {3, 4, 5}});
  const auto given = both(drop::columns(columns{1}) | standardize(), x);
  CHECK(difference(given, {{-1, 0}, {1, 0}}) == "");
  // One that leaves by a rule was looked at by the fit, and leaves unseen from then on.
  const auto f = fitted_on_both(drop::constant_columns | standardize(), rows({{1, 2, 5}, {3, 4, 5}}));
  CHECK(difference(transformed_on_both(f, rows({{1, 2, endless}})), {{-1, -1}}) == "");
  CHECK_THROWS_AS(fit_transform(on::eigen, normalize(l2) | drop::columns(columns{1}), x), value_error);
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
