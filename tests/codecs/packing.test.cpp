// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is chosen for a column: decimals, bits, bases, the code of missing ones, steps; and when nothing
/// can be.

#include <smelt/codecs/packing.hpp>

#include <doctest/doctest.h>

#include <support/tables.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

template <class T>
detail::packing_range<T> range_of(const std::vector<double>& values) {
  detail::packing_range<T> range;
  for (double v : values) range.note(v);
  return range;
}
template <class T, class How>
typename packing<T>::column chosen_for(const std::vector<double>& values, How how) {
  typename packing<T>::column column;
  detail::choose_column(range_of<T>(values), how, column, "column 3");
  return column;
}
double as_float(double x) { return static_cast<float>(x); }

}  // namespace

TEST_CASE("whole numbers: a base and as many bits as the range needs") {
  const auto a = chosen_for<double>({5, 12, 9}, exactly{});
  CHECK(a.exact);
  CHECK(a.worst_error == 0.0);
  CHECK(a.stored == packed_column{0, 3, 5.0, 1.0, 1.0, packed_column::none});
  CHECK(chosen_for<double>({5, 13}, exactly{}).stored.bits == 4);
  CHECK(chosen_for<std::int32_t>({-3, 4}, exactly{}).stored.bits == 3);
  CHECK(chosen_for<float>({7, 7}, exactly{}).stored.bits == 0);
  CHECK(chosen_for<double>({0, 4294967295.0}, exactly{}).stored.bits == 32);
  CHECK(chosen_for<std::int32_t>({-2147483648.0, 2147483647.0}, exactly{}).stored.bits == 32);
}
TEST_CASE("a missing value has code 0, and the rest begin at 1") {
  const auto a = chosen_for<double>({5, gone, 12}, exactly{}).stored;
  CHECK(a == packed_column{0, 4, 4.0, 1.0, 1.0, 0});
  CHECK(missing(a.value(0)));
  CHECK(a.value(1) == 5.0);
  CHECK(a.value(8) == 12.0);
  const auto none = chosen_for<double>({gone, gone}, exactly{}).stored;
  CHECK(none.bits == 1);
  CHECK(missing(none.value(0)));
  CHECK(chosen_for<double>({}, exactly{}).stored.bits == 0);
  CHECK(none.missing == 0);
  CHECK(chosen_for<double>({gone, 3}, exactly{}).stored.bits == 1);
  CHECK(chosen_for<double>({}, exactly{}).stored.missing == packed_column::none);
}
TEST_CASE("decimals: the fewest places that bring every value back") {
  const auto a = chosen_for<double>({0.25, 1.5, -3}, exactly{}).stored;
  CHECK(a.divisor == 100.0);
  CHECK(a.base == -300.0);
  CHECK(a.bits == 9);
  CHECK(chosen_for<float>({as_float(0.1), as_float(12.7)}, exactly{}).stored.divisor == 10.0);
  CHECK(chosen_for<double>({0.1, 0.2, 0.3}, exactly{}).stored.value(2) == 0.3);
  CHECK(chosen_for<double>({1e-15, 3e-15}, exactly{}).stored.divisor == 1e15);
  CHECK_FALSE(range_of<double>({1.0 / 3}).exact);
  CHECK_FALSE(range_of<double>({1e-16}).exact);
  CHECK_FALSE(range_of<double>({-0.0}).exact);  // a zero that comes back without its sign
  // Ranges that were taken apart and joined.
  auto left = range_of<double>({1, 2});
  left.merge(range_of<double>({0.5, gone}));
  CHECK(left.decimals == 1);
  CHECK(left.missing_ones == 1);
  CHECK(left.least == 0.5);
  CHECK(left.greatest == 2.0);
  left.merge(range_of<double>({1.0 / 3}));
  CHECK_FALSE(left.exact);
  left.merge(range_of<double>({1}));
  CHECK_FALSE(left.exact);
  CHECK_FALSE(range_of<double>({1e17}).exact);
}
TEST_CASE("exactly: what does not fit 32 bits is refused with its range") {
  CHECK(thrown_by([] { chosen_for<double>({0, 4294967296.0}, exactly{}); })
            .find("pack: column 3 has values from 0 to 4294967296 that do not come back bit by bit from "
                  "32 bits; say in_bits{...} or within{...}") == 0);
  CHECK(thrown_by([] { chosen_for<double>({gone, 0, 4294967295.0}, exactly{}); }) != "");
  CHECK(thrown_by([] { chosen_for<double>({0.1, 1e15}, exactly{}); }) != "");
  CHECK(thrown_by([] { chosen_for<double>({1.0 / 3}, exactly{}); }) != "");
  // In tenths the first is beyond the whole numbers that a double counts; the second is not.
  CHECK(thrown_by([] { chosen_for<double>({900719925474200.0, 900719925474098.5}, exactly{}); }) != "");
  CHECK(chosen_for<double>({9007199254740990.0, 9007199254740991.0}, exactly{}).stored.bits == 1);
}
TEST_CASE("in_bits: exact where that many suffice, else steps over the range") {
  CHECK(chosen_for<double>({5, 12, 9}, in_bits{3}).exact);
  const auto a = chosen_for<double>({5, 12, 9}, in_bits{2});
  CHECK_FALSE(a.exact);
  CHECK(a.stored.bits == 2);
  CHECK(a.stored.factor == 7.0 / 3);
  CHECK(a.stored.value(0) == doctest::Approx(5.0));
  CHECK(a.stored.value(3) == doctest::Approx(12.0));
  CHECK(a.worst_error >= 7.0 / 6);
  CHECK(a.worst_error < 7.0 / 6 + 1e-12);
  const auto gaps = chosen_for<double>({5, gone, 12.5}, in_bits{2});
  CHECK(gaps.stored.bits == 2);
  CHECK(gaps.stored.factor == 3.75);
  CHECK(gaps.stored.value(1) == doctest::Approx(5.0));
  CHECK(gaps.stored.value(3) == doctest::Approx(12.5));
  CHECK(thrown_by([] { chosen_for<double>({gone, 0, 0.4}, in_bits{1}); })
            .find("pack: column 3 has values from 0 to 0.4, which cannot be put in steps of 1 bits") == 0);
  CHECK(thrown_by([] { detail::check_packing(in_bits{0}); }).find("in_bits{0}: codes have 1 to 32 bits") ==
        0);
  CHECK(thrown_by([] { detail::check_packing(in_bits{33}); }).find("in_bits{33}") == 0);
  CHECK((detail::check_packing(in_bits{1}) && detail::check_packing(in_bits{32})));
  CHECK((detail::check_packing(exactly{}) && detail::check_packing(within{1e-9})));
}
TEST_CASE("within: steps of twice the error, unless exact codes are as short") {
  const auto a = chosen_for<double>({0, 1, 0.123456789012345}, within{0.01});
  CHECK_FALSE(a.exact);
  CHECK(a.stored.factor == 0.02);
  CHECK(a.stored.bits == 6);
  CHECK(a.worst_error >= 0.01);
  CHECK(a.worst_error < 0.01 + 1e-12);
  CHECK(chosen_for<double>({0, 1, 2, 3}, within{0.01}).exact);
  CHECK(chosen_for<double>({0.1234567, 0.1234567}, within{0.01}).stored.bits == 0);
  CHECK(thrown_by([] { chosen_for<double>({0, 1e10 / 3}, within{1e-3}); })
            .find("pack: column 3 has values from 0 to 3333333333.3333335, in steps of 0.002 they need more "
                  "than 32 bits") == 0);
  CHECK(thrown_by([] { detail::check_packing(within{0}); }).find("within{0}: the error must be positive") ==
        0);
}
TEST_CASE("in words: bytes a row, and each column") {
  std::vector<packing<float>::column> columns(4);
  columns[0] = chosen_for<float>({1, 9}, exactly{});
  columns[1] = chosen_for<float>({0.5, gone}, exactly{});
  columns[2] = chosen_for<float>({0, 0.25, 1}, in_bits{2});
  columns[3].exact = true;
  CHECK(describe(packing<float>(columns, 10, {"a", "b", "c", ""})) ==
        "10 rows of 4 columns: 1 bytes a row instead of 16\n"
        "column 'a': 4 bits, exact\n"
        "column 'b': 1 bits, decimals by 10, exact, some missing\n"
        "column 'c': 2 bits, steps of 0.3333333333333333, moved by 0.1666667262713132 at most\n"
        "column 3: 0 bits, exact\n");
  columns.resize(1);
  CHECK(describe(packing<float>(columns, 1, {})) ==
        "1 rows of 1 columns: 1 bytes a row instead of 4\ncolumn 0: 4 bits, exact\n");
}
TEST_CASE("rows: columns one after another, in whole bytes") {
  std::vector<packing<float>::column> columns(3);
  columns[0].stored.bits = 5;
  columns[2].stored.bits = 4;
  columns[2].worst_error = 0.25;
  const packing<float> p(columns, 10, {"a", "b", "c"});
  CHECK(p.bytes_per_row() == 2);
  CHECK(p.columns()[1].stored.first == 5);
  CHECK(p.columns()[2].stored.first == 5);
  CHECK(p.ratio() == 6.0);
  CHECK(p.worst_error() == 0.25);
  CHECK(p.rows() == 10);
  columns[0].stored.bits = 4;
  CHECK(packing<float>(columns, 10, {}).bytes_per_row() == 1);
  std::vector<packing<float>::column> wide((std::size_t{1} << 17) + 1);
  for (auto& column : wide) column.stored.bits = 1u << 15;
  CHECK(thrown_by([&] { const packing<float> q(std::move(wide), 1, {}); }).find(
            "pack: a row of more than 2^32 bits") == 0);
}
TEST_CASE("the code of a value, and values that have none") {
  constexpr auto none = packed_column::none;
  packing<float>::column column;
  column.stored = {.bits = 4, .base = -3.0, .divisor = 10.0, .missing = 0};
  column.exact = true;
  const auto code = [&](double x) { return detail::code_of<float>(column, x); };
  CHECK(code(gone) == 0);
  CHECK(code(as_float(-0.2)) == 1);
  CHECK(code(as_float(1.2)) == 15);
  CHECK(code(0.0) == 3);
  CHECK(code(-0.0) == none);            // comes back without its sign
  CHECK(code(as_float(0.25)) == none);  // between two
  CHECK(code(as_float(-0.3)) == none);  // the code of missing ones
  CHECK(code(as_float(1.3)) == none);
  CHECK(code(-1e300) == none);
  CHECK(code(endless) == none);
  column.exact = false;
  CHECK(code(0.25) == 6);  // 5.5, and the even one of two
  column.stored.missing = none;
  CHECK(code(gone) == none);
  CHECK(code(-0.3) == 0);
  CHECK(code(-0.34) == 0);
  CHECK(code(-0.36) == none);
  CHECK(code(1.24) == 15);
  CHECK(code(1.26) == none);
}
