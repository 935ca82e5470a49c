// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is chosen of a table, and its parts, as rows of a piece of it: the empty ones, the ends, and
/// ways of a user's own. The laws of pieces are in tests/samplers and tests/splits (of_whole).

#include <smelt/plan/whole.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace smelt;

namespace {

std::vector<smelt::index> all_of(const row_map& map) {
  std::vector<smelt::index> made;
  for (smelt::index i = 0; i < map.count(); ++i) made.push_back(map(i));
  return made;
}
using rows = std::vector<smelt::index>;

}  // namespace

TEST_CASE("rows of a piece: as often as chosen, in the order of the members") {
  const rows chosen{9, 4, 5, 4, 0, 7, 4};
  const auto map = row_map::listed(10, chosen.data(), 7);
  CHECK(all_of(detail::rows_of_piece(map, row_map(3), 4)) == rows{0, 0, 0, 1});
  CHECK(all_of(detail::rows_of_piece(map, row_map(10), 0)) == rows{0, 4, 4, 4, 5, 7, 9});
  CHECK(all_of(detail::rows_of_piece(map, row_map(1), 9)) == rows{0});
  CHECK(detail::rows_of_piece(map, row_map(0), 4).count() == 0);
  CHECK(detail::rows_of_piece(map, row_map(5), 10).count() == 0);
  const rows backwards{2, 1};  // of a piece of three rows, row 0 is not a member
  const rows places{-1, 1, 0};
  const auto members = row_map::listed(3, backwards.data(), 2, places.data());
  CHECK(all_of(detail::rows_of_piece(map, members, 4)) == rows{1});  // row 5 is row 1, number 1
}

TEST_CASE("more than a block of rows") {
  const row_map all(5000);
  const auto map = detail::rows_of_piece(all, row_map(3000), 1500);
  CHECK(map.count() == 3000);
  CHECK(map(0) == 0);
  CHECK(map(2999) == 2999);
}

TEST_CASE("slices of a table that lie before, in, across and behind a piece") {
  const auto slice = [](smelt::index begin, smelt::index count) {
    const row_map made = detail::slice_of_piece(row_map(100, begin, count), 10, 40);
    return std::vector<smelt::index>{made.source(), made.begin(), made.count()};
  };
  CHECK(slice(0, 40) == rows{10, 0, 0});
  CHECK(slice(0, 41) == rows{10, 0, 1});
  CHECK(slice(42, 3) == rows{10, 2, 3});
  CHECK(slice(0, 100) == rows{10, 0, 10});
  CHECK(slice(49, 51) == rows{10, 9, 1});
  CHECK(slice(50, 50) == rows{10, 10, 0});
}

TEST_CASE("no parts, and folds whose train part leaves rows out") {
  CHECK(detail::pieces_of_parts({}, 10, 40, false).parts.empty());
  // A fold that holds out rows 3 to 5 and fits what is more than a row away, in a list.
  const rows fitted{7, 8, 9, 0, 1};
  rows places(10, -1);
  for (std::size_t i = 0; i < 5; ++i) places[static_cast<std::size_t>(fitted[i])] = static_cast<smelt::index>(i);
  partition whole;
  whole.id = 77;
  whole.parts = {row_map::listed(10, fitted.data(), 5, places.data()), row_map(10, 3, 3)};
  const auto piece = detail::pieces_of_parts(whole, 6, 4, true);
  CHECK(piece.id == 77);
  CHECK(all_of(piece.parts[0]) == rows{3, 4, 5});
  CHECK(all_of(piece.parts[1]) == rows{0, 1});
  CHECK(piece.keeps != nullptr);
}
