// SPDX-License-Identifier: BSL-1.0
/// \file
/// The fold of on::eigen: lanes, rows straight from memory and through tiles, the last packets of a
/// table, infinities that are found late.

#include <smelt/policies/eigen/fold.hpp>

#include <smelt/core/field_view.hpp>
#include <support/on_both.hpp>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::by_lane;
using smelt::detail::shows_infinity;

namespace {

/// fit on both policies of tight copies of `x`, with and without gaps, against that of `x`.
template <class T, class Chain>
void compare_tight(const Chain& chain, smelt::index rows, smelt::index cols) {
  CAPTURE(rows);
  CAPTURE(cols);
  const auto x = noise<T>(rows, cols, 12);
  const auto expected = fit(on::seq, chain, x);
  for (smelt::index gap : {0, 1, 3}) {
    CAPTURE(gap);
    const tight_copy<T> copy(x, gap);
    CHECK(fit(on::eigen, chain, copy.view()) == expected);
  }
}

}  // namespace

TEST_CASE("rows of a block are sorted by lane and keep their order in it") {
  const unsigned char lane[] = {3, 0, 3, 7, 0, 1, 3};
  const double rows[7] = {};
  by_lane<double> block;
  block.sort(lane, 7, [&](smelt::index i) { return rows + i; });
  const smelt::index first[] = {0, 2, 3, 3, 6, 6, 6, 6, 7};
  const smelt::index order[] = {1, 4, 5, 0, 2, 6, 3};
  for (int l = 0; l <= 8; ++l) CHECK(block.first[l] == first[l]);
  for (int i = 0; i < 7; ++i) CHECK(block.rows[i] == rows + order[i]);
  block.sort(lane, 0, [&](smelt::index i) { return rows + i; });
  CHECK(block.first[8] == 0);
}

TEST_CASE("whole packets stay inside the memory of the table, and gaps do not count") {
  for (smelt::index cols : {1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 33})
    for (smelt::index rows : {1, 2, 7, 8, 9, 17, 130, 1025}) {
      compare_tight<double>(standardize(), rows, cols);
      compare_tight<float>(normalize(min_max{}), rows, cols);
    }
  for (smelt::index cols : {1, 3, 5, 13}) {
    compare_tight<std::uint8_t>(standardize(), 40, cols);
    compare_tight<std::int32_t>(standardize(), 40, cols);
  }
}

TEST_CASE("whole leaves, joined where their sums are, and those that are not whole") {
  const auto chain = fill::mean | standardize() | normalize(min_max{});
  workers pool{2};
  for (smelt::index cols : {1, 2, 3, 8})
    for (smelt::index rows : {1023, 1024, 1025, 3079}) {
      CAPTURE(rows);
      CAPTURE(cols);
      const auto x = noise<float>(rows, cols, 12);
      const auto expected = fit(on::seq, chain, x);
      const tight_copy<float> by_row(x);
      const tight_copy<float, column_major> by_column(x, 2);
      CHECK(fit(on::eigen, chain, by_row.view()) == expected);
      CHECK(fit(on::eigen.on(pool), chain, by_column.view()) == expected);
      const auto later = fit(on::seq, chain, x.row_range(3, rows));
      CHECK(fit(on::eigen, chain, by_row.view().row_range(3, rows)) == later);
      CHECK(fit(on::eigen, chain, by_column.view().row_range(3, rows)) == later);
    }
  // Numbers before the mark: each column of a pair has its own.
  const auto within = clip(-1, 4) | standardize() | normalize(min_max{});
  const auto x = noise<double>(2100, 5, 12);
  const tight_copy<double, column_major> by_column(x, 1);
  CHECK(fit(on::eigen, within, by_column.view()) == fit(on::seq, within, x));
}

TEST_CASE("several statistics and ops before them, in one read") {
  const auto chain = clip(-2, 9) | fill::mean | standardize() | normalize(min_max{}) |
                     drop::constant_columns;
  for (smelt::index rows : {9, 1024, 2500}) compare_tight<double>(chain, rows, 6);
  // Two marks in one read.
  const auto twice = fill::mean | clip(-2, 9) | standardize() | normalize(min_max{});
  for (smelt::index rows : {9, 1024}) compare_tight<double>(twice, rows, 6);
  const auto wide = noise(300, 12, 12);
  const matrix_view<const double, strided> apart(wide.data() + 1, 300, 4, 12, 3);
  CHECK(fit(on::eigen, twice, apart) == fit(on::seq, twice, apart));
}

TEST_CASE("views that begin within a group of eight rows") {
  const auto x = noise(600, 5, 12);
  const auto turned = laid_out<column_major>(x);
  for (smelt::index first : {1, 3, 7, 8})
    for (smelt::index last : {20, 100, 599}) {
      CAPTURE(first);
      CAPTURE(last);
      const auto expected = fit(on::seq, standardize(), x.row_range(first, last));
      CHECK(fit(on::eigen, standardize(), x.row_range(first, last)) == expected);
      CHECK(fit(on::eigen, standardize(), turned.row_range(first, last)) == expected);
    }
}

TEST_CASE("rows across: drops and lengths before a statistic, through tiles") {
  const auto chain = drop::at_least(2) | fill::constant(1) | normalize(l2) | standardize();
  for (smelt::index rows : {9, 100, 2500}) compare_tight<double>(chain, rows, 6);
  for (smelt::index cols : {19, 40}) compare_tight<float>(chain, 100, cols);  // more than a packet
}

TEST_CASE("column-major and strided tables") {
  const auto x = noise(2500, 5, 12);
  const auto expected = fit(on::seq, standardize(), x);
  const tight_copy<double, column_major> columns(x, 2);
  CHECK(fit(on::eigen, standardize(), columns.view()) == expected);
  const auto wide = noise(300, 12, 12);
  const matrix_view<const double, strided> apart(wide.data() + 1, 300, 4, 12, 3);
  CHECK(fit(on::eigen, standardize(), apart) == fit(on::seq, standardize(), apart));
}

TEST_CASE("parts leave lanes uneven; drawn rows come in their own order") {
  const auto x = noise<float>(3000, 5, 12);
  const auto parts = split<struct lanes_split>(x, {.train = 0.3, .test = 0.7}, seed{5});
  workers pool{2};
  CHECK(fit(on::eigen.on(pool), standardize(), parts.train) == fit(on::seq, standardize(), parts.train));
  const auto few = sample(take{50, seed{5}}) | standardize();
  CHECK(fit(on::eigen, few, x) == fit(on::seq, few, x));
  const auto many = sample(take{2000, seed{5}}) | standardize();
  CHECK(fit(on::eigen.on(pool), many, x) == fit(on::seq, many, x));
}

TEST_CASE("an infinity anywhere is found, with its place, whether sums show it or not") {
  static_assert(shows_infinity<program<mark_step<0, tally, moments>>>);
  static_assert(!shows_infinity<program<mark_step<0, tally, extrema>>>);
  static_assert(!shows_infinity<program<op_step<clip_op, 0>, mark_step<0, tally, moments>>>);
  const auto calm = noise(2100, 5, 12);
  for (smelt::index row : {0, 7, 1023, 1024, 2099})
    for (smelt::index col : {0, 3, 4}) {
      auto x = calm;
      x(row, col) = endless;
      x(2098, 1) = -endless;
      const tight_copy<double> copy(x);
      auto same_complaint = [&](const auto& chain) {
        const auto expected = complaint_of([&] { fit(on::seq, chain, x); });
        CHECK(expected.find("fit: 2 infinite value(s), the first in row " +
                            std::to_string(std::min<smelt::index>(row, 2098))) == 0);
        CHECK(complaint_of([&] { fit(on::eigen, chain, copy.view()); }) == expected);
      };
      same_complaint(standardize());
      same_complaint(normalize(min_max{}));
      same_complaint(clip(-1, 1) | standardize());
    }
}

TEST_CASE("an infinity before the first whole group, and a column of nothing else") {
  auto x = noise(600, 5, 12);
  x(4, 2) = endless;
  const auto later = x.row_range(3, 600);
  CHECK(complaint_of([&] { fit(on::eigen, normalize(min_max{}), later); })
            .find("fit: 1 infinite value(s), the first in row 4, column 2") == 0);
  for (smelt::index r = 0; r < 600; ++r) x(r, 2) = endless;
  CHECK(complaint_of([&] { fit(on::eigen, standardize(), x); }) ==
        complaint_of([&] { fit(on::seq, standardize(), x); }));
  const auto turned = laid_out<column_major>(x);
  CHECK(complaint_of([&] { fit(on::eigen, standardize(), turned); })
            .find("fit: 600 infinite value(s), the first in row 0, column 2") == 0);
}

TEST_CASE("rows that are decoded: some of them at a time, and infinities among them by their place") {
  // Every second point of a grid, and every second variable: of many columns few rows are near at once.
  for (smelt::index cols : {1, 5, 3000}) {
    CAPTURE(cols);
    const smelt::index rows = cols == 3000 ? 50 : 1500;
    auto all = noise(2 * rows, 2 * cols, 12);
    const field_view<const double> field(all.data(), {{{rows, 4 * cols}}}, cols, 2);
    const auto same = [&](const auto& chain) {
      const auto mine = [&](const auto& x) { CHECK(fit(on::eigen, chain, x) == fit(on::seq, chain, x)); };
      mine(field);
      mine(field.row_range(3, rows - 1));
      const auto parts = split<struct decoded_split>(field, {.train = 0.3, .test = 0.7}, seed{5});
      mine(parts.train);
    };
    same(standardize());
    same(normalize(min_max{}));
    all(2 * (rows - 3), 0) = endless;
    all(2 * (rows - 11), 2 * (cols - 1)) = -endless;
    for (const auto& said : {complaint_of([&] { fit(on::eigen, standardize(), field); }),
                             complaint_of([&] { fit(on::eigen, normalize(min_max{}), field); })})
      CHECK(said.find("fit: 2 infinite value(s), the first in row " + std::to_string(rows - 11) +
                      ", column " + std::to_string(cols - 1)) == 0);
  }
}

TEST_CASE("squares that overflow are no infinities") {
  const auto x = rows({{1e200, 1}, {-1e200, 2}, {3e200, 3}, {1e200, 4}});
  CHECK(complaint_of([&] { fit(on::eigen, standardize(), x); }) == "");
  CHECK(fit(on::eigen, standardize(), x) == fit(on::seq, standardize(), x));
}

TEST_CASE("infinities that are kept are summed as they are") {
  auto x = noise(1030, 3, 12);
  x(1029, 1) = endless;
  const auto chain = infinity::keep | standardize() | normalize(min_max{});
  CHECK(fit(on::eigen, chain, x) == fit(on::seq, chain, x));
}
