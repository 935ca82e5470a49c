// SPDX-License-Identifier: BSL-1.0

/// \file
/// Counts of present and missing values: exact, and carried through whatever stands between.

#include <smelt/statistics/tally.hpp>

#include <support/on_both.hpp>

#include <vector>

namespace {

using namespace smelt;

/// The numbers of this stage are the counts: 0 the present values, 1 the missing ones.
struct counts_t {
  static constexpr effect does = effect::affine;
  using needs = statistics<tally>;
  template <class Slot>
  affine solve(const Slot& s) const {
    return {static_cast<double>(s.counts.present), static_cast<double>(s.counts.missing), 0.0};
  }
};

/// The same beside a mean, which a fold needs too.
struct counts_and_mean_t : counts_t {
  using needs = statistics<moments>;
};

tally::value noted(const std::vector<double>& values) {
  double f[2] = {tally::identity(0), 1e6};  // of which one is its own
  for (double x : values) tally::note<double, bool>(f, x, 0.0, !missing(x));
  CHECK(f[1] == 1e6);
  return tally::finish(f, 0.0, static_cast<smelt::index>(values.size()));
}

}  // namespace

TEST_CASE("tally counts what is there and what is not") {
  const double gone = missing_value<double>;
  const auto none = noted({});
  CHECK(none.present == 0);
  CHECK(none.missing == 0);
  const auto some = noted({1.0, gone, -0.0, gone, gone, 7.0});
  CHECK(some.present == 3);
  CHECK(some.missing == 3);
}

TEST_CASE("merging counts is addition, whatever the grouping") {
  const double parts[] = {0.0, 1.0, 1023.0, 0x1p40, 5.0};
  for (double a : parts)
    for (double b : parts)
      for (double c : parts) {
        double left[1] = {a};
        double right[1] = {b};
        tally::merge(left, &b);
        tally::merge(left, &c);
        tally::merge(right, &c);
        tally::merge(right, &a);
        CHECK(left[0] == a + b + c);
        CHECK(right[0] == left[0]);
      }
}

TEST_CASE("fill turns missing into present") {
  auto v = noted({1.0, missing_value<double>, missing_value<double>});
  tally::fill(v, 3.0, 2, 1);
  CHECK(v.present == 3);
  CHECK(v.missing == 0);
}

TEST_CASE("lines and increasing functions change no count") {
  auto v = noted({1.0, missing_value<double>});
  tally::along(v, affine{1.0, -2.0, 3.0});
  tally::monotone(v, [](double x) { return x; });
  CHECK(v.present == 1);
  CHECK(v.missing == 1);
}

TEST_CASE("pooled counts add up") {
  auto v = noted({1.0, missing_value<double>});
  tally::pool(v, noted({1.0, 2.0, 3.0, missing_value<double>, missing_value<double>}));
  CHECK(v.present == 4);
  CHECK(v.missing == 3);
}

TEST_CASE("a fit counts every column, across leaves, before and after a fill and a drop") {
  constexpr smelt::index rows = 2500;
  table<float> x(rows, 9);
  std::vector<smelt::index> present(9);
  smelt::index whole = 0;
  for (smelt::index r = 0; r < rows; ++r) {
    bool complete = true;
    for (smelt::index c = 0; c < 9; ++c) {
      const bool hole = c > 0 && (r * 7 + c * 13) % (11 * c) == 0;
      x(r, c) = hole ? missing_value<float> : static_cast<float>(r % 10);
      present[static_cast<std::size_t>(c)] += !hole;
      complete = complete && !hole;
    }
    whole += complete;
  }
  REQUIRE(whole > 0);
  REQUIRE(whole < rows);
  const auto f = smelt_test::fitted_on_both(counts_t{}, x.view());
  const auto filled = smelt_test::fitted_on_both(clean(fill::mean) | counts_and_mean_t{}, x.view());
  const auto dropped = smelt_test::fitted_on_both(clean(drop::any) | counts_t{}, x.view());
  for (smelt::index c = 0; c < 9; ++c) {
    const auto some = static_cast<double>(present[static_cast<std::size_t>(c)]);
    CHECK(f.number(0, 0, c) == some);
    CHECK(f.number(0, 1, c) == static_cast<double>(rows) - some);
    CHECK(filled.number(1, 0, c) == static_cast<double>(rows));
    CHECK(filled.number(1, 1, c) == 0.0);
    CHECK(dropped.number(1, 0, c) == static_cast<double>(whole));
    CHECK(dropped.number(1, 1, c) == 0.0);
  }
  CHECK(dropped.rows() == whole);
}
