// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of rows: their order, their number, and where a table is cut.

#include <support/laws.hpp>

#include <numeric>  // std::accumulate

using namespace smelt;
using namespace smelt_test;

namespace {

// Every kind of stage that leaves rows where they are, and a chain that drops some.
const auto values =
    fill::mean | standardize() | normalize(min_max{-1, 1}) | clip(-0.75, 0.875) | normalize(l2);
oracle::chain oracle_of_values() {
  oracle::chain c;
  c.then(oracle::fill_mean{}).then(oracle::standardize{});
  c.then(oracle::min_max{-1, 1}).then(oracle::clip{-0.75, 0.875}).then(oracle::row_norm{2});
  return c;
}
const auto drops = drop::any | standardize(ddof{1});
oracle::chain oracle_of_drops() {
  const double far = std::numeric_limits<double>::infinity();
  oracle::chain c;
  c.then(oracle::drop_rows{true, -far, far}).then(oracle::standardize{1});
  return c;
}

/// Two summaries of the same values: counts and extrema by their bits, mean and deviation apart by
/// `means` and `deviations` units of the last place.
void check_facts(const column_facts& a, const column_facts& b, double means, double deviations) {
  CHECK(a.present == b.present);
  CHECK(a.missing == b.missing);
  CHECK(same_bits(a.lowest, b.lowest));
  CHECK(same_bits(a.highest, b.highest));
  // A mean near 0 is the difference of numbers as large as the deviation.
  const double size = std::max(std::abs(a.mean), a.deviation());
  CHECK(units(a.mean, b.mean, size) <= means);
  CHECK(units(a.deviation(), b.deviation(), a.deviation()) <= deviations);
}
/// Where the sums are exact, a deviation has been rounded in its product, quotient, difference,
/// second quotient and root: by 2.1 units at most, so that two of them are 4 apart.
void check_exact_sums(const column_facts& a, const column_facts& b) { check_facts(a, b, 1, 4); }
/// Elsewhere the oracle bounds what rounding may do.
void check_sums(const column_facts& a, const column_facts& b, const oracle::facts& exact) {
  const double size = std::max(std::abs(a.mean), a.deviation());
  check_facts(a, b, 2 * exact.mean_error / (oracle::unit * size) + 2,
              a.deviation() > 0.0
                  ? 2 * exact.deviation_error(0) / (oracle::unit * a.deviation()) + 2
                  : 0.0);
}
/// One summary against the oracle.
void check_oracle(const column_facts& a, const oracle::facts& exact) {
  CHECK(a.present == exact.count);
  CHECK(a.lowest == oracle::rounded(exact.lowest));
  CHECK(a.highest == oracle::rounded(exact.highest));
  CHECK(std::abs(a.mean - oracle::rounded(exact.mean)) <=
        exact.mean_error + oracle::unit * std::abs(a.mean));
  CHECK(std::abs(a.deviation() - oracle::rounded(exact.deviation(0))) <=
        exact.deviation_error(0) + oracle::unit * a.deviation());
}
oracle::facts exact_facts(const table<double>& x, smelt::index c) {
  const auto column = static_cast<std::size_t>(c);
  return oracle::measure(sheet_of(x), column, column + 1);
}

}  // namespace

TEST_CASE("permuted rows, permuted results") {
  const everywhere on;
  for (const auto& shape : law_shapes) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto order = shuffled_rows(shape.rows, shape.seed);
    const auto moved = picked(x, order);
    {
      const auto f = on.fit(values, x);
      const auto y = on.transform(f, x);
      CHECK(difference(on.transform(f, moved), picked(y, order)) == "");
      CHECK(problem(oracle_of_values().fit(sheet_of(x)).transform(sheet_of(x)), y) == "");
    }
    {
      const auto f = on.fit(drops, x);
      // Which rows stay, and where they come out.
      std::vector<smelt::index> place(static_cast<std::size_t>(shape.rows), -1);
      smelt::index kept = 0;
      const auto stays = [&](smelt::index r) {
        for (smelt::index c = 0; c < shape.cols; ++c)
          if (missing(x(r, c))) return false;
        return true;
      };
      for (smelt::index r = 0; r < shape.rows; ++r)
        if (stays(r)) place[static_cast<std::size_t>(r)] = kept++;
      row_order kept_order;
      for (const smelt::index r : order)
        if (place[static_cast<std::size_t>(r)] >= 0)
          kept_order.push_back(place[static_cast<std::size_t>(r)]);
      const auto y = on.transform(f, x);
      CHECK(y.rows() == kept);
      CHECK(difference(on.transform(f, moved), picked(y, kept_order)) == "");
      CHECK(problem(oracle_of_drops().fit(sheet_of(x)).transform(sheet_of(x)), y) == "");
    }
  }
}

TEST_CASE("permuted rows, the same statistics") {
  const everywhere on;
  for (const auto& shape : law_shapes) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto steps = grid(shape);
    const auto f = on.fit(seen{}, x);
    const auto g = on.fit(seen{}, steps);
    for (smelt::index c = 0; c < shape.cols; ++c) {
      check_oracle(facts_of(f, c), exact_facts(x, c));
      check_oracle(facts_of(g, c), exact_facts(steps, c));
    }
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const auto order = shuffled_rows(shape.rows, seed);
      const auto moved_f = on.fit(seen{}, picked(x, order));
      const auto moved_g = on.fit(seen{}, picked(steps, order));
      for (smelt::index c = 0; c < shape.cols; ++c) {
        CAPTURE(c);
        check_sums(facts_of(f, c), facts_of(moved_f, c), exact_facts(x, c));
        check_exact_sums(facts_of(g, c), facts_of(moved_g, c));
      }
    }
  }
}

TEST_CASE("every row twice: the same mean, deviation, minimum and maximum") {
  const everywhere on;
  const auto doubled = [](column_facts f) {
    f.present *= 2;
    f.missing *= 2;
    f.m2 *= 2;
    return f;
  };
  for (const auto& shape : law_shapes) {
    CAPTURE(shape.rows);
    row_order once;
    for (smelt::index r = 0; r < shape.rows; ++r) once.push_back(r);
    row_order after = once;
    after.insert(after.end(), once.begin(), once.end());
    row_order beside;
    for (const smelt::index r : once) beside.insert(beside.end(), {r, r});

    const auto x = mixed(shape);
    const auto steps = grid(shape);
    const auto f = on.fit(seen{}, x);
    const auto f_after = on.fit(seen{}, picked(x, after));
    const auto f_beside = on.fit(seen{}, picked(x, beside));
    const auto g = on.fit(seen{}, steps);
    const auto g_after = on.fit(seen{}, picked(steps, after));
    const auto g_beside = on.fit(seen{}, picked(steps, beside));
    for (smelt::index c = 0; c < shape.cols; ++c) {
      CAPTURE(c);
      check_sums(doubled(facts_of(f, c)), facts_of(f_after, c), exact_facts(x, c));
      check_sums(doubled(facts_of(f, c)), facts_of(f_beside, c), exact_facts(x, c));
      check_exact_sums(doubled(facts_of(g, c)), facts_of(g_beside, c));
      // The shift is chosen from 64 rows; with the same one, twice exact sums are all there is.
      if (shape.rows >= 64) CHECK(doubled(facts_of(g, c)) == facts_of(g_after, c));
      // The right half of the tree is the left half again.
      if (shape.rows == 1024) CHECK(doubled(facts_of(f, c)) == facts_of(f_after, c));
    }
  }
}

TEST_CASE("a table transformed in slices is the table transformed") {
  const everywhere on;
  for (const auto& shape : law_shapes) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto f = on.fit(values, x);
    const auto whole = on.transform(f, x);
    for (const smelt::index size : {1, 7, 64, 1000}) {
      if (size == 1 && shape.rows > 1000) continue;
      table<double> made(shape.rows, shape.cols);
      for (smelt::index first = 0; first < shape.rows; first += size) {
        const smelt::index last = std::min(first + size, shape.rows);
        const auto slice = on.transform(f, x.row_range(first, last));
        for (smelt::index r = first; r < last; ++r)
          for (smelt::index c = 0; c < shape.cols; ++c) made(r, c) = slice(r - first, c);
      }
      CHECK(difference(made, whole) == "");
    }
  }
}
