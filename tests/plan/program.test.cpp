// SPDX-License-Identifier: BSL-1.0
/// \file
/// Programs: what an op is, what can be read off a program's type, one row through one, and what a
/// pass reports.

#include <smelt/plan/program.hpp>

#include <doctest/doctest.h>

#include <smelt/stages.hpp>
#include <support/own_stages.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

using namespace smelt;
using smelt_test::far_op;
using smelt_test::share_op;

namespace {

static_assert(value_op<affine_op> && value_op<fill_op> && value_op<smelt_test::cube_op>);
static_assert(across_op<share_op> && across_op<row_norm_op<norm_l2>> && !value_op<share_op>);
static_assert(keep_op<far_op> && keep_op<drop_missing_op> && !across_op<far_op>);
static_assert(keep_row_op<drop_masked_op> && !keep_op<drop_masked_op>);

using mark = mark_step<0, tally>;
template <class... Steps>
using p = program<Steps...>;
static_assert(elementwise<p<op_step<affine_op, 0>, mark, op_step<clip_op, 3>>>);
static_assert(elementwise<p<>> && !drops_rows<p<>>);
static_assert(!elementwise<p<op_step<affine_op, 0>, op_step<share_op, 3>>>);
static_assert(!drops_rows<p<op_step<affine_op, 0>, op_step<share_op, 3>>>);
static_assert(drops_rows<p<op_step<drop_missing_op, 0>, mark>> &&
              !elementwise<p<op_step<drop_missing_op, 0>>>);
static_assert(drops_rows<p<op_step<drop_masked_op, 0>>>);

static_assert(padded_width(0) == 8 && padded_width(1) == 8 && padded_width(8) == 8);
static_assert(padded_width(9) == 16 && padded_width(64) == 64 && padded_width(65) == 128);
static_assert(pitch_of(0) == 8 && pitch_of(1) == 8 && pitch_of(8) == 8 && pitch_of(9) == 16);

struct only_op {
  static constexpr int numbers = 0;
  bool keeps_row(smelt::index row, smelt::index number) const { return row == 7 && number == 2; }
};

struct plain_sum {
  double combine(double a, double b) const { return a + b; }
};

/// The tree over a power of two: the lower half with the upper half, element by element.
double tree(const std::vector<double>& x) {
  if (x.size() == 1) return x[0];
  const std::size_t half = x.size() / 2;
  std::vector<double> joined(half);
  for (std::size_t i = 0; i < half; ++i) joined[i] = x[i] + x[i + half];
  return tree(joined);
}

/// Which of two comes first shows.
struct less_twice {
  double combine(double a, double b) const { return a - 2.0 * b; }
};

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

TEST_CASE("row sums are one tree, and padding with -0.0 changes no bit") {
  for (std::size_t n : {1u, 2u, 8u, 64u, 256u}) {
    std::vector<double> x;
    for (std::size_t i = 0; i < n; ++i)
      x.push_back(
          std::ldexp(1.0 + static_cast<double>(i * i % 7), static_cast<int>(i * 5 % 60) - 30) *
          (i % 3 == 0 ? -1 : 1));
    auto terms = x;
    const double sum = halve(plain_sum{}, terms.data(), static_cast<smelt::index>(n));
    CHECK(same_bits(sum, tree(x)));
  }
  std::vector<double> zeros(8, -0.0);
  CHECK(same_bits(halve(plain_sum{}, zeros.data(), 8), -0.0));
  double four[] = {1.0, 2.0, 3.0, 4.0};  // (1 - 6) - 2 (2 - 8)
  CHECK(halve(less_twice{}, four, 4) == 7.0);
}

TEST_CASE("rows that are held whole have the width of the next power of two, of a packet at least") {
  const smelt::index widths[][2] = {{0, 8}, {1, 8}, {8, 8}, {9, 16}, {64, 64}, {65, 128}};
  for (const auto& [cols, padded] : widths) CHECK(padded_width(cols) == padded);
}

TEST_CASE("a row runs through steps in order, as far as it stays") {
  // y = (x - 1) * 2 on column 0, (x - 0) * 10 + 5 on column 1; marks around; then at most 1
  // missing.
  const smelt::index pitch = 8;
  std::vector<double> numbers(4 * 8, 0.0);
  auto number = [&](int k, smelt::index c) -> double& {
    return numbers[static_cast<std::size_t>(k * pitch + c)];
  };
  number(0, 0) = 1.0;
  number(1, 0) = 2.0;
  number(1, 1) = 10.0;
  number(2, 1) = 5.0;
  number(3, 0) = number(3, 1) = 1.0;
  const program<mark_step<0, tally>, op_step<affine_op, 0>, mark_step<1, tally>,
                op_step<drop_missing_op, 3>, mark_step<2, tally>, op_step<affine_op, 0>>
      steps{{{}, {}, {}, {drop_missing_op{1.0}}, {}, {}}, numbers.data(), pitch, 2};

  std::array<double, 8> row{};
  std::array<double, 8> scratch{};
  std::vector<int> marks;
  std::vector<double> seen;
  auto at_mark = [&](auto mark) {
    marks.push_back(decltype(mark)::slot);
    seen.push_back(row[0]);
  };
  SUBCASE("a row that stays") {
    row = {4.0, 1.0};
    CHECK(run_row(steps, 0, 0, row.data(), scratch.data(), at_mark));
    CHECK(marks == std::vector<int>{0, 1, 2});
    CHECK(seen == std::vector<double>{4.0, 6.0, 6.0});
    CHECK(row[0] == 10.0);
    CHECK(row[1] == 155.0);
  }
  SUBCASE("a row that leaves reaches no further mark") {
    row = {4.0, missing_value<double>};
    CHECK(!run_row(steps, 0, 0, row.data(), scratch.data(), at_mark));
    CHECK(marks == std::vector<int>{0, 1});
    CHECK(row[0] == 6.0);
  }
  SUBCASE("unless all rows are to run on") {
    row = {4.0, missing_value<double>};
    CHECK(!run_row<true>(steps, 0, 0, row.data(), scratch.data(), at_mark));
    CHECK(marks == std::vector<int>{0, 1, 2});
    CHECK(row[0] == 10.0);
  }
}

TEST_CASE("a reduction over the row sees the columns, not the padding") {
  const program<op_step<share_op, 0>> steps{{}, no_numbers, 8, 3};
  std::array<double, 8> row = {1.0, 2.0, 5.0, 1e300, 1e300, 1e300, 1e300, 1e300};
  std::array<double, 8> scratch{};
  CHECK(run_row(steps, 0, 0, row.data(), scratch.data(), [](auto) {}));
  CHECK(row[0] == 0.125);
  CHECK(row[2] == 0.625);
  CHECK(row[3] == 1e300);
}

TEST_CASE("a function of a value sees the columns, not what lies behind them") {
  const std::vector<double> ones(16, 1.0);
  std::vector<double> row;
  for (const smelt::index cols : {3, 8}) {
    row.assign(9, 2.0);
    const program<op_step<smelt_test::cube_op, 0>> steps{{}, ones.data(), 8, cols};
    CHECK(run_row(steps, 0, 0, row.data(), nullptr, [](auto) {}));
    for (smelt::index c = 0; c < 9; ++c)
      CHECK(row[static_cast<std::size_t>(c)] == (c < cols ? 8.0 : 2.0));
  }
}

TEST_CASE("an infinity is refused unless the program lets it in, here or everywhere") {
  const double inf = infinite_value<double>;
  const double let_in[] = {1.0, 0.0};
  const auto of = [&](smelt::index c) { return numbers_of_column{let_in + c, 2}; };
  for (double x : {inf, -inf}) {
    CHECK(refused<p<>>(x, of(0)));
    CHECK(!refused<p<op_step<admit_op, 0>>>(x, of(0)));
    CHECK(refused<p<op_step<admit_op, 0>>>(x, of(1)));
    CHECK(!refused<p<op_step<admit_all_op, 0>>>(x, of(1)));
  }
  CHECK(!refused<p<>>(1e308, of(0)));
  CHECK(!refused<p<>>(missing_value<double>, of(0)));
}

TEST_CASE("a rule on the row's place gets its source row and its number") {
  const program<op_step<only_op, 0>> steps{{}, no_numbers, 8, 1};
  std::array<double, 8> row{};
  std::array<double, 8> scratch{};
  CHECK(run_row(steps, 7, 2, row.data(), scratch.data(), [](auto) {}));
  CHECK(!run_row(steps, 2, 7, row.data(), scratch.data(), [](auto) {}));
}

TEST_CASE("a pass reports the first infinity in source order, whatever order finds it") {
  pass_status a;
  a.infinite_at(5, 3);
  a.infinite_at(5, 1);
  a.infinite_at(9, 0);
  CHECK(a.infinities == 3);
  CHECK(a.first_row == 5);
  CHECK(a.first_col == 1);
  pass_status b;
  b.infinite_at(4, 8);
  b.dropped = 2;
  pass_status ab = a;
  ab.merge(b);
  pass_status ba = b;
  ba.merge(a);
  for (const pass_status& s : {ab, ba}) {
    CHECK(s.infinities == 4);
    CHECK(s.dropped == 2);
    CHECK(s.first_row == 4);
    CHECK(s.first_col == 8);
  }
  pass_status none;
  ab.merge(none);
  CHECK(ab.first_row == 4);
  none.merge(ab);
  CHECK(none.first_col == 8);
}

TEST_CASE("the first infinity is the first whichever way it is met") {
  const int places[][2] = {{0, 3}, {0, 4}, {1, 0}, {5, 2}, {5, 3}, {9, 0}};
  for (const auto& one : places)
    for (const auto& other : places) {
      pass_status both;
      both.infinite_at(one[0], one[1]);
      both.infinite_at(other[0], other[1]);
      pass_status a, b;
      a.infinite_at(one[0], one[1]);
      b.infinite_at(other[0], other[1]);
      a.merge(b);
      const auto& first = &one < &other ? one : other;
      for (const pass_status& s : {both, a}) {
        CHECK(s.infinities == 2);
        CHECK(s.first_row == first[0]);
        CHECK(s.first_col == first[1]);
      }
      // What has met none says nothing of the first.
      pass_status none;
      none.dropped = 1;
      a.merge(none);
      CHECK(a.first_row == first[0]);
      CHECK(a.dropped == 1);
    }
}

TEST_CASE("a pass has found nothing where all its counts are 0") {
  CHECK(pass_status().nothing());
  for (smelt::index pass_status::* count : {&pass_status::infinities, &pass_status::dropped,
                                            &pass_status::filled, &pass_status::clipped}) {
    pass_status one;
    one.*count = 4;
    CHECK(!one.nothing());
    pass_status sum;
    sum.merge(one);
    sum.merge(one);
    CHECK(sum.*count == 8);
  }
}
