// SPDX-License-Identifier: BSL-1.0
/// \file
/// What steps find across rows in memory: the bits of `run_row`, whatever the width, and infinities.

#include <smelt/policies/eigen/row_total.hpp>

#include <doctest/doctest.h>

#include <support/on_both.hpp>

#include <limits>
#include <tuple>
#include <vector>

using namespace smelt;
using namespace smelt_test;
using smelt::detail::row_totals;

namespace {

/// Sums products of a value and a number: another order would give other bits. Beside the columns
/// stands -0, which only a sum of nothing shows.
struct weighs {
  static constexpr int numbers = 1;
  template <class V>
  V term(V x, const V* n) const {
    return product(x, n[0]);
  }
  template <class V>
  V combine(V a, V b) const {
    return add(a, b);
  }
  double finish(double total) const { return total; }
  template <class V>
  V apply(V, V total, const V*) const {
    return total;
  }
};
/// The same where the two that are joined have an order too.
struct weighs_apart : weighs {
  template <class V>
  V combine(V a, V b) const {
    return subtract(a, b);
  }
};
/// The same of all rows that it keeps.
struct tallies : drop_missing_op {};

struct shift_op {
  static constexpr int numbers = 1;
  template <class V>
  V apply(V x, const V* n) const {
    return add(x, n[0]);
  }
};

template <class Op>
using after_shift = program<op_step<shift_op, 0>, op_step<Op, 1>>;

/// The numbers of a program of `cols` columns: shifts, then weights.
std::vector<double> numbers_for(smelt::index cols) {
  const smelt::index pitch = pitch_of(cols);
  std::vector<double> made(static_cast<std::size_t>(2 * pitch), 7.0);
  for (smelt::index c = 0; c < cols; ++c) {
    made[static_cast<std::size_t>(c)] = static_cast<double>(c % 5) / 3.0;
    made[static_cast<std::size_t>(pitch + c)] = c % 7 == 3 ? 0.0 : 1.0 + static_cast<double>(c % 3);
  }
  return made;
}

/// What `run_row` finds: the op is asked in its own words.
template <class Program, class T>
double found_by_halving(const Program& p, const T* row) {
  const smelt::index width = padded_width(p.cols);
  std::vector<double> terms(static_cast<std::size_t>(width), -0.0);
  const auto& [shift, look] = p.steps;
  for (smelt::index c = 0; c < p.cols; ++c) {
    const double x = shift.op.apply(static_cast<double>(row[c]), p.numbers + c);
    terms[static_cast<std::size_t>(c)] = look.op.term(x, p.numbers + p.pitch + c);
  }
  return halve(look.op, terms.data(), width);
}

template <class T, class Op>
smelt::index wrong_totals(const Op& op, smelt::index cols, int hole) {
  const auto numbers = numbers_for(cols);
  const after_shift<Op> p{{{shift_op{}}, {op}}, numbers.data(), pitch_of(cols), cols};
  const tight_copy<T> rows(noise<T>(9, cols, hole));
  row_totals<after_shift<Op>, T, true> totals(p);
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < 9; ++r) {
    const T* const row = rows.view().data() + r * cols;
    const double expected = found_by_halving(p, row);
    const double found = totals.template of<1>(row);
    wrong += std::memcmp(&found, &expected, sizeof found) != 0;
  }
  return wrong + totals.met_infinity();
}

}  // namespace

TEST_CASE("sums over rows of every width: the tree of run_row") {
  for (smelt::index cols = 1; cols <= 70; ++cols) {
    CAPTURE(cols);
    CHECK(wrong_totals<float>(weighs{}, cols, 0) == 0);
    CHECK(wrong_totals<double>(weighs{}, cols, 0) == 0);
    CHECK(wrong_totals<std::uint8_t>(weighs{}, cols, 0) == 0);
    CHECK(wrong_totals<float>(weighs_apart{}, cols, 0) == 0);
  }
  for (smelt::index cols : {127, 128, 129, 255, 256, 257, 500, 1024, 1030, 5000}) {
    CAPTURE(cols);
    CHECK(wrong_totals<float>(weighs{}, cols, 0) == 0);
    CHECK(wrong_totals<float>(weighs_apart{}, cols, 0) == 0);
  }
}

TEST_CASE("counts, which may be joined in any order") {
  for (smelt::index cols = 1; cols <= 70; ++cols) {
    CAPTURE(cols);
    CHECK(wrong_totals<float>(tallies{{2.0}}, cols, 3) == 0);
    CHECK(wrong_totals<double>(tallies{{2.0}}, cols, 3) == 0);
  }
}

TEST_CASE("-0 is what nothing adds up to") {
  const double zeros[16] = {-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0};
  const double numbers[32] = {-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, 0, 0, 0, 0, 0, 0, 0,
                              1,    1,    1,    1,    1,    1,    1,    1,    1};
  const after_shift<weighs> p{{{shift_op{}}, {weighs{}}}, numbers, 16, 9};
  row_totals<after_shift<weighs>, double, false> totals(p);
  CHECK(std::signbit(totals.of<1>(zeros)));
}

TEST_CASE("infinities are seen wherever they lie, where it is asked") {
  for (smelt::index cols : {1, 8, 13, 16, 33, 100}) {
    CAPTURE(cols);
    const auto numbers = numbers_for(cols);
    const after_shift<tallies> p{{{shift_op{}}, {tallies{{1.0}}}}, numbers.data(), pitch_of(cols), cols};
    const after_shift<weighs> q{{{shift_op{}}, {weighs{}}}, numbers.data(), pitch_of(cols), cols};
    for (smelt::index at = 0; at < cols; ++at) {
      std::vector<float> row(static_cast<std::size_t>(cols), 1.0f);
      row_totals<after_shift<tallies>, float, true> watched(p);
      row_totals<after_shift<weighs>, float, true> summed(q);
      watched.of<1>(row.data());
      summed.of<1>(row.data());
      CHECK(!watched.met_infinity());
      CHECK(!summed.met_infinity());
      row[static_cast<std::size_t>(at)] = at % 2 == 0 ? -infinite_value<float> : infinite_value<float>;
      watched.of<1>(row.data());
      summed.of<1>(row.data());
      CHECK(watched.met_infinity());
      CHECK(summed.met_infinity());
    }
  }
}

TEST_CASE("a row that is only watched is watched to its last column, and no further") {
  for (smelt::index cols : {1, 7, 8, 9, 16, 21}) {
    CAPTURE(cols);
    const auto numbers = numbers_for(cols);
    const after_shift<weighs> p{{{shift_op{}}, {weighs{}}}, numbers.data(), pitch_of(cols), cols};
    std::vector<float> row(static_cast<std::size_t>(cols + 1), 1.0f);
    row.back() = infinite_value<float>;
    row_totals<after_shift<weighs>, float, true> beside(p);
    beside.watch(row.data());
    CHECK(!beside.met_infinity());
    for (smelt::index at = 0; at < cols; ++at) {
      row[static_cast<std::size_t>(at)] = -infinite_value<float>;
      row_totals<after_shift<weighs>, float, true> watched(p);
      watched.watch(row.data());
      CHECK(watched.met_infinity());
      row[static_cast<std::size_t>(at)] = 1.0f;
    }
  }
}

TEST_CASE("which steps come before one") {
  using values = program<op_step<shift_op, 0>, op_step<tallies, 1>, op_step<shift_op, 2>, op_step<weighs, 3>>;
  using none = std::integer_sequence<int>;
  using smelt::detail::values_before;
  constexpr const values* p = nullptr;
  CHECK(std::is_same_v<decltype(values_before<0>(p, none{})), none>);
  CHECK(std::is_same_v<decltype(values_before<1>(p, none{})), std::integer_sequence<int, 0>>);
  CHECK(std::is_same_v<decltype(values_before<3>(p, none{})), std::integer_sequence<int, 0, 2>>);
}
