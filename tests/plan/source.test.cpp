// SPDX-License-Identifier: BSL-1.0
/// \file
/// Data taken apart: views, companions and members of everything that fit and transform take, and
/// draws from parts.

#include <smelt/plan/source.hpp>

#include <doctest/doctest.h>

#include <support/tables.hpp>

#include <cstdint>
#include <vector>

using namespace smelt;

namespace {

struct own_role {
  static constexpr bool may_fit = true;
  static constexpr const char* name = "own";
};
template <class Data>
using own_part = part<Data, struct a_split, own_role>;

static_assert(data<table<float>> && data<matrix_view<const double>> && data<std::vector<int>>);
static_assert(data<labelled_data<matrix_view<const float>>> &&
              data<own_part<matrix_view<const float>>>);
static_assert(own_role::may_fit && own_role::name[0] == 'o');
static_assert(!data<int> && !data<std::vector<std::string>>);
static_assert(is_part<own_part<matrix_view<const float>>> && !is_part<table<float>>);

/// Rows i of a draw from a part, one at a time.
void check_draw(const row_map& members, const row_map& draw) {
  const drawn_rows rows{members, draw};
  REQUIRE(rows.count() == draw.count());
  std::vector<smelt::index> out(static_cast<std::size_t>(rows.count()));
  rows(0, rows.count(), out.data());
  bool follow = true;
  for (smelt::index i = 0; i < rows.count(); ++i) {
    CHECK(out[static_cast<std::size_t>(i)] == members(draw(i)));
    smelt::index one = -1;
    rows(i, 1, &one);
    CHECK(one == members(draw(i)));
    CHECK(rows(i) == members(draw(i)));
    follow = follow && one == rows.first() + i;
  }
  if (rows.contiguous()) CHECK(follow);
}

}  // namespace

TEST_CASE("a table, a vector and labelled data are opened as a view with all its rows") {
  const auto x = smelt_test::noise<float>(6, 3);
  const auto plain = detail::open(x);
  CHECK(plain.x.rows() == 6);
  CHECK(plain.x.data() == x.data());
  CHECK(plain.members.identity());
  CHECK(plain.members.everything());
  CHECK(plain.split_id == 0);

  const std::vector<double> one = {1, 2, 3};
  CHECK(detail::open(one).x.cols() == 1);

  const std::vector<std::int64_t> ids = {1, 2, 3, 4, 5, 1234567890123};
  const auto with_ids = detail::open(labelled(x, ids));
  CHECK(std::get<0>(with_ids.companions)[5] == 1234567890123);
  CHECK(with_ids.members.count() == 6);
  CHECK(with_ids.split_id == 0);
}

TEST_CASE("columns spread over more: each in its place, all missing in the others") {
  const auto x = smelt_test::rows<float>({{1, 2}, {3, 4}, {5, 6}});
  const auto from = x.view().row_range(1, 3);
  const smelt::index place[] = {1, -1, 0};
  const detail::spread_columns<std::remove_const_t<decltype(from)>> wide{from, place, 3};
  CHECK(wide.rows() == 2);
  CHECK(wide.cols() == 3);
  CHECK(wide.first_row() == 1);
  CHECK(wide.total_rows() == 3);
  for (smelt::index r = 0; r < 2; ++r) {
    CHECK(wide(r, 0) == x(r + 1, 1));
    CHECK(missing(wide(r, 1)));
    CHECK(wide(r, 2) == x(r + 1, 0));
  }
}

TEST_CASE("a part is opened as its source with the rows that are members") {
  const auto x = smelt_test::noise<float>(20, 2);
  const std::vector<int> y(20, 4);
  const auto all = labelled(x, y);
  const row_map members(permutation(seed{1}, 0, 20), 5, 10);
  const own_part<std::remove_const_t<decltype(all)>> p{all, members, 77};
  CHECK(p.rows() == 10);
  CHECK(p.cols() == 2);
  const auto opened = detail::open(p);
  CHECK(opened.x.rows() == 20);
  CHECK(opened.split_id == 77);
  CHECK(std::get<0>(opened.companions).size() == 20);
  for (smelt::index i = 0; i < 10; ++i) CHECK(opened.members(i) == members(i));
}

TEST_CASE("draws from parts, in order and not") {
  const row_map ordered(50, 10, 30);
  const row_map random(permutation(seed{2}, 0, 50), 10, 30);
  const row_map all(30);
  const row_map slice = all.slice(4, 9);
  const row_map shuffled(permutation(seed{3}, 0, 30), 2, 20);
  const row_map twice = shuffled.of(row_map::all_but(20, 5, 3)).slice(1, 12);
  const row_map hole = random.of(row_map::all_but(30, 7, 4).of(row_map(26, 2, 20)));
  for (const row_map& members : {ordered, random})
    for (const row_map& draw : {all, slice, shuffled, twice}) check_draw(members, draw);
  for (const row_map& draw : {row_map(20), row_map(permutation(seed{4}, 0, 20), 3, 11)})
    check_draw(hole, draw);
  CHECK(drawn_rows{ordered, slice}.contiguous());
  CHECK(drawn_rows{ordered, slice}.first() == 14);
  CHECK(!drawn_rows{random, slice}.contiguous());
  CHECK(!drawn_rows{ordered, shuffled}.contiguous());
}
