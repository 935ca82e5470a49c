// SPDX-License-Identifier: BSL-1.0
/// \file
/// Row maps: `rows` and `find` undo each other, slices are what they are cut from, parts of one
/// order are disjoint and leave nothing out.

#include <smelt/plan/row_map.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace smelt;

namespace {

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

std::vector<smelt::index> rows_of(const row_map& m) {
  std::vector<smelt::index> rows(at(m.count()));
  m.rows(0, m.count(), rows.data());
  return rows;
}

/// Everything that must hold of any map.
void check_map(const row_map& m) {
  const auto rows = rows_of(m);
  std::vector<smelt::index> number(at(m.source() + 1), -2);
  m.find(0, m.source(), number.data());
  CHECK(number.back() == -2);
  smelt::index members = 0;
  for (smelt::index r = 0; r < m.source(); ++r) {
    const smelt::index n = number[at(r)];
    CHECK(m.find(r) == n);
    CHECK(m.contains(r) == (n >= 0));
    if (n < 0) {
      CHECK(n == -1);
      continue;
    }
    ++members;
    CHECK(n < m.count());
    CHECK(rows[at(n)] == r);
  }
  CHECK(members == m.count());
  for (smelt::index i = 0; i < m.count(); ++i) CHECK(m(i) == rows[at(i)]);
  std::vector<smelt::index> last(at(m.count() - m.count() / 2));
  m.rows(m.count() / 2, m.count() - m.count() / 2, last.data());
  for (std::size_t i = 0; i < last.size(); ++i) CHECK(last[i] == rows[at(m.count() / 2) + i]);
  // From the middle, as leaves ask.
  const smelt::index from = m.source() / 3;
  std::vector<smelt::index> some(at(m.source() - from), -2);
  m.find(from, m.source() - from, some.data());
  for (smelt::index i = 0; i < m.source() - from; ++i) CHECK(some[at(i)] == number[at(from + i)]);
}

}  // namespace

TEST_CASE("a whole source") {
  const row_map all(100);
  check_map(all);
  CHECK(all.identity());
  CHECK(all.everything());
  CHECK(all.in_order());
  CHECK(all.count() == 100);
  CHECK(row_map(0).count() == 0);
}

TEST_CASE("rows in order from the middle") {
  const row_map middle(100, 30, 25);
  check_map(middle);
  CHECK(!middle.identity());
  CHECK(!middle.everything());
  CHECK(middle.in_order());
  CHECK(middle(0) == 30);
  CHECK(middle(24) == 54);
  CHECK(!middle.contains(29));
  CHECK(!middle.contains(55));
}

TEST_CASE("rows of a random order") {
  const permutation order(seed{9}, 0, 77);
  const row_map some(order, 10, 40);
  check_map(some);
  CHECK(!some.identity());
  CHECK(!row_map(order, 0, 77).identity());
  CHECK(!some.in_order());
  CHECK(some.source() == 77);
  for (smelt::index i = 0; i < 40; ++i) CHECK(some(i) == order(10 + i));
}

TEST_CASE("a slice holds the rows it was cut from, and so does a slice of it") {
  const permutation order(seed{3}, 1, 60);
  for (const row_map& whole : {row_map(60), row_map(60, 5, 50), row_map(order, 4, 50)}) {
    const auto rows = rows_of(whole);
    const row_map cut = whole.slice(10, 30);
    check_map(cut);
    CHECK(cut.source() == 60);
    for (smelt::index i = 0; i < 30; ++i) CHECK(cut(i) == rows[at(10 + i)]);
    const row_map again = cut.slice(7, 5);
    for (smelt::index i = 0; i < 5; ++i) CHECK(again(i) == rows[at(17 + i)]);
    CHECK(whole.slice(3, 0).count() == 0);
  }
}

TEST_CASE("parts of one order: every row in exactly one") {
  const permutation order(seed{5}, 2, 101);
  const row_map parts[] = {row_map(order, 0, 70), row_map(order, 70, 11), row_map(order, 81, 20)};
  for (smelt::index r = 0; r < 101; ++r) {
    int holders = 0;
    for (const auto& part : parts) holders += part.contains(r);
    CHECK(holders == 1);
  }
}
