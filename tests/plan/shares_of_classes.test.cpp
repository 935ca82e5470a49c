// SPDX-License-Identifier: BSL-1.0
/// \file
/// Rows of each class for each part: exact sums, largest remainders, rare classes.

#include <smelt/plan/shares_of_classes.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

using namespace smelt;

namespace {
using list = std::vector<smelt::index>;

list shared(std::vector<detail::class_quota> classes, smelt::index total) {
  detail::share_out(classes, total);
  list made;
  for (const auto& c : classes) made.push_back(c.share);
  return made;
}
std::uint64_t next(std::uint64_t& state) {  // xorshift64
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}
}  // namespace

TEST_CASE("largest remainder within bounds") {
  CHECK(shared({{5, 0, 5}, {3, 0, 3}, {2, 0, 2}}, 5) == list{3, 1, 1});  // 2.5, 1.5, 1: ties to the first
  CHECK(shared({{98, 0, 98}, {1, 1, 1}, {1, 1, 1}}, 10) == list{8, 1, 1});
  CHECK(shared({{50, 0, 2}, {50, 0, 50}}, 10) == list{2, 8});
  CHECK(shared({{0, 0, 0}, {4, 0, 4}}, 4) == list{0, 4});
  CHECK(shared({}, 0) == list{});
  CHECK(shared({{3000000000000, 0, 3000000000000}, {1, 1, 1}}, 1500000000000) ==
        list{1499999999999, 1});
}

TEST_CASE("any classes, any parts: sums are exact, shares near, and rare classes where they can be") {
  std::uint64_t state = 88172645463325252u;
  for (int trial = 0; trial < 300; ++trial) {
    list classes, parts;
    smelt::index rows = 0;
    for (std::uint64_t c = next(state) % 30; c > 0; --c)
      classes.push_back(static_cast<smelt::index>(next(state) % (next(state) % 2 ? 5 : 200)));
    rows = std::accumulate(classes.begin(), classes.end(), smelt::index{0});
    smelt::index left = rows;
    for (std::uint64_t p = 1 + next(state) % 4; p > 0; --p) {
      parts.push_back(static_cast<smelt::index>(next(state) % static_cast<std::uint64_t>(left + 1)));
      left -= parts.back();
    }
    const auto made = detail::shares_of_classes(classes, parts);
    smelt::index needing = 0;
    for (smelt::index n : classes) needing += n > 0;
    bool roomy = true;
    for (smelt::index n : parts) roomy = roomy && n >= needing;
    CAPTURE(trial);
    for (std::size_t p = 0; p < parts.size(); ++p) {
      smelt::index sum = 0;
      for (std::size_t c = 0; c < classes.size(); ++c) sum += made[c * parts.size() + p];
      CHECK(sum == parts[p]);
    }
    for (std::size_t c = 0; c < classes.size(); ++c) {
      smelt::index sum = 0;
      for (std::size_t p = 0; p < parts.size(); ++p) {
        const smelt::index share = made[c * parts.size() + p];
        REQUIRE(share >= 0);
        sum += share;
        if (roomy) CHECK((share > 0) == (classes[c] > static_cast<smelt::index>(p)));
      }
      CHECK(sum <= classes[c]);
    }
  }
}

TEST_CASE("folds deal rows of each class one by one") {
  CHECK(detail::shares_of_folds({10, 3, 2}, 5) == list{2, 2, 2, 2, 2, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1});
  CHECK(detail::shares_of_folds({}, 2) == list{});
  CHECK(detail::shares_of_folds({0, 1}, 2) == list{0, 0, 1, 0});
}
