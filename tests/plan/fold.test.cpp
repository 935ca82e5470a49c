// SPDX-License-Identifier: BSL-1.0
/// \file
/// One fold: which value becomes the shift, which rows make up a leaf and in which lanes, and that
/// a table in pieces is the table.

#include <smelt/plan/fold.hpp>

#include <doctest/doctest.h>

#include <smelt/policies/seq.hpp>
#include <smelt/statistics/moments.hpp>
#include <support/tables.hpp>

#include <cmath>
#include <cstring>  // std::memcmp
#include <memory>
#include <vector>

using namespace smelt;
using smelt_test::endless;
using smelt_test::gone;

namespace {

using sums = program<mark_step<0, tally, moments>>;

sums plain(smelt::index cols) { return {{}, no_numbers, pitch_of(cols), cols}; }

/// The shift of each column of a whole table.
detail::list<double> shifts_of(const table<double>& x) {
  const auto all =
      detail::choose_shifts(plain(x.cols()), x.view(), fold_rows{row_map(x.rows())}, 1);
  REQUIRE(all.size() == 1);
  return all[0];
}

template <class Policy>
fold_trace<sums> folded(const Policy& policy, const table<double>& x, smelt::index first,
                        smelt::index last, const fold_trace<sums>* before) {
  fold_trace<sums> trace;
  if (before) {
    trace.shifts = before->shifts;
    trace.head = before->tail;
  } else {
    trace.shifts =
        detail::choose_shifts(plain(x.cols()), x.view(), fold_rows{row_map(x.rows())}, 1);
  }
  detail::run_fold(policy, plain(x.cols()), x.row_range(first, last),
                   fold_rows{row_map(last - first), first}, trace);
  return trace;
}

/// Five workers that take the tasks backwards.
struct backwards : detail::seq_policy {
  static constexpr int concurrency(smelt::index) { return 5; }
  template <class F>
  void for_each(smelt::index tasks, const F& f) const {
    for (smelt::index t = tasks; t-- > 0;) f(t, static_cast<int>(t % 5));
  }
};

/// Reads its data itself.
struct by_itself : detail::seq_policy {
  template <class Program, class View>
  detail::shift_lists choose_shifts(const Program& p, const View& x, const fold_rows& from,
                                    int slots) const {
    return {static_cast<std::size_t>(slots),
            {static_cast<double>(p.cols), static_cast<double>(x.rows()), static_cast<double>(from.offset)}};
  }
  template <class Program, class View>
  pass_status fold(const Program& p, const View& x, const fold_rows& from,
                   fold_trace<Program>& trace) const {
    trace.end = p.cols + 10 * x.rows() + 100 * from.offset;
    return {7, 1, 2, 3, 0, 0};
  }
};

bool same_bits(const detail::list<double>& a, const detail::list<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace

TEST_CASE("the shift is the value nearest the mean of the first 64 rows") {
  auto x = smelt_test::noise(300, 2, 9);
  x(70, 0) = 1e9;  // later rows do not count
  const auto shifts = shifts_of(x);
  for (smelt::index c = 0; c < 2; ++c) {
    double sum = 0;
    int n = 0;
    for (smelt::index r = 0; r < 64; ++r)
      if (!std::isnan(x(r, c))) {
        sum += x(r, c);
        ++n;
      }
    double nearest = endless;
    for (smelt::index r = 0; r < 64; ++r)
      if (std::abs(x(r, c) - sum / n) < std::abs(nearest - sum / n)) nearest = x(r, c);
    CHECK(shifts[static_cast<std::size_t>(c)] == nearest);
  }
  table<double> same(10, 1);
  for (smelt::index r = 0; r < 10; ++r) same(r, 0) = 0.1;
  CHECK(shifts_of(same)[0] == 0.1);
  CHECK(shifts_of(smelt_test::one_column({5}))[0] == 5.0);
  // As many columns as are padded to, and fewer: behind them there is no shift.
  const auto eight = smelt_test::noise(70, 8);
  CHECK(shifts_of(eight).size() == 8);
  CHECK(shifts_of(eight)[7] ==
        shifts_of(smelt_test::laid_out<row_major>(eight.columns(7, 8)))[0]);
  for (std::size_t c = 2; c < 8; ++c) CHECK(missing(shifts[c]));
}

TEST_CASE("without one there, the first value among the first 1024 rows, else none") {
  table<double> x(2000, 4);
  for (smelt::index r = 0; r < 2000; ++r) {
    x(r, 0) = r < 64 ? gone : static_cast<double>(r);
    x(r, 1) = r < 1023 ? gone : static_cast<double>(r);
    x(r, 2) = r < 1024 ? gone : static_cast<double>(r);
    x(r, 3) = r < 100 ? endless : static_cast<double>(r);
  }
  const auto shifts = shifts_of(x);
  CHECK(shifts[0] == 64.0);
  CHECK(shifts[1] == 1023.0);
  CHECK(missing(shifts[2]));
  CHECK(shifts[3] == 100.0);
  // Every column is looked for until it has one, whichever finds its own first.
  const auto late = shifts_of(smelt_test::laid_out<row_major>(x.columns(0, 2)));
  CHECK(late[1] == 1023.0);
  table<double> turned(300, 2);
  for (smelt::index r = 0; r < 300; ++r) {
    turned(r, 0) = r < 200 ? gone : static_cast<double>(r);
    turned(r, 1) = r < 100 ? gone : static_cast<double>(r);
  }
  CHECK(shifts_of(turned)[0] == 200.0);
  CHECK(shifts_of(turned)[1] == 100.0);
}

TEST_CASE("a shift is a value at its mark, behind the steps before it") {
  std::vector<double> numbers(24, 0.0);
  numbers[0] = 1.0;   // centre
  numbers[8] = 10.0;  // slope
  const program<mark_step<0, tally, moments>, op_step<affine_op, 0>, mark_step<1, tally, moments>>
      steps{{}, numbers.data(), 8, 1};
  const auto x = smelt_test::one_column({4, 4, 7});
  const auto shifts = detail::choose_shifts(steps, x.view(), fold_rows{row_map(3)}, 2);
  CHECK(shifts[0][0] == 4.0);
  CHECK(shifts[1][0] == 30.0);
}

TEST_CASE("a leaf: rows of the source in order, in the lanes of their numbers") {
  auto list = std::make_unique<leaf_list>();
  SUBCASE("all rows, numbered from an offset") {
    const fold_rows from{row_map(50), 1003};
    CHECK(from.count() == 50);
    list->gather(from, 1003, 1024);
    list->spell_out();
    CHECK(list->count == 21);
    CHECK(list->contiguous);
    for (smelt::index i = 0; i < 21; ++i) {
      CHECK(list->rows[i] == i);
      CHECK(list->numbers[i] == i);
      CHECK(list->lane[i] == (1003 + i) % 8);
    }
    list->gather(from, 1024, 1053);
    list->spell_out();
    CHECK(list->rows[0] == 21);
    CHECK(list->lane[0] == 0);
  }
  SUBCASE("the rows of a part, with their numbers in it") {
    const row_map part(permutation(seed{4}, 0, 200), 20, 90);
    const fold_rows from{part, 0};
    list->gather(from, 0, 200);
    list->spell_out();
    CHECK(list->count == 90);
    for (smelt::index i = 0; i < 90; ++i) {
      CHECK(part(list->numbers[i]) == list->rows[i]);
      CHECK(list->lane[i] == list->rows[i] % 8);
      if (i > 0) CHECK(list->rows[i] > list->rows[i - 1]);
    }
  }
  SUBCASE("of those, the rows that a sampler chose") {
    const row_map part(permutation(seed{4}, 0, 200), 20, 90);
    const row_map chosen(permutation(seed{5}, 0, 90), 0, 40);
    list->gather(fold_rows{part, 0, false, true, chosen}, 0, 200);
    list->spell_out();
    CHECK(list->count == 40);
    for (smelt::index i = 0; i < 40; ++i) {
      CHECK(chosen.contains(list->numbers[i]));
      CHECK(part(list->numbers[i]) == list->rows[i]);
      CHECK(list->lane[i] == list->rows[i] % 8);
    }
  }
  SUBCASE("few rows, as they are drawn") {
    const row_map part(permutation(seed{4}, 0, 200), 20, 90);
    const row_map draw(permutation(seed{6}, 0, 90), 0, 5);
    const fold_rows from{part, 0, true, false, draw};
    CHECK(from.count() == 5);
    list->gather(from, 0, 5);
    list->spell_out();
    CHECK(list->count == 5);
    for (smelt::index i = 0; i < 5; ++i) {
      CHECK(list->numbers[i] == draw(i));
      CHECK(list->rows[i] == part(draw(i)));
      CHECK(list->lane[i] == i);
    }
  }
}

TEST_CASE("row by row they are the rows of a leaf, and the others have no number") {
  const row_map part(permutation(seed{4}, 0, 200), 20, 90);
  const row_map chosen(permutation(seed{5}, 0, 90), 0, 40);
  auto list = std::make_unique<leaf_list>();
  for (const fold_rows& from :
       {fold_rows{row_map(50), 3}, fold_rows{row_map(60, 5, 40), 3}, fold_rows{row_map(60, 0, 40), 3},
        fold_rows{part, 3}, fold_rows{part, 3, false, true, chosen},
        fold_rows{row_map(90), 3, false, true, chosen}, fold_rows{part, 3, true, false, chosen}}) {
    list->gather(from, 3, 3 + from.count());
    list->spell_out();
    smelt::index at = 0;
    for (smelt::index k = 0; k < from.count(); ++k) {
      const row_place place = from.at(k);
      if (place.number < 0) {
        CHECK(place.number == -1);
        CHECK(place.row == k);
        continue;
      }
      REQUIRE(at < list->count);
      CHECK(place.row == list->rows[at]);
      CHECK(place.number == list->numbers[at]);
      CHECK(list->lane[at] == (3 + k) % 8);
      ++at;
    }
    CHECK(at == list->count);
  }
}

TEST_CASE("a table folded in pieces has the bits of the whole, wherever it is cut") {
  const auto x = smelt_test::noise(5000, 3, 20);
  const smelt::index pitch = pitch_of(3);
  const auto whole = folded(on::seq, x, 0, 5000, nullptr).total(pitch);
  for (smelt::index cut : {1, 7, 1023, 1024, 1025, 2048, 3333, 4096, 4999}) {
    auto first = folded(on::seq, x, 0, cut, nullptr);
    const auto second = folded(on::seq, x, cut, 5000, &first);
    CHECK(second.begin == cut);
    CHECK(second.end == 5000);
    first.leaves.push(second.leaves);
    first.end = second.end;
    first.tail = second.tail;
    CHECK(same_bits(first.total(pitch), whole));
    CHECK(same_bits(first.total(pitch), whole));
  }
}

TEST_CASE("the order of the rows is the order of the additions, not that of the workers") {
  const auto x = smelt_test::noise(70000, 2, 20);
  const auto one = folded(on::seq, x, 0, 70000, nullptr).total(8);
  CHECK(same_bits(folded(backwards{}, x, 0, 70000, nullptr).total(8), one));
  const smelt::index cut = 33333;
  auto first = folded(backwards{}, x, 0, cut, nullptr);
  const auto second = folded(on::seq, x, cut, 70000, &first);
  first.leaves.push(second.leaves);
  first.end = second.end;
  first.tail = second.tail;
  CHECK(same_bits(first.total(8), one));
}

TEST_CASE("a policy that reads its data itself is asked for its shifts and its fold") {
  const auto x = smelt_test::noise(6, 2);
  const fold_rows rows{row_map(6), 4};
  const auto shifts = detail::shifts_by(by_itself{}, plain(2), x.view(), rows, 3);
  CHECK(shifts == detail::shift_lists(3, {2.0, 6.0, 4.0}));
  fold_trace<sums> trace;
  CHECK(detail::fold_by(by_itself{}, plain(2), x.view(), rows, trace).infinities == 7);
  CHECK(trace.end == 462);
  CHECK(same_bits(detail::shifts_by(on::seq, plain(2), x.view(), rows, 1)[0], shifts_of(x)));
  trace.shifts = {shifts_of(x)};
  CHECK(detail::fold_by(on::seq, plain(2), x.view(), rows, trace).nothing());
  CHECK(trace.end == 10);
}

TEST_CASE("infinities are counted, the first of them by its row in the source") {
  auto x = smelt_test::noise(3000, 2);
  x(2500, 0) = endless;
  x(1500, 1) = -endless;
  fold_trace<sums> trace;
  trace.shifts = detail::choose_shifts(plain(2), x.view(), fold_rows{row_map(3000)}, 1);
  const auto status =
      detail::run_fold(on::seq, plain(2), x.view(), fold_rows{row_map(3000)}, trace);
  CHECK(status.infinities == 2);
  CHECK(status.first_row == 1500);
  CHECK(status.first_col == 1);
}
