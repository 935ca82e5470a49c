// SPDX-License-Identifier: BSL-1.0
/// \file
/// element: the values of a transform, one at a time.

#include <smelt/element.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <numeric>  // std::transform_reduce
#include <type_traits>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the example") {
  // [element example]
  table<double> heights(3, 1);
  heights(0, 0) = 1.0, heights(1, 0) = 2.0, heights(2, 0) = 3.0;
  const auto fitted = fit(on::seq, normalize(min_max{0, 1}), heights);
  const auto scaled = element(fitted).column(0);
  const double at_two_and_a_half = scaled(2.5);  // 0.75
  // [element example]
  CHECK(at_two_and_a_half == 0.75);
}

TEST_CASE("the bits of a transform, missing values and infinities too") {
  auto x = noise(200, 7, 9);
  const auto chain = sentinel(2) | at(columns{1}, infinity::missing) | fill::mean | standardize() |
                     clip(-2, 2) | normalize(min_max{-1, 1});
  const auto f = fit(on::seq, chain, x);
  const auto e = element(f);
  static_assert(std::is_trivially_copyable_v<decltype(e)>);
  x(3, 1) = endless;
  x(4, 2) = -endless;
  table<double> y(200, 7);
  CHECK_THROWS_AS(transform(on::seq, f, x, y), value_error);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < 200; ++r)
    for (smelt::index c = 0; c < 7; ++c)
      wrong += !same_bits(e(x(r, c), static_cast<int>(c)), y(r, c));
  CHECK(wrong == 0);
  CHECK(missing(y(4, 2)));
}

TEST_CASE("drops and samplers have no part in it") {
  const auto x = noise(50, 2, 6);
  const auto f = fit(on::seq, drop::any | standardize() | sample(shuffled{seed{2}}), x);
  const auto y = transform(on::seq, f.values_only(), x);
  const auto second = element(f).column(1);
  for (smelt::index r = 0; r < 50; ++r) CHECK(same_bits(second(x(r, 1)), y(r, 1)));
}

TEST_CASE("more numbers than fit") {
  const auto x = noise(20, 200, 0);
  CHECK_THROWS_WITH_AS(element(fit(on::seq, standardize(), x)),
                       "element: 200 columns have 600 numbers, there is room for 384; ask for "
                       "one: element(fitted, column)",
                       shape_error);
}

TEST_CASE("as many numbers as fit") {
  const auto x = noise(20, 128, 0);
  const auto f = fit(on::seq, normalize(min_max{1, 2}), x);  // 384
  const auto y = transform(on::seq, f, x);
  const auto e = element(f);
  for (int c : {0, 63, 127}) CHECK(same_bits(e(x(7, c), c), y(7, c)));
}

TEST_CASE("one column of any number of columns") {
  const auto x = noise(30, 200, 7);
  const auto f = fit(on::seq, fill::mean | standardize(), x);
  const auto y = transform(on::seq, f, x);
  for (smelt::index c : {0, 63, 199}) {
    const auto one = element(f, c);
    static_assert(sizeof(one) < 64);
    for (smelt::index r = 0; r < 30; ++r) CHECK(same_bits(one(x(r, c)), y(r, c)));
  }
  CHECK_THROWS_WITH_AS(element(f, 200),
                       "element: there is no column 200, the chain was fitted on 200 columns",
                       value_error);
  CHECK_THROWS_AS(element(f, -1), value_error);
}
