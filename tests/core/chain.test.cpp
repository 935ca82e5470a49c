// SPDX-License-Identifier: BSL-1.0
/// \file
/// Chains are flat, in order, and joining is associative.

#include <doctest/doctest.h>

#include <smelt/core/chain.hpp>
#include <smelt/stages.hpp>

#include <type_traits>

using namespace smelt;

TEST_CASE("joining is associative and flat") {
  const auto a = clip(0, 1);
  const auto b = standardize();
  const auto c = sentinel(-1);
  const auto left = (a | b) | c;
  const auto right = a | (b | c);
  static_assert(std::is_same_v<decltype(left), decltype(right)>);
  static_assert(std::remove_cvref_t<decltype(left)>::size == 3);
  CHECK(left.get<0>().high == 1.0);
  CHECK(right.get<2>().number == -1.0);
}

TEST_CASE("a stage is a chain of one, and a chain stays what it is") {
  const auto one = as_chain(clip(2, 3));
  static_assert(is_chain<std::remove_cvref_t<decltype(one)>> && one.size == 1);
  static_assert(std::is_same_v<std::remove_cvref_t<decltype(as_chain(one))>,
                               std::remove_cvref_t<decltype(one)>>);
  CHECK(one.get<0>().low == 2.0);
}
