// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of chains: cleaning done twice, chains taken apart and put together.

#include <support/laws.hpp>

#include <type_traits>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("clean twice is clean once") {
  const everywhere on;
  const auto check = [&](const auto& rules, const table<double>& x) {
    const auto once = on(rules, x);
    CHECK(once.rows() > 0);
    CHECK(difference(on(rules, once), once) == "");
    return once;
  };
  for (const law_shape& shape : {law_shape{700, 8, 3}, law_shape{1025, 13, 5}}) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto filled = check(clean(sentinel(3), fill::mean, clip(-3, 2e6)), x);
    // Column 5 holds -1 and 3, with -1 all that is left of it; the plain loop:
    smelt::index wrong = 0;
    for (smelt::index r = 0; r < shape.rows; ++r) {
      wrong += filled(r, 5) != -1.0;
      for (smelt::index c = 0; c < shape.cols; ++c)
        wrong += missing(filled(r, c)) || filled(r, c) < -3 || filled(r, c) > 2e6;
    }
    CHECK(wrong == 0);
    const auto kept = check(clean(drop::any, drop::constant_columns), x);
    smelt::index complete = 0;
    for (smelt::index r = 0; r < shape.rows; ++r) {
      bool whole = true;
      for (smelt::index c = 0; c < shape.cols; ++c) whole = whole && !missing(x(r, c));
      complete += whole;
    }
    CHECK(kept.rows() == complete);
  }
}

TEST_CASE("a | b is b after a, and (a | b) | c is a | (b | c)") {
  const everywhere on;
  const auto a = sentinel(3) | clip(-2, 2);
  const auto b = fill::constant(0.5) | normalize(largest);
  const auto c = normalize(l1);
  static_assert(std::is_same_v<decltype((a | b) | c), decltype(a | (b | c))>);
  static_assert(std::is_same_v<decltype((a | b) | c), decltype(clean(a, b, c))>);
  for (const auto& shape : law_shapes) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto together = on(a | b | c, x);
    CHECK(difference(together, on(c, on(b, on(a, x)))) == "");
    CHECK(difference(together, on(a | (b | c), x)) == "");
    oracle::chain exact;
    exact.then(oracle::sentinel{3}).then(oracle::clip{-2, 2}).then(oracle::fill_constant{0.5});
    exact.then(oracle::row_norm{0}).then(oracle::row_norm{1});
    CHECK(problem(exact.fit(sheet_of(x)).transform(sheet_of(x)), together) == "");
  }
}
