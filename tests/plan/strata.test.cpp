// SPDX-License-Identifier: BSL-1.0
/// \file
/// Strata and apportionment: every row in its class, in order; exact sums, quotas kept, ties as said.

#include <smelt/plan/strata.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

using namespace smelt;

namespace {

using counts = std::vector<smelt::index>;

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

struct column {
  std::vector<double> values;
  double operator[](smelt::index i) const { return values[at(i)]; }
};

template <class T>
void check_strata(const std::vector<T>& values, const row_map& members) {
  struct labels {
    const std::vector<T>& own;
    T operator[](smelt::index i) const { return own[at(i)]; }
  };
  status found;
  const strata made = strata_of(labels{values}, members, found);
  REQUIRE(found.ok());
  std::map<T, counts> expected;
  for (smelt::index i = 0; i < members.count(); ++i)
    expected[values[at(members(i))]].push_back(i);
  REQUIRE(made.classes() == static_cast<smelt::index>(expected.size()));
  smelt::index c = 0;
  for (const auto& [label, rows] : expected) {
    REQUIRE(made.count(c) == static_cast<smelt::index>(rows.size()));
    CHECK(counts(made.of(c), made.of(c) + made.count(c)) == rows);
    ++c;
  }
  CHECK(made.counts().size() == expected.size());
}

}  // namespace

TEST_CASE("rows of each class, in order, by labels of many types") {
  std::vector<int> few;
  std::vector<std::int64_t> ids;
  std::vector<unsigned char> bytes;
  std::vector<float> floats;
  for (smelt::index i = 0; i < 3000; ++i) {
    few.push_back(static_cast<int>(i * 7 % 5) - 2);
    ids.push_back((std::int64_t{1} << 53) + i * 31 % 1700);
    bytes.push_back(static_cast<unsigned char>(i * i % 251));
    floats.push_back(i % 3 == 0 ? -0.0f : i % 3 == 1 ? 0.0f : std::numeric_limits<float>::infinity());
  }
  const row_map part(permutation(seed{1}, 0, 3000), 100, 1500);
  for (const row_map& members : {row_map(3000), row_map(3000, 5, 1), row_map(3000, 0, 0), part}) {
    check_strata(few, members);
    check_strata(ids, members);
    check_strata(bytes, members);
    check_strata(floats, members);  // zeros of either sign are one class
  }
}

TEST_CASE("as many classes as rows, of labels that differ in a few bits") {
  std::vector<std::int64_t> high;
  std::vector<std::uint64_t> low;
  std::vector<double> fractions;
  std::vector<std::string> words;
  for (smelt::index i = 0; i < 5000; ++i) {
    const smelt::index k = i * 2999 % 5000 - 2500;
    high.push_back(k * (std::int64_t{1} << 50));
    low.push_back(static_cast<std::uint64_t>(k));
    fractions.push_back(static_cast<double>(k) * 0x1p-1060);
    words.push_back(std::string(static_cast<std::size_t>(i % 3), 'a') + std::to_string(k));
  }
  check_strata(high, row_map(5000));
  check_strata(low, row_map(5000));
  check_strata(fractions, row_map(5000));
  const std::vector<std::string_view> views(words.begin(), words.end());
  check_strata(views, row_map(5000));
  check_strata(views, row_map(5000, 31, 1));
}

TEST_CASE("a label that is NaN is in no class") {
  status found;
  const column labels{{1.0, 2.0, std::numeric_limits<double>::quiet_NaN()}};
  strata_of(labels, row_map(3), found);
  CHECK_FALSE(found.ok());
  CHECK_THROWS_WITH_AS(found.raise(), "the label of row 2 is NaN: it is in no class", value_error);
  status good;
  CHECK(strata_of(labels, row_map(3, 0, 2), good).classes() == 2);
  CHECK(good.ok());
}

TEST_CASE("strata that are kept, and none") {
  const detail::kept_strata none;
  CHECK(none.labels() == 0);
  CHECK(none.bytes().empty());
  const detail::kept_strata kept(column{{2.0, 1.0, 2.0}}, row_map(3));
  CHECK(kept.labels() == 3);
  CHECK(kept.bytes().size() == 6 * sizeof(smelt::index));  // three rows, three begins
  CHECK(kept->counts() == counts{1, 2});
}

TEST_CASE("largest remainder: exact sums, quotas, ties to the earlier") {
  CHECK(apportion(10, {3, 3, 3}) == counts{4, 3, 3});
  CHECK(apportion(3, {10, 3, 2}) == counts{2, 1, 0});
  CHECK(apportion(0, {4, 5}) == counts{0, 0});
  CHECK(apportion(9, {4, 5}) == counts{4, 5});
  CHECK(apportion(7, {}) == counts{});
  CHECK(apportion(7, {0, 0}) == counts{0, 0});
  CHECK(apportion(1, {2, 3, 3}) == counts{0, 1, 0});
  // A product beyond 64 bits: half of two sizes of 2^61.
  const smelt::index huge = smelt::index{1} << 60;
  CHECK(apportion(huge, {huge, huge}) == counts{huge / 2, huge / 2});
  CHECK(apportion(huge + 1, {huge, huge - 1}) == counts{huge / 2 + 1, huge / 2});
  // A remainder doubled and a size more: beyond 63 bits.
  CHECK(apportion(4 * huge - 3, {4 * huge - 3, 1}) == counts{4 * huge - 4, 1});
  CHECK(apportion(4 * huge, {1}) == counts{4 * huge});
  for (smelt::index total = 0; total <= 60; ++total) {
    const counts sizes{1, 0, 7, 30, 2, 1, 19};
    const counts made = apportion(total, sizes);
    CHECK(std::accumulate(made.begin(), made.end(), smelt::index{0}) == total);
    for (std::size_t c = 0; c < sizes.size(); ++c) {
      CHECK(made[c] >= total * sizes[c] / 60);
      CHECK(made[c] <= (total * sizes[c] + 59) / 60);
    }
  }
}

TEST_CASE("one for each where all can have one, from the largest shares") {
  CHECK(apportion(3, {10, 3, 2}, true) == counts{1, 1, 1});
  CHECK(apportion(4, {10, 3, 2}, true) == counts{2, 1, 1});
  CHECK(apportion(2, {10, 3, 2}, true) == counts{1, 1, 0});  // not all can: as it falls
  CHECK(apportion(5, {100, 100, 1, 0, 1}, true) == counts{2, 1, 1, 0, 1});
  CHECK(apportion(50, {49998, 2}, true) == counts{49, 1});
  CHECK(apportion(10, {7, 11, 1, 1}, true) == counts{4, 4, 1, 1});
  counts sizes(1000, 1);
  sizes[17] = 500000;
  const counts made = apportion(1010, sizes, true);
  CHECK(std::accumulate(made.begin(), made.end(), smelt::index{0}) == 1010);
  for (std::size_t c = 0; c < sizes.size(); ++c) CHECK(made[c] == (c == 17 ? 11 : 1));
  for (smelt::index total = 6; total <= 60; ++total) {
    const counts some{1, 0, 7, 30, 2, 1, 19};
    const counts given = apportion(total, some, true);
    CHECK(std::accumulate(given.begin(), given.end(), smelt::index{0}) == total);
    for (std::size_t c = 0; c < some.size(); ++c)
      CHECK((given[c] <= some[c] && (given[c] > 0) == (some[c] > 0)));
  }
}
