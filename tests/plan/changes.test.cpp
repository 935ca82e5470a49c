// SPDX-License-Identifier: BSL-1.0
/// \file
/// Filled and clipped values and dropped rows against a plain loop, the same on every policy,
/// layout and number of threads; and a chain that is not asked to count runs the program it always
/// ran.

#include <smelt/plan/changes.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/tables.hpp>

#include <functional>
#include <limits>
#include <ostream>
#include <tuple>
#include <type_traits>
#include <utility>  // std::pair
#include <vector>

using namespace smelt;
using smelt_test::difference;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// A plain step: it changes a row, and says which of its values it has filled or clipped, or that
/// the row leaves.
struct seen_row {
  std::vector<double> values;
  std::vector<bool> filled;
  std::vector<bool> clipped;
  std::vector<bool> refused;
  bool stays = true;
};
using step = std::function<void(seen_row&)>;

step filling(double number, std::size_t only = std::size_t(-1)) {
  return [=](seen_row& row) {
    for (std::size_t c = 0; c < row.values.size(); ++c)
      if (missing(row.values[c]) && (only == std::size_t(-1) || only == c)) {
        row.values[c] = number;
        row.filled[c] = true;
      }
  };
}
step clipping(double low, double high) {
  return [=](seen_row& row) {
    for (std::size_t c = 0; c < row.values.size(); ++c) {
      double& x = row.values[c];
      if (x < low || x > high) {
        x = x < low ? low : high;
        row.clipped[c] = true;
      }
    }
  };
}
step dropping(int missing_values) {
  return [=](seen_row& row) {
    int gone = 0;
    for (double x : row.values) gone += missing(x);
    row.stays = row.stays && gone < missing_values;
  };
}
step dropping_outside(double low, double high) {
  return [=](seen_row& row) {
    for (double x : row.values)
      if (x < low || x > high) row.stays = false;
  };
}
step forgetting_infinity() {
  return [](seen_row& row) {
    for (double& x : row.values)
      if (x == inf || x == -inf) x = missing_value<double>;
  };
}

/// A clip of one's own, at 2.
struct cap_op {
  static constexpr int numbers = 0;
  static constexpr change counted_as = change::clipped;
  template <class V>
  V apply(V x, const V*) const {
    return where(less(V(2.0), x), V(2.0), x);
  }
};
struct cap {
  static constexpr effect does = effect::monotone;
  using op = cap_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
};

/// Zero for what is missing, by an op that is no fill.
struct zeroed_op {
  static constexpr int numbers = 0;
  template <class V>
  V apply(V x, const V*) const {
    return where(missing(x), V(0.0), x);
  }
};
struct zeroed {
  static constexpr effect does = effect::value;
  using op = zeroed_op;
  template <class Slot>
  std::array<double, 0> solve(const Slot&) const {
    return {};
  }
};

struct changes_of {
  smelt::index rows = 0;
  smelt::index dropped = 0;
  smelt::index filled = 0;
  smelt::index clipped = 0;
  friend bool operator==(const changes_of&, const changes_of&) = default;
};
std::ostream& operator<<(std::ostream& out, const changes_of& n) {
  return out << n.rows << " rows, " << n.dropped << " dropped, " << n.filled << " filled, "
             << n.clipped << " clipped";
}
changes_of counts_in(const status& s) { return {s.rows, s.dropped, s.filled, s.clipped}; }

/// The plain loop. `kept`: columns that come out. `marked`: rows that would drop are written too.
template <class View>
changes_of plain(const View& x, const std::vector<step>& steps,
                const std::vector<smelt::index>& kept, bool refuses = true, bool marked = false) {
  changes_of n;
  for (smelt::index r = 0; r < x.rows(); ++r) {
    seen_row row;
    for (smelt::index c = 0; c < x.cols(); ++c) {
      const double value = x(r, c);
      row.refused.push_back(refuses && (value == inf || value == -inf));
      row.values.push_back(row.refused.back() ? missing_value<double> : value);
    }
    row.filled.assign(row.values.size(), false);
    row.clipped.assign(row.values.size(), false);
    for (const step& s : steps)
      if (row.stays || marked) s(row);
    n.dropped += !row.stays;
    if (!row.stays && !marked) continue;
    ++n.rows;
    for (smelt::index k : kept) {
      const auto c = static_cast<std::size_t>(k);
      if (row.refused[c] || missing(row.values[c])) continue;
      n.filled += row.filled[c];
      n.clipped += row.clipped[c];
    }
  }
  return n;
}

std::vector<smelt::index> all_of(smelt::index cols) {
  std::vector<smelt::index> made;
  for (smelt::index c = 0; c < cols; ++c) made.push_back(c);
  return made;
}

/// Whole numbers from -9 to 9, missing values, and rows with many of them.
table<double> holed(smelt::index rows, smelt::index cols) {
  table<double> t(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) {
      const auto n = (r * 31 + c * 17 + r * c) % 101;
      const bool gone = n % 9 == 4 || (r % 13 == 5 && c % 2 == 0);
      t(r, c) = gone ? missing_value<double> : static_cast<double>(n % 19) - 9.0;
    }
  return t;
}

/// Calls `check(policy)` with 1 and 3 threads.
template <class Check>
void on_threads(Check&& check) {
  check(on::eigen.alone());
  workers pool{3};
  check(on::eigen.on(pool));
}

/// A transform that counts writes the bits of one that does not, and counts what the plain loop
/// does: on `policy`, and on threads.
template <class Fitted, class... Policy>
void counts_as(const Fitted& f, const table<double>& x, const changes_of& right,
               const Policy&... policy) {
  table<double> made(x.rows(), f.cols_out());
  made.shrink(transform(std::nothrow, on::seq, f, x, made).rows);
  auto check = [&](const auto& on) {
    table<double> out(x.rows(), f.cols_out());
    CHECK(counts_in(transform(std::nothrow, on, f, x, out, counted)) == right);
    out.shrink(right.rows);
    CHECK(difference(out, made) == "");
  };
  (check(policy), ...);
  on_threads(check);
}
/// The same of a chain that marks the rows that would drop.
template <class Fitted>
void counts_marked(const Fitted& f, const table<double>& x, const changes_of& right) {
  const auto made = transform(on::seq, f, x);
  auto check = [&](const auto& on) {
    const auto again = transform(std::nothrow, on, f, x, counted);
    CHECK(counts_in(again) == right);
    CHECK(difference(*again, made) == "");
    CHECK(again->dropped == made.dropped);
  };
  check(on::seq);
  on_threads(check);
}

}  // namespace

TEST_CASE("not asked for, nothing is counted and the program is the one without marks") {
  const auto x = holed(20, 3);
  const auto f = fit(on::seq, clean(fill::constant(1)) | clip(-2, 2), x);
  const auto plain_one = transform(std::nothrow, on::eigen, f, x);
  CHECK(plain_one.filled == -1);
  CHECK(plain_one.clipped == -1);
  using program_type = decltype(f.learned().map_program());
  static_assert(!detail::counts_changes<program_type>);
  using marked = decltype(detail::with_change_marks(f.learned().map_program()));
  static_assert(detail::counts_changes<marked>);
  // Around the steps that change values, and no other.
  static_assert(std::tuple_size_v<decltype(marked::steps)> ==
                std::tuple_size_v<decltype(program_type::steps)> + 4);
  static_assert(std::is_empty_v<detail::change_counter<program_type>>);
}

TEST_CASE("a chain that changes no value counts none") {
  const auto x = holed(20, 3);
  const auto f = fit(on::seq, standardize(), x);
  counts_as(f, x, {20, 0, 0, 0});
}

TEST_CASE("fills and clips, one after another, few rows and many, narrow and wide") {
  using size = std::pair<smelt::index, smelt::index>;
  for (const size& n : {size{1, 1}, {1, 64}, {7, 5}, {100, 13}, {20000, 3}, {5, 2048}, {5, 3000}}) {
    const smelt::index rows = n.first, cols = n.second;
    CAPTURE(rows);
    CAPTURE(cols);
    const auto x = holed(rows, cols);
    const auto columns = all_of(cols);
    counts_as(fit(on::seq, clean(fill::constant(1)) | clip(-2, 2), x), x,
              plain(x, {filling(1), clipping(-2, 2)}, columns));
    // What a fill puts there may be clipped; twice clipped is one value.
    counts_as(fit(on::seq, clip(-7, 7) | clean(fill::constant(100)) | clip(-5, 5), x), x,
              plain(x, {clipping(-7, 7), filling(100), clipping(-5, 5)}, columns), on::seq);
  }
}

TEST_CASE("rows that drop are counted, their values are not; marked rows are written") {
  const auto x = holed(5000, 6);
  const auto columns = all_of(6);
  const std::vector<step> first = {dropping(2), filling(1), clipping(-2, 2)};
  const auto drops_first =
      fit(on::seq, clean(drop::at_least(2), fill::constant(1)) | clip(-2, 2), x);
  counts_as(drops_first, x, plain(x, first, columns), on::seq);
  const std::vector<step> last = {filling(8), dropping_outside(-8, 7), clipping(-2, 2)};
  const auto drops_last =
      fit(on::seq, clean(fill::constant(8), drop::outside(-8, 7)) | clip(-2, 2), x);
  counts_as(drops_last, x, plain(x, last, columns));
  counts_marked(drops_last.values_only(), x, plain(x, last, columns, true, true));
  CHECK(plain(x, last, columns).dropped > 100);
  CHECK(plain(x, first, columns).filled > 100);
}

TEST_CASE("columns that leave are not counted, and others keep their own") {
  const auto x = holed(300, 5);
  counts_as(fit(on::seq, clean(fill::constant(1), drop::columns(columns{0, 3})) | clip(-2, 2), x),
            x, plain(x, {filling(1), clipping(-2, 2)}, {1, 2, 4}));
  counts_as(fit(on::seq, at(columns{2}, clean(fill::constant(1))) | clip(-2, 2), x), x,
            plain(x, {filling(1, 2), clipping(-2, 2)}, all_of(5)));
}

TEST_CASE("an infinity that comes out missing has not been filled; one that is meant is") {
  auto x = holed(300, 4);
  for (smelt::index r : {3, 77, 290}) x(r, r % 4) = r % 2 == 0 ? inf : -inf;
  const auto finite = holed(300, 4);
  const auto refuses = fit(on::seq, clean(fill::constant(1)) | clip(-2, 2), finite);
  counts_as(refuses, x, plain(x, {filling(1), clipping(-2, 2)}, all_of(4)), on::seq);
  CHECK(transform(std::nothrow, on::eigen, refuses, x, counted).infinities == 3);
  counts_as(fit(on::seq, clean(infinity::missing, fill::constant(1)) | clip(-2, 2), x), x,
            plain(x, {forgetting_infinity(), filling(1), clipping(-2, 2)}, all_of(4), false));
  counts_as(fit(on::seq, clean(infinity::keep, fill::constant(1)) | clip(-2, 2), x), x,
            plain(x, {filling(1), clipping(-2, 2)}, all_of(4), false));
}

TEST_CASE("after fitted stages: what lies beyond the fit's range") {
  const auto learned = holed(400, 3);
  auto later = holed(400, 3);
  for (smelt::index r = 0; r < 400; r += 7) later(r, 1) = r % 2 == 0 ? 30.0 : -30.0;
  const auto f = fit(on::seq, clean(fill::mean) | normalize(min_max{-1, 1}, clipped), learned);
  const auto open = fit(on::seq, clean(fill::mean) | normalize(min_max{-1, 1}), learned);
  const auto unclipped = transform(on::seq, open, later);
  changes_of right = plain(later, {filling(0)}, all_of(3));
  right.clipped = plain(unclipped, {clipping(-1, 1)}, all_of(3)).clipped;
  CHECK(right.clipped == 58);
  counts_as(f, later, right);
  // A row norm looks at the row as it was filled.
  const auto scaled =
      fit(on::seq, clean(fill::constant(1)) | normalize(l2) | clip(-0.5, 0.5), later);
  const auto lengths =
      transform(on::seq, fit(on::seq, clean(fill::constant(1)) | normalize(l2), later), later);
  right = plain(later, {filling(1)}, all_of(3));
  right.clipped = plain(lengths, {clipping(-0.5, 0.5)}, all_of(3)).clipped;
  CHECK(right.clipped > 0);
  counts_as(scaled, later, right, on::seq);
}

TEST_CASE("drawn rows, views of some rows, rows in place and rows of columns") {
  const auto x = holed(500, 4);
  const std::vector<step> steps = {filling(1), clipping(-2, 2)};
  const auto chain = clean(fill::constant(1)) | clip(-2, 2);
  const auto draws = fit(on::seq, chain | sample(take{100, seed{5}}), x);
  const auto bare = fit(on::seq, as_chain(sample(take{100, seed{5}})), x);
  counts_as(draws, x, plain(transform(on::seq, bare, x), steps, all_of(4)));
  const auto f = fit(on::seq, chain, x);
  const auto turned = smelt_test::laid_out<column_major>(x);
  on_threads([&](const auto& policy) {
    const auto some = x.row_range(100, 300);
    CHECK(counts_in(transform(std::nothrow, policy, f, some, counted)) ==
          plain(some, steps, all_of(4)));
    auto over = x;
    CHECK(counts_in(transform(std::nothrow, policy, f, in_place(over), counted)) ==
          plain(x, steps, all_of(4)));
    auto columns_over = turned;
    CHECK(counts_in(transform(std::nothrow, policy, f, in_place(columns_over), counted)) ==
          plain(x, steps, all_of(4)));
    CHECK(columns_over(7, 2) == over(7, 2));
  });
}

TEST_CASE("an op of the user's that says what it does is counted, also on some columns") {
  const auto x = holed(50, 2);
  changes_of right = plain(x, {}, all_of(2));
  for (smelt::index r = 0; r < 50; ++r) right.clipped += x(r, 1) > 2;
  counts_as(fit(on::seq, at(columns{1}, cap{}), x), x, right);
  for (smelt::index r = 0; r < 50; ++r) right.clipped += x(r, 0) > 2;
  counts_as(fit(on::seq, as_chain(cap{}), x), x, right);
  // What the fill of column 0 has left in column 1 is nobody's.
  counts_as(fit(on::seq, at(columns{0}, clean(fill::constant(1))) | zeroed{}, x), x,
            plain(x, {filling(1, 0)}, {0}));
}
