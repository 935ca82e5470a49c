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
  std::vector<smelt::index> numbers{0, 3};
  row_map(100, 1, 5).follow(2, numbers.data());
  CHECK(numbers == std::vector<smelt::index>{1, 4});
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

TEST_CASE("everything but a hole, of a source and of a random order") {
  const permutation order(seed{8}, 0, 90);
  for (const row_map& chosen :
       {row_map::all_but(90, 20, 15), row_map::all_but(90, 0, 15), row_map::all_but(90, 75, 15),
        row_map::all_but(90, 0, 90), row_map::all_but(90, 30, 0)}) {
    check_map(chosen);
    const row_map train = row_map(order, 0, 90).of(chosen);
    check_map(train);
    CHECK(train.count() == chosen.count());
    for (smelt::index i = 0; i < train.count(); ++i) CHECK(train(i) == order(chosen(i)));
    if (chosen.count() > 20) check_map(train.slice(5, 12));
  }
}

TEST_CASE("a choice of a choice: row by row what one chooses of the other") {
  const smelt::index list[] = {4, 0, 33, 9, 21, 2, 30};
  smelt::index places[40];
  for (auto& place : places) place = -1;
  for (smelt::index i = 0; i < 7; ++i) places[list[i]] = i;
  const row_map wholes[] = {row_map(40), row_map(60, 5, 40),
                            row_map(permutation(seed{3}, 1, 60), 4, 40),
                            row_map::all_but(50, 7, 10)};
  const row_map choices[] = {row_map(40),
                             row_map(40, 3, 20),
                             row_map(permutation(seed{4}, 1, 40), 6, 30),
                             row_map::all_but(40, 9, 4),
                             row_map(40, row_step(stepped_step::every(3, 1), 13)),
                             row_map::listed(40, list, 7, places)};
  for (const row_map& whole : wholes)
    for (const row_map& chosen : choices) {
      const row_map both = whole.of(chosen);
      check_map(both);
      CHECK(both.source() == whole.source());
      CHECK(both.count() == chosen.count());
      for (smelt::index i = 0; i < both.count(); ++i) CHECK(both(i) == whole(chosen(i)));
      const row_map part = both.slice(2, 4);
      check_map(part);
      for (smelt::index i = 0; i < 4; ++i) CHECK(part(i) == both(2 + i));
      std::vector<smelt::index> numbers{3, 0, 5, 5};
      both.follow(4, numbers.data());
      CHECK(numbers == std::vector<smelt::index>{both(3), both(0), both(5), both(5)});
    }
  CHECK(row_map(60, 5, 40).of(row_map(40, 3, 20)).steps() == 0);
  CHECK(row_map(40).of(row_map(40)).identity());
}

TEST_CASE("repeats are not found, and more steps than there is room for are refused") {
  const row_map drawn(40, row_step(drawn_step{seed{1}, 3, 40, detail::threshold_of(40)}, 40));
  CHECK_FALSE(drawn.findable());
  CHECK_FALSE(drawn.everything());
  CHECK_FALSE(drawn.keeps_list());
  CHECK(drawn.find(3) == -1);
  const row_map of_part = row_map(permutation(seed{2}, 0, 60), 0, 40).of(drawn.slice(10, 20));
  CHECK_FALSE(of_part.findable());
  std::vector<smelt::index> some(20);
  of_part.rows(0, 20, some.data());
  for (smelt::index i = 0; i < 20; ++i)
    CHECK(some[at(i)] == permutation(seed{2}, 0, 60)(drawn(10 + i)));
  const row_map order(permutation(seed{2}, 0, 40), 0, 40);
  const row_map four = order.of(order).of(order).of(order);
  check_map(four);
  CHECK(four.steps() == 4);
  CHECK_THROWS_WITH_AS(four.of(order),
                       "a choice of rows of a choice of rows takes more than 4 steps; copy the rows "
                       "of one of them",
                       value_error);
}

TEST_CASE("a sampler that is an order gives the first rows of it") {
  struct first_three {
    permutation order(smelt::index rows, std::uint64_t epoch) const { return {seed{4}, epoch, rows}; }
    smelt::index count(smelt::index) const { return 3; }
  };
  const row_map chosen = detail::map_of(first_three{}, 40, 7);
  CHECK((chosen.count() == 3 && chosen.source() == 40));
  for (smelt::index i = 0; i < 3; ++i) CHECK(chosen(i) == permutation(seed{4}, 7, 40)(i));
}

TEST_CASE("lists go where they are placed, of a front list only what is read") {
  const smelt::index list[] = {4, 0, 33, 9, 21, 2, 30};
  smelt::index places[40];
  for (auto& place : places) place = -1;
  for (smelt::index i = 0; i < 7; ++i) places[list[i]] = i;
  const alias_column columns[] = {{3, 2}, {6, 2}, {8, 2}};
  const row_step weighted(
      drawn_step{seed{9}, 4, 3, detail::threshold_of(3), columns, 8, 0}, 20);
  struct copies {
    std::vector<std::vector<smelt::index>> rows;
    std::vector<std::vector<alias_column>> columns;
    const smelt::index* operator()(const smelt::index* from, smelt::index size) {
      return rows.emplace_back(from, from + size).data();
    }
    const alias_column* operator()(const alias_column* from, smelt::index size) {
      return columns.emplace_back(from, from + size).data();
    }
  };
  const auto check = [](const row_map& from, std::vector<std::size_t> sizes) {
    copies made;
    const row_map there = from.placed(made);
    CHECK(rows_of(there) == rows_of(from));
    CHECK(there.source() == from.source());
    CHECK(there.findable() == from.findable());
    std::vector<std::size_t> found;
    for (const auto& copy : made.rows) found.push_back(copy.size());
    for (const auto& copy : made.columns) found.push_back(copy.size());
    CHECK(found == sizes);
  };
  check(row_map::listed(40, list, 7).slice(2, 3), {3});
  check(row_map::listed(40, list, 7, places).slice(2, 3), {7, 40});
  check(row_map::listed(40, list, 7).of(row_map(permutation(seed{1}, 0, 7), 1, 4)), {7});
  check(row_map(60, 5, 40).of(row_map::listed(40, list, 7)).slice(1, 4), {4});
  check(row_map(3, weighted), {3});
  check(row_map::all_but(9, 2, 3), {});
  check(row_map::all_but(9, 0, 3), {});
}

TEST_CASE("no rows, one row, and both ends of very many") {
  CHECK(row_map(permutation(seed{1}, 0, 0), 0, 0).count() == 0);
  check_map(row_map(permutation(seed{1}, 0, 1), 0, 1));
  check_map(row_map::all_but(1, 0, 1));
  check_map(row_map(1).of(row_map(1)));
  const smelt::index far = smelt::index{1} << 40;
  const row_map whole(permutation(seed{6}, 0, far), 0, far);
  const row_map train = whole.of(row_map::all_but(far, far / 4, far / 4));
  for (const smelt::index i :
       {smelt::index{0}, far / 4 - 1, far / 4, far / 2, far - far / 4 - 1}) {
    smelt::index row = -1;
    train.rows(i, 1, &row);
    CHECK(row == train(i));
    CHECK(train.find(row) == i);
    smelt::index found = -1;
    train.find(row, 1, &found);
    CHECK(found == i);
  }
  for (const smelt::index i : {far / 4, far / 2 - 1}) CHECK_FALSE(train.contains(whole(i)));
}
