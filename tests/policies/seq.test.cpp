// SPDX-License-Identifier: BSL-1.0
/// \file
/// on::seq against the definitions themselves, written once more: leaves, lanes and tree of a fold,
/// one row after another of a map.

#include <smelt/policies/seq.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <bit>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Sum of terms by the rule: leaves of 1024 global rows, row r in lane r mod 8, lanes by halving,
/// leaves by the tree whose left child is the largest complete power of two.
double by_rule(const std::vector<double>& terms, std::size_t first_row) {
  std::vector<double> leaves;
  for (std::size_t leaf = first_row / 1024; leaf * 1024 < first_row + terms.size(); ++leaf) {
    double lane[8] = {};
    for (std::size_t r = std::max(first_row, leaf * 1024);
         r < std::min(first_row + terms.size(), (leaf + 1) * 1024); ++r)
      lane[r % 8] += terms[r - first_row];
    leaves.push_back(((lane[0] + lane[4]) + (lane[2] + lane[6])) +
                     ((lane[1] + lane[5]) + (lane[3] + lane[7])));
  }
  struct tree {
    static double sum(const double* leaf, std::size_t n) {
      if (n == 1) return leaf[0];
      const std::size_t left = std::bit_ceil(n) / 2;
      return sum(leaf, left) + sum(leaf + left, n - left);
    }
  };
  return tree::sum(leaves.data(), leaves.size());
}

/// Keeps the row of the source that is as far behind its number as asked for.
struct keeps_apart {
  static constexpr int numbers = 0;
  smelt::index by;
  bool keeps_row(smelt::index row, smelt::index number) const { return row == number + by; }
};

}  // namespace

TEST_CASE("a fold adds in the order of the rule, for any number of rows") {
  using program = program<mark_step<0, tally, moments>>;
  using layout = slot_layout<mark_step<0, tally, moments>>;
  static_assert(
      std::is_same_v<decltype(fit(on::seq, standardize(), table<double>()).trace())::element_type,
                     const fold_trace<program>>);
  for (smelt::index rows : {1, 2, 7, 8, 9, 100, 1023, 1024, 1025, 2048, 3000, 5121, 7168}) {
    CAPTURE(rows);
    const auto x = noise(rows, 2, 6);
    const auto f = fit(on::seq, standardize(), x);
    const smelt::index pitch = f.learned().pitch();
    const auto total = f.trace()->total(pitch);
    const double* present = layout::find<tally>(total.data(), pitch);
    const double* sums = layout::find<moments>(total.data(), pitch);
    for (smelt::index c = 0; c < 2; ++c) {
      const double shift = f.trace()->shifts[0][static_cast<std::size_t>(c)];
      std::vector<double> s;
      std::vector<double> q;
      double n = 0.0;
      for (smelt::index r = 0; r < rows; ++r) {
        const double away = missing(x(r, c)) ? 0.0 : x(r, c) - shift;
        s.push_back(away);
        q.push_back(product(away, away));
        n += missing(x(r, c)) ? 0.0 : 1.0;
      }
      CHECK(present[c] == n);
      if (n == 0.0) continue;
      CHECK(sums[c] == by_rule(s, 0));
      CHECK(sums[pitch + c] == by_rule(q, 0));
    }
  }
}

TEST_CASE("the rows of a fold are those of the source, not those of the view") {
  const auto x = noise(5000, 1, 0);
  const auto f = fit(on::seq, standardize(), x.row_range(1500, 4500));
  const double shift = f.trace()->shifts[0][0];
  std::vector<double> s;
  for (smelt::index r = 1500; r < 4500; ++r) s.push_back(x(r, 0) - shift);
  const auto total = f.trace()->total(8);
  CHECK(slot_layout<mark_step<0, tally, moments>>::find<moments>(total.data(), 8)[0] ==
        by_rule(s, 1500));
  CHECK(by_rule(s, 1500) != by_rule(s, 0));  // the data can tell
}

TEST_CASE("the shift is the value nearest the mean of the first 64 rows") {
  const auto x = noise(300, 1, 5);
  double sum = 0.0;
  double n = 0.0;
  for (smelt::index r = 0; r < 64; ++r)
    if (!missing(x(r, 0))) sum += x(r, 0), n += 1.0;
  double nearest = x(0, 0);
  for (smelt::index r = 0; r < 64; ++r)
    if (!missing(x(r, 0)) && !(std::abs(x(r, 0) - sum / n) >= std::abs(nearest - sum / n))) nearest = x(r, 0);
  CHECK(fit(on::seq, standardize(), x).trace()->shifts[0][0] == nearest);
}

TEST_CASE("a map runs the program of the chain on one row after another") {
  const auto chain = fill::constant(0.25) | standardize() | normalize(l2) | drop::outside(-0.6, 0.6);
  const auto x = noise(100, 11, 6);
  const auto f = fit(on::seq, chain, x);
  const auto y = transform(on::seq, f, x);
  const auto program = f.learned().map_program();
  smelt::index at = 0;
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < 100; ++r) {
    std::vector<double> row(16);
    std::vector<double> scratch(16);
    for (smelt::index c = 0; c < 11; ++c) row[static_cast<std::size_t>(c)] = x(r, c);
    if (!run_row(program, r, r, row.data(), scratch.data(), [](auto) {})) continue;
    for (smelt::index c = 0; c < 11; ++c)
      wrong += at >= y.rows() || !same_bits(y(at, c), narrow<double>(row[static_cast<std::size_t>(c)]));
    ++at;
  }
  CHECK(wrong == 0);
  CHECK((y.rows() == at && at > 10 && at < 100));
}

TEST_CASE("a fold sees what the stages before it make") {
  const auto x = noise(300, 5, 0);
  const auto scaled = fit_transform(on::seq, as_chain(normalize(l2)), x);
  CHECK(difference(fit_transform(on::seq, normalize(l2) | standardize(), x),
                   fit_transform(on::seq, standardize(), scaled)) == "");
}

TEST_CASE("rows that drop are counted, or marked and written all the same") {
  auto x = noise(40, 3, 0);
  x(5, 1) = gone;
  x(20, 0) = gone;
  x(30, 0) = 9.0;
  const auto f = fit(on::seq, clean(drop::any) | clip(-5, 7), x);
  const auto kept = transform(std::nothrow, on::seq, f, x, counted);
  CHECK((kept.dropped == 2 && kept.rows == 38 && kept.clipped == 1));
  const auto marked = transform(std::nothrow, on::seq, f.values_only(), x, counted);
  CHECK((marked.dropped == 2 && marked.rows == 40 && marked.clipped == 1));
  for (std::size_t r = 0; r < 40; ++r) CHECK(marked->dropped[r] == (r == 5 || r == 20 ? 1 : 0));
  CHECK((*marked)(6, 1) == x(6, 1));
  CHECK((*kept)(5, 1) == x(6, 1));
}

TEST_CASE("an infinity is missing for its row, and comes out missing") {
  auto x = noise(40, 3, 0);
  const auto filled = fit(on::seq, clean(fill::constant(0.25)) | normalize(l1), x);
  const auto dropped = fit(on::seq, as_chain(clean(drop::any)), x);
  auto holed = x;
  x(9, 2) = endless;
  holed(9, 2) = gone;
  table<double> y(40, 3);
  const status met = transform(std::nothrow, on::seq, filled, x, y);
  CHECK((met.infinities == 1 && met.first_row == 9 && met.first_col == 2));
  auto expected = transform(on::seq, filled, holed);
  expected(9, 2) = gone;
  CHECK(difference(y, expected) == "");
  CHECK(transform(std::nothrow, on::seq, dropped, x, y).rows == 39);
}

TEST_CASE("a row is judged by its row in the source and its number, with marks and without") {
  const auto x = noise(9, 2, 0);
  for (const smelt::index by : {3, 4}) {
    const program<op_step<keeps_apart, 0>> steps{{{keeps_apart{by}}}, no_numbers, pitch_of(2), 2};
    std::vector<unsigned char> marks(4, 9);
    table<double> y(4, 2);
    pass_status status;
    const auto nobody = [](smelt::index, const smelt::index*, smelt::index) {};
    const drawn_rows rows{row_map(9, 3, 4), row_map(4)};
    CHECK(on::seq.map(steps, x.view(), map_request{rows}, y.view(), status, nobody) ==
          (by == 3 ? 4 : 0));
    CHECK(on::seq.map(steps, x.view(), map_request{rows, nullptr, marks.data()}, y.view(), status,
                      nobody) == 4);
    CHECK(marks == std::vector<unsigned char>(4, by == 3 ? 0 : 1));
    CHECK(y(3, 1) == x(6, 1));
  }
}

TEST_CASE("one thread, tasks in order") {
  static_assert(policy<std::remove_cvref_t<decltype(on::seq)>>);
  CHECK(on::seq.concurrency(1 << 30) == 1);
  std::vector<smelt::index> order;
  on::seq.for_each(4, [&](smelt::index task, int worker) { order.push_back(task + worker); });
  CHECK(order == std::vector<smelt::index>{0, 1, 2, 3});
}

TEST_CASE("any view can be read, by its call operator alone") {
  struct triangle {
    using value_type = float;
    using space = host;
    smelt::index rows() const { return 4; }
    smelt::index cols() const { return 3; }
    smelt::index first_row() const { return 0; }
    smelt::index total_rows() const { return 4; }
    float operator()(smelt::index r, smelt::index c) const { return c > r ? missing_value<float> : static_cast<float>(r); }
  };
  const auto y = fit_transform(on::seq, fill::constant(-1), triangle{});
  static_assert(std::is_same_v<decltype(y), const table<float>>);
  CHECK(difference(y, {{0, -1, -1}, {1, 1, -1}, {2, 2, 2}, {3, 3, 3}}) == "");
}
