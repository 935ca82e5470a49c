// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether a stored chain is the program's: each difference, in words.

#include <smelt/stored/match.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace smelt;
using namespace smelt::detail;

namespace {

stored_chain two_stages() {
  stored_chain chain;
  chain.told.cols = 2;
  stage_description one;
  one.text = "clip(0, 1)";
  one.does = effect::monotone;
  one.meanings = {"low", "high"};
  one.numbers = {{0, 0}, {1, 1}};
  stage_description two;
  two.text = "at(columns{1}, standardize())";
  two.does = effect::affine;
  two.meanings = {"centre", "slope", "offset"};
  two.numbers = {{0, 1}, {1, 2}, {-0.0, std::numeric_limits<double>::quiet_NaN()}};
  two.chosen = {{1}};
  chain.told.stages = {one, two};
  chain.given = {std::nullopt, std::nullopt};
  return chain;
}
template <class Change>
std::string refused(Change&& change) {
  const stored_chain here = two_stages();
  stored_chain there = two_stages();
  change(there.told.stages, there);
  status found;
  const bool stages_match = match_stages(here, there, "f", found);
  CHECK(stages_match == found.ok());
  const bool numbers_match = stages_match && match_numbers(here, there, "f", found);
  CHECK(numbers_match == found.ok());
  return found.what();
}
using stages = std::vector<stage_description>;

}  // namespace

TEST_CASE("a chain is itself, its missing numbers too") {
  CHECK(refused([](stages&, stored_chain&) {}) == "");
}

TEST_CASE("other stages") {
  CHECK(refused([](stages& s, stored_chain&) { s[1].text = "max"; }) ==
        "load: stage 2 of this chain is 'at(columns{1}, standardize())' (affine), in 'f' it is 'max' "
        "(affine)");
  CHECK(refused([](stages& s, stored_chain&) { s[0].does = effect::value; }) ==
        "load: stage 1 of this chain is 'clip(0, 1)' (monotone), in 'f' it is 'clip(0, 1)' (value)");
  CHECK(refused([](stages& s, stored_chain&) { s[0].meanings = {}; }) ==
        "load: stage 1, 'clip(0, 1)', has of each column: low, high; 'f' has: nothing");
  CHECK(refused([](stages& s, stored_chain&) { s.pop_back(); }) ==
        "load: this chain has 2 stages, the one in 'f' has 1");
  CHECK(refused([](stages& s, stored_chain& c) {
          s.push_back(s[0]);
          c.given.emplace_back();
        }) == "load: this chain has 2 stages, the one in 'f' has 3");
}

TEST_CASE("other bytes") {
  const std::string words = "load: stage 1, 'clip(0, 1)', was given other bytes than the one in 'f'";
  CHECK(refused([](stages&, stored_chain& c) { c.given[0] = given_bytes{1, 2}; }) == words);
}

TEST_CASE("other numbers") {
  CHECK(refused([](stages& s, stored_chain&) { s[0].numbers[1][1] = 1.5; }) ==
        "load: stage 1, 'clip(0, 1)', column 1: high is 1 in this chain, 1.5 in 'f'");
  CHECK(refused([](stages& s, stored_chain&) { s[1].numbers[2][0] = 0.0; }) ==
        "load: stage 2, 'at(columns{1}, standardize())', column 0: offset is -0 in this chain, 0 in "
        "'f'");
  CHECK(refused([](stages& s, stored_chain&) { s[1].chosen = {{0}}; }) ==
        "load: stage 2, 'at(columns{1}, standardize())', acts on other columns than the one in 'f'");
  CHECK(refused([](stages& s, stored_chain&) { s[1].chosen.reset(); }) != "");
  CHECK(refused([](stages& s, stored_chain&) { s[0].fired = {1}; }) ==
        "load: stage 1, 'clip(0, 1)', has no zero rule that could have been needed as 'f' says");
}

TEST_CASE("the column of another number stays in the status") {
  const stored_chain here = two_stages();
  stored_chain there = two_stages();
  there.told.stages[0].numbers[0][1] = -1;
  status found;
  CHECK(!match_numbers(here, there, "f", found));
  CHECK((found.kind() == failure::value && found.first_col == 1));
}
