// SPDX-License-Identifier: BSL-1.0
/// \file
/// Tiles: rows taken in from every layout, and the steps of a program on them as on single rows.

#include <smelt/policies/eigen/tile.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <numeric>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::tile;

namespace {

/// Keeps some rows of the source.
struct keeps_rows {
  [[maybe_unused]] static constexpr int numbers = 0;
  unsigned those;
  bool keeps_row(smelt::index row, smelt::index) const { return (those >> row & 1u) != 0; }
};
/// Keeps all rows but one.
struct keeps_not {
  [[maybe_unused]] static constexpr int numbers = 0;
  smelt::index that;
  bool keeps_row(smelt::index, smelt::index number) const { return number != that; }
};
/// Keeps a row that has as many elements as it should.
struct keeps_width {
  static constexpr int numbers = 0;
  double width;
  template <class V>
  V term(V, const V*) const {
    return V(1.0);
  }
  template <class V>
  V combine(V a, V b) const {
    return add(a, b);
  }
  bool keeps(double total) const { return total == width; }
};

/// Runs a program on rows in tiles and on each row alone; the number of values that differ.
template <bool All, class Program, class View>
smelt::index differences(const Program& p, const View& x, const std::vector<smelt::index>& rows) {
  tile held(x.cols());
  smelt::index wrong = 0;
  pass_status status;
  for (std::size_t at = 0; at < rows.size(); at += static_cast<std::size_t>(held.capacity())) {
    const auto n = std::min(held.capacity(), static_cast<smelt::index>(rows.size() - at));
    held.load_rows(p, x, rows.data() + at, n, status);
    held.template run<All>(p, rows.data() + at, rows.data() + at, n, [](auto) {});
    for (smelt::index i = 0; i < n; ++i) {
      const smelt::index r = rows[at + static_cast<std::size_t>(i)];
      std::vector<double> row(static_cast<std::size_t>(padded_width(x.cols())));
      auto scratch = row;
      for (smelt::index c = 0; c < x.cols(); ++c)
        row[static_cast<std::size_t>(c)] = static_cast<double>(x(r, c));
      const bool stays = run_row<All>(p, r, r, row.data(), scratch.data(), [](auto) {});
      wrong += held.stays(i) != stays;
      if (!stays && !All) continue;
      for (smelt::index c = 0; c < x.cols(); ++c) {
        const double got = held.row(i)[c];
        const double expected = row[static_cast<std::size_t>(c)];
        wrong += missing(expected) ? !missing(got) : !same_bits(got, expected);
      }
    }
  }
  return wrong;
}
std::vector<smelt::index> all_rows(smelt::index n) {
  std::vector<smelt::index> made(static_cast<std::size_t>(n));
  std::iota(made.begin(), made.end(), 0);
  return made;
}

}  // namespace

TEST_CASE("a program over rows in a tile is that program over each row, for any width") {
  const auto chain = drop::at_least(4) | fill::constant(0.75) | normalize(l2);
  for (smelt::index cols : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100, 1000, 1025, 2047, 2049, 5000}) {
    CAPTURE(cols);
    const auto x = noise(cols > 500 ? 5 : 70, cols, static_cast<int>(cols) + 3);
    const auto f = fit(on::seq, chain, x);
    const auto p = f.learned().map_program();
    CHECK(differences<false>(p, x.row_range(0, x.rows()), all_rows(x.rows())) == 0);
    CHECK(differences<true>(p, x.row_range(0, x.rows()), all_rows(x.rows())) == 0);
  }
}

TEST_CASE("rows in any order, with repeats; layouts and types") {
  const std::vector<smelt::index> rows = {5, 5, 0, 39, 17, 2, 38, 5};
  const auto x = noise(40, 11, 9);
  const auto f = fit(on::seq, fill::constant(0.75) | normalize(l1), x);
  const auto p = f.learned().map_program();
  CHECK(differences<false>(p, x.row_range(0, 40), rows) == 0);
  const auto turned = laid_out<column_major>(x);
  CHECK(differences<false>(p, turned.row_range(0, 40), rows) == 0);
  // More columns than a tile has rows.
  const auto wide = laid_out<column_major>(noise(9, 70, 9));
  const auto h = fit(on::seq, fill::constant(0.75) | normalize(l1), wide);
  CHECK(differences<false>(h.learned().map_program(), wide.row_range(0, 9), {8, 0, 4}) == 0);
  const matrix_view<const double, strided> apart(x.data(), 20, 5, 22, 2);
  const auto g = fit(on::seq, fill::constant(0.75) | normalize(l1), apart);
  CHECK(differences<false>(g.learned().map_program(), apart, {19, 3, 3}) == 0);
  CHECK(differences<false>(p, noise<std::uint8_t>(40, 11).row_range(0, 40), rows) == 0);
}

TEST_CASE("infinities are taken in as missing, counted, and missing in the end") {
  auto x = noise(20, 5);
  x(3, 4) = endless;
  x(12, 0) = -endless;
  const auto f = fit(on::seq, fill::constant(1), noise(5, 5));
  const auto p = f.learned().map_program();
  tile held(5);
  pass_status status;
  const auto rows = all_rows(20);
  held.load_rows(p, x.row_range(0, 20), rows.data(), 20, status);
  CHECK((status.infinities == 2 && status.first_row == 3 && status.first_col == 4));
  held.run<false>(p, rows.data(), rows.data(), 20, [](auto) {});
  CHECK(missing(held.row(3)[4]));  // not 1: what was infinite is not filled
  CHECK(missing(held.row(12)[0]));
  CHECK(held.row(3)[3] == x(3, 3));
  // And none of the next rows that come in.
  const auto finite = noise(20, 5);
  held.load_rows(p, finite.row_range(0, 20), rows.data(), 20, status);
  held.run<false>(p, rows.data(), rows.data(), 20, [](auto) {});
  CHECK(held.row(3)[4] == finite(3, 4));
}

TEST_CASE("a row with infinities is the row that has missing values there") {
  auto x = noise(6, 70);
  auto holed = x;
  for (const smelt::index c : {0, 41, 69}) {
    x(2, c) = c == 41 ? -endless : endless;
    holed(2, c) = gone;
  }
  const auto f = fit(on::seq, fill::constant(1) | normalize(l1), holed);
  const auto p = f.learned().map_program();
  const auto rows = all_rows(6);
  const auto check = [&](const auto& spoiled, const auto& right) {
    tile held(70);
    tile expected(70);
    pass_status status;
    held.load_rows(p, spoiled, rows.data(), 6, status);
    CHECK((status.infinities == 3 && status.first_row == 2 && status.first_col == 0));
    expected.load_rows(p, right, rows.data(), 6, status);
    held.run<false>(p, rows.data(), rows.data(), 6, [](auto) {});
    expected.run<false>(p, rows.data(), rows.data(), 6, [](auto) {});
    for (smelt::index r = 0; r < 6; ++r)
      for (smelt::index c = 0; c < 70; ++c)
        if (r == 2 && missing(right(r, c)))
          CHECK(missing(held.row(r)[c]));
        else
          CHECK(held.row(r)[c] == expected.row(r)[c]);
  };
  check(x.row_range(0, 6), holed.row_range(0, 6));
  const auto turned = laid_out<column_major>(x);
  check(turned.row_range(0, 6), holed.row_range(0, 6));
}

TEST_CASE("rows are judged by their place, one judge after another") {
  const auto x = noise(10, 3);
  const program<op_step<keeps_rows, 0>, op_step<keeps_not, 0>> p{
      {{keeps_rows{0b1101101001u}}, {keeps_not{3}}}, no_numbers, pitch_of(3), 3};
  const smelt::index rows[] = {9, 1, 0, 6, 5, 4, 3};  // kept but for 1, 4 and number 3
  const smelt::index numbers[] = {0, 1, 2, 3, 4, 5, 6};
  tile held(3);
  pass_status status;
  held.load_rows(p, x.row_range(0, 10), rows, 7, status);
  held.run<false>(p, rows, numbers, 7, [](auto) {});
  const bool stays[] = {true, false, true, false, true, false, true};
  for (smelt::index i = 0; i < 7; ++i) CHECK(held.stays(i) == stays[i]);
}

TEST_CASE("what stands beside the columns has no part in what is found across a row") {
  for (smelt::index cols : {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 63}) {
    CAPTURE(cols);
    const auto x = noise(2, cols);
    const program<op_step<keeps_width, 0>> p{
        {{keeps_width{static_cast<double>(cols)}}}, no_numbers, pitch_of(cols), cols};
    CHECK(differences<false>(p, x.row_range(0, 2), {0, 1}) == 0);
    tile held(cols);
    pass_status status;
    const smelt::index one[] = {1};
    held.load_rows(p, x.row_range(0, 2), one, 1, status);
    held.run<false>(p, one, one, 1, [](auto) {});
    CHECK(held.stays(0));
  }
}

TEST_CASE("capacity: as many rows as fit in cache, at least one") {
  CHECK(tile(1).capacity() == 32);
  CHECK(tile(64).capacity() == 32);
  CHECK(tile(65).capacity() == 16);
  CHECK(tile(1000000).capacity() == 1);
}
