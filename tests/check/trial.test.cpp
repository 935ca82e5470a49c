// SPDX-License-Identifier: BSL-1.0
#include <smelt/check/trial.hpp>

#include <support/checked.hpp>

using namespace smelt;
using namespace smelt::detail;

TEST_CASE("trials differ in their numbers, their results, or what is refused") {
  auto x = example_table({}, 20, 2, 0);
  const auto stages = as_chain(standardize());
  const auto first = tried(on::seq, stages, x.view());
  CHECK(first.refused == "");
  CHECK(trial_difference(first, tried(on::eigen, stages, x.view())) == "");
  auto other = first;
  other.made(3, 1) = 7.0;
  CHECK(trial_difference(other, first).find("row 3, column 1: 7 against ") == 0);
  x(0, 0) = 9.0;
  CHECK(trial_difference(first, tried(on::seq, stages, x.view()))
            .find("stage 0, number 0, column 0: ") == 0);
  x(0, 0) = infinite_value<double>;
  const auto refused = tried(on::seq, stages, x.view());
  CHECK(refused.refused.find("fit: 1 infinite value(s)") == 0);
  CHECK(trial_difference(first, refused).find("'' is thrown against 'fit: 1 infinite") == 0);
}

TEST_CASE("what a chain does decides which laws it is held to") {
  CHECK(only<decltype(as_chain(standardize())), effect::affine, effect::fill>);
  CHECK(!only<decltype(fill::mean | drop::any), effect::affine, effect::fill>);
  CHECK(looks_across<decltype(fill::mean | normalize(l2))>);
  CHECK(looks_across<decltype(as_chain(standardize(over::table)))>);
  CHECK(!looks_across<decltype(fill::mean | clip(0, 1))>);
  CHECK(numbers_rows<decltype(as_chain(drop::where(nullptr, 0)))>);
  CHECK(!numbers_rows<decltype(as_chain(drop::any))>);
}
