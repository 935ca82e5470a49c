// SPDX-License-Identifier: BSL-1.0
#include <smelt/check/tables.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

using namespace smelt;
using namespace smelt::detail;

namespace {

/// A number that depends on every element and its place.
template <class T>
std::uint64_t digest(const table<T>& x) {
  std::uint64_t all = 0;
  for (smelt::index i = 0; i < x.rows() * x.cols(); ++i)
    all = mixed_bits(all ^ bits_as<std::uint64_t>(static_cast<double>(x.data()[i])));
  return all;
}

}  // namespace

TEST_CASE("the tables are those of every machine") {
  CHECK(digest(example_table({.low = -2.0, .high = 3.0}, 64, 40, 3)) == 4700329506560098764u);
  const auto x = counted_table<std::uint8_t>(7, 3);
  CHECK((x.rows() == 7 && x.cols() == 3));
  CHECK(digest(counted_table<std::int32_t>(200, 9)) == 16144195782597346428u);
  for (smelt::index i = 0; i < 21; ++i) CHECK(x.data()[i] < 128);
  CHECK(disordered(7) == std::vector<smelt::index>{0, 5, 6, 4, 1, 3, 2});
}

TEST_CASE("an example lies in its range, with zeros of both signs and missing values") {
  const stage_example e{.low = -2.0, .high = 3.0};
  const auto x = example_table(e, 2051, 5, 11);
  double ends[2] = {0.0, 0.0};
  smelt::index holes = 0;
  smelt::index zeros[2] = {};
  for (smelt::index r = 0; r < x.rows(); ++r)
    for (smelt::index c = 0; c < x.cols(); ++c) {
      holes += missing(x(r, c));
      if (missing(x(r, c))) {
        CHECK(r > 1);
        continue;
      }
      CHECK(-2.0 <= x(r, c));
      CHECK(x(r, c) < 3.0);
      ends[0] = std::min(ends[0], x(r, c));
      ends[1] = std::max(ends[1], x(r, c));
      CHECK(static_cast<double>(static_cast<float>(x(r, c))) == x(r, c));
      if (x(r, c) == 0.0) ++zeros[std::signbit(x(r, c)) ? 1 : 0];
    }
  CHECK(ends[0] < -1.99);
  CHECK(ends[1] > 2.99);
  CHECK(holes > 500);
  CHECK(holes < 1500);
  CHECK(zeros[0] > 10);
  CHECK(zeros[1] > 10);
  for (const double v : {0.0, -0.0}) {
    const auto above = example_table({.low = 1.0, .high = 2.0}, 100, 3, 0);
    CHECK(std::find(above.data(), above.data() + 300, v) == above.data() + 300);
  }
}

TEST_CASE("a copy has its elements where it says, and sees when it is written to") {
  const auto x = example_table({}, 5, 3, 0);
  auto examine = [&](const auto& copy, smelt::index row_stride, smelt::index col_stride) {
    CHECK(table_difference(copy.view(), x) == "");
    CHECK(copy.view().row_stride() == row_stride);
    CHECK(copy.view().col_stride() == col_stride);
    CHECK(copy.untouched());
    auto& element = const_cast<double&>(copy.view()(4, 2));
    element = 9.0;
    CHECK(!copy.untouched());
  };
  examine(laid_out_copy<double, row_major>(x, 2, 1), 5, 1);
  examine(laid_out_copy<double, column_major>(x, 1, 0), 1, 6);
  examine(laid_out_copy<double, strided>(x, 1, 3), 7, 2);
}

TEST_CASE("differences are shown to the last place") {
  auto x = example_table({}, 4, 2, 0);
  auto y = x;
  CHECK(table_difference(x, y) == "");
  x(3, 1) = 1.0;
  y(3, 1) = std::nextafter(1.0, 2.0);
  CHECK(table_difference(x, y) == "row 3, column 1: 1 against 1.0000000000000002");
  x(3, 1) = 0.0;
  y(3, 1) = -0.0;
  CHECK(table_difference(x, y) == "row 3, column 1: 0 against -0");
  y.shrink(3);
  CHECK(table_difference(x, y) == "4 x 2 elements against 3 x 2");
}

TEST_CASE("disorder is a permutation that moves rows") {
  auto order = disordered(100);
  CHECK(!std::is_sorted(order.begin(), order.end()));
  const auto x = example_table({}, 100, 2, 0);
  const auto moved = picked_rows(x, order);
  for (smelt::index r = 0; r < 100; ++r)
    CHECK(same_bits(moved(r, 1), x(order[static_cast<std::size_t>(r)], 1)));
  for (smelt::index r = 0; r < 100; ++r) CHECK(picked_columns(x, {1, 0})(r, 0) == x(r, 1));
  std::sort(order.begin(), order.end());
  for (smelt::index r = 0; r < 100; ++r) CHECK(order[static_cast<std::size_t>(r)] == r);
}
