// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is checked before a fitted chain meets data: widths, names and masks, splits, and outputs
/// that touch their input.

#include <smelt/plan/check.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <string>
#include <vector>

using namespace smelt;

namespace {

static_assert(detail::writable<matrix_view<float>> && !detail::writable<matrix_view<const float>>);
static_assert(!detail::writable<column_set>);

template <class Error>
std::string sentence(auto&& call) {
  try {
    call();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("columns: their number, and their names where both have some") {
  const auto x = smelt_test::noise(10, 3);
  const auto named = smelt_test::rows({{1, 2}, {3, 5}}, {"a", "b"});
  const auto f = fit(on::seq, standardize(), x);
  CHECK(sentence<shape_error>([&] { transform(on::seq, f, smelt_test::noise(10, 2)); }) ==
        "the chain was fitted on 3 columns, this view has 2");
  CHECK(sentence<shape_error>([&] { transform(on::seq, f, std::vector<double>{1, 2, 3}); }) ==
        "the chain was fitted on 3 columns, this view has 1; a vector is a column, matrix_view(data, 1, n) is a row");
  CHECK(sentence<shape_error>([&] { transform(on::seq, f, std::vector<double>{1, 2}); }) ==
        "the chain was fitted on 3 columns, this view has 1");
  const auto g = fit(on::seq, standardize(), named);
  CHECK(sentence<type_error>([&] {
          transform(on::seq, g, smelt_test::rows({{1, 2}}, {"a", "c"}));
        }) == "column 1 was 'b' in the fit, here it is 'c'");
  CHECK(transform(on::seq, g, named).rows() == 2);
  CHECK(transform(on::seq, g, smelt_test::rows({{1, 2}})).rows() == 1);
  const auto unnamed = fit(on::seq, standardize(), smelt_test::rows({{1, 2}, {3, 5}}));
  CHECK(transform(on::seq, unnamed, named).rows() == 2);
}

TEST_CASE("a mask is as long as the data whose rows it judges") {
  const std::vector<unsigned char> mask = {0, 1, 0};
  const auto f = fit(on::seq, drop::where(mask) | standardize(), smelt_test::noise(3, 2));
  const auto longer = smelt_test::noise(5, 2);
  CHECK_THROWS_AS(transform(on::seq, f, longer), shape_error);
  CHECK_THROWS_AS(batches(on::seq, f, longer), shape_error);
  CHECK(transform(on::seq, f, smelt_test::noise(3, 2)).rows() == 2);
  CHECK_THROWS_AS(transform(on::seq, f.values_only(), longer), shape_error);
}

TEST_CASE("each check says whether it holds, and of which column it does not") {
  const std::vector<unsigned char> mask = {0, 1, 0};
  const auto f = fit(on::seq, drop::where(mask), smelt_test::rows({{1, 2}, {3, 5}, {6, 7}}, {"a", "b"}));
  const auto fits = [&](const table<double>& x) {
    status found;
    const bool holds = detail::check_fits<true>(f, x, found);
    CHECK(holds == found.ok());
    return found;
  };
  CHECK(fits(smelt_test::noise(3, 2)));
  CHECK(!fits(smelt_test::noise(3, 3)));
  CHECK(!fits(smelt_test::noise(5, 2)));
  CHECK(fits(smelt_test::rows({{1, 2}, {3, 5}, {6, 7}}, {"a", "c"})).first_col == 1);
  status unjudged;
  CHECK(detail::check_fits<false>(f, smelt_test::noise(5, 2), unjudged));
}

TEST_CASE("what a pass has met: infinities are a failure, the rest is counted where it is asked for") {
  pass_status met;
  met.dropped = 2;
  met.filled = 7;
  met.clipped = 9;
  status fine;
  CHECK(detail::count_pass<true>(met, "transform", fine));
  CHECK(fine.ok());
  CHECK(fine.dropped == 2);
  CHECK(fine.filled == 7);
  CHECK(fine.clipped == 9);
  met.refused_row = 8;
  met.refused_col = 1;
  status refused;
  CHECK(!detail::count_pass(met, "transform", refused));
  CHECK(refused.what() == std::string("the value in row 8, column 1 of the output is not among those that its "
                                      "packing was surveyed for, or given"));
  CHECK(refused.kind() == failure::value);
  CHECK(refused.infinities == 0);
  met.infinite_at(5, 3);
  status found;
  CHECK(!detail::count_pass(met, "fit", found));
  CHECK(found.what() ==
        std::string("fit: 1 infinite value(s), the first in row 5, column 3; say "
                    "clean(infinity::missing) or clean(infinity::keep) if they are meant"));
  CHECK(found.kind() == failure::value);
  CHECK(found.infinities == 1);
  CHECK(found.first_row == 5);
  CHECK(found.first_col == 3);
  CHECK(found.dropped == 2);
  CHECK(found.filled == -1);
  CHECK(found.clipped == -1);
}

TEST_CASE(
    "parts of another split are refused while the program runs, if their types are the same") {
  const auto x = smelt_test::noise(50, 2);
  const auto one = split<struct same_tag>(x, {.train = 0.5, .test = 0.5}, seed{1});
  const auto other = split<struct same_tag>(x, {.train = 0.5, .test = 0.5}, seed{2});
  const auto f = fit(on::seq, standardize(), one.train);
  CHECK(transform(on::seq, f, one.test).rows() == 25);
  CHECK_THROWS_AS(transform(on::seq, f, other.test), value_error);
  const auto all = fit(on::seq, standardize(), x, whole_population);
  CHECK(transform(on::seq, all, other.test).rows() == 25);
}

TEST_CASE("a fold's chain meets the other parts of its split, and no other choice of folds") {
  const auto x = smelt_test::noise(60, 2);
  const auto one = split<struct with_folds>(x, {.train = 0.5, .test = 0.5}, seed{1});
  const auto other = split<struct with_folds>(x, {.train = 0.5, .test = 0.5}, seed{2});
  const auto fold = folds<struct in_train, 3>(one.train, k_fold{seed{3}}).get<0>();
  const auto reshuffled = folds<struct in_train, 3>(one.train, k_fold{seed{4}}).get<0>();
  const auto f = fit(on::seq, standardize(), fold.train);
  CHECK(transform(on::seq, f, fold.held_out).rows() == 10);
  CHECK(transform(on::seq, f, one.test).rows() == 30);
  // Some of its rows are among those held out in the first.
  CHECK_THROWS_AS(transform(on::seq, f, reshuffled.held_out), value_error);
  CHECK_THROWS_AS(transform(on::seq, f, other.test), value_error);
}

TEST_CASE("bytes of a view, the same elements, and elements that touch") {
  table<double> x(10, 4);
  const auto all = x.view();
  const auto low = reinterpret_cast<const char*>(x.data());
  CHECK(detail::bytes_of(detail::placed_of(all)) == detail::byte_range{low, low + 320});
  CHECK(detail::bytes_of(detail::placed_of(all.columns(1, 3))) == detail::byte_range{low + 8, low + 312});
  CHECK(detail::bytes_of(detail::placed_of(all.row_range(2, 2))) ==
        detail::byte_range{nullptr, nullptr});
  // From the last row backwards.
  const matrix_view<double, strided> reversed(x.data() + 36, 10, 4, -4, 1);
  CHECK(detail::bytes_of(detail::placed_of(reversed)) == detail::byte_range{low, low + 320});

  CHECK(detail::same_elements(all, all));
  CHECK(!detail::same_elements(all, reversed));
  CHECK(!detail::same_elements(all, all.row_range(1, 10)));
  const matrix_view<double, strided> apart(x.data(), 10, 2, 4, 2);
  CHECK(!detail::same_elements(all.columns(0, 2), apart));
  CHECK(detail::touches(all.row_range(0, 5), all.row_range(4, 9)));
  CHECK(!detail::touches(all.row_range(0, 5), all.row_range(5, 9)));
  CHECK(!detail::touches(all.row_range(5, 9), all.row_range(0, 5)));
  CHECK(detail::touches(all.row_range(0, 5), reversed));
  // One row, read again and again.
  const matrix_view<double, strided> repeated(x.data(), 10, 4, 0, 1);
  CHECK(detail::touches(repeated, repeated));
  CHECK(!detail::touches(column_set(), all));
  // Columns beside one another, whatever the rows; the same for rows of columns.
  CHECK(!detail::touches(all.columns(0, 2), all.columns(2, 4)));
  CHECK(!detail::touches(all.columns(3, 4).row_range(0, 7), all.columns(0, 3).row_range(3, 10)));
  CHECK(detail::touches(all.columns(0, 3), all.columns(2, 4)));
  CHECK(detail::touches(all.columns(2, 4), all.columns(0, 3).row_range(5, 6)));
  table<double, column_major> turned(10, 4);
  const auto standing = turned.view();
  CHECK(!detail::touches(standing.row_range(0, 5), standing.row_range(5, 10)));
  CHECK(detail::touches(standing.row_range(0, 6), standing.row_range(5, 10)));
  // Rows of 4 read as rows of 3: nothing is known but the bytes.
  const matrix_view<double> threes(x.data(), 13, 3);
  CHECK(detail::touches(threes, all.columns(3, 4)));
  // A column set, column by column.
  const auto some = select(all, columns{0, 2});
  CHECK(detail::touches(some, all));
  CHECK(!detail::touches(some, all.columns(1, 2)));
  CHECK(detail::touches(some, all.columns(1, 3)));
  // Its validity bits are read too, as long as rows are left.
  const double elsewhere[10] = {};
  const auto* bits = reinterpret_cast<const std::uint8_t*>(x.data()) + 318;
  const auto nulls =
      column_set(10).add(column_view<const double>(elsewhere, 10), {}, bits);
  CHECK(detail::touches(nulls, all.columns(3, 4)));
  CHECK(!detail::touches(nulls, all.row_range(0, 9)));
  // Eight rows have a byte, nine have two: the last column begins at byte 24.
  const auto bits_touch = [&](smelt::index rows, int at) {
    const double values[17] = {};
    const auto* there = reinterpret_cast<const std::uint8_t*>(x.data()) + at;
    const auto set = column_set(rows).add(column_view<const double>(values, rows), {}, there);
    return detail::touches(set, all.columns(3, 4));
  };
  CHECK(!bits_touch(8, 23));
  CHECK(bits_touch(9, 23));
  CHECK(!bits_touch(16, 22));
  CHECK(bits_touch(17, 22));
  // Values that are bits themselves.
  const auto values_touch = [&](smelt::index rows, int at) {
    const auto* there = reinterpret_cast<const std::uint8_t*>(x.data()) + at;
    return detail::touches(column_set(rows).add(bit_column<>{there, rows}), all.columns(3, 4));
  };
  CHECK(!values_touch(8, 23));
  CHECK(values_touch(9, 23));
  CHECK(!values_touch(16, 22));
  CHECK(values_touch(17, 22));
}

TEST_CASE("an output may be its input where nothing moves, else it must not touch it") {
  auto x = smelt_test::noise(20, 3);
  const auto copy = x;
  const auto f = fit(on::seq, standardize(), x);
  const auto apart = transform(on::seq, f, x);
  auto part_of_x = x.view();
  CHECK(sentence<shape_error>([&] {
          transform(on::seq, f, part_of_x.row_range(0, 10), part_of_x.row_range(1, 11));
        }).find("the output overlaps the input") == 0);
  const auto moving = fit(on::seq, standardize() | sample(shuffled{seed{1}}), x);
  CHECK_THROWS_AS(transform(on::seq, moving, x, x), shape_error);
  const auto dropping = fit(on::seq, drop::any | standardize(), x);
  CHECK_THROWS_AS(transform(on::seq, dropping, x, x), shape_error);
  CHECK(smelt_test::difference(x, copy) == "");
  CHECK(transform(on::seq, f, x, x) == 20);
  CHECK(smelt_test::difference(x, apart) == "");
}
