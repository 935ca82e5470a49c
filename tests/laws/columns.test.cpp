// SPDX-License-Identifier: BSL-1.0
/// \file
/// Laws of columns: whatever other columns are present, a column's numbers and results have the
/// same bits. Row norms see the whole row, and are held to the oracle instead.

#include <support/laws.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// The chosen columns of a table, in the given order.
table<double> picked_columns(const table<double>& x, const std::vector<smelt::index>& columns) {
  table<double> made(x.rows(), static_cast<smelt::index>(columns.size()));
  for (smelt::index r = 0; r < x.rows(); ++r)
    for (std::size_t k = 0; k < columns.size(); ++k)
      made(r, static_cast<smelt::index>(k)) = x(r, columns[k]);
  return made;
}
std::vector<smelt::index> all_but(smelt::index cols, smelt::index left_out) {
  std::vector<smelt::index> columns;
  for (smelt::index c = 0; c < cols; ++c)
    if (c != left_out) columns.push_back(c);
  return columns;
}

const auto scaled = fill::mean | standardize() | normalize(min_max{-1, 1}) | clip(-0.75, 0.875) |
                    normalize(max_abs);
oracle::chain oracle_of_scaled() {
  oracle::chain c;
  c.then(oracle::fill_mean{}).then(oracle::standardize{}).then(oracle::min_max{-1, 1});
  c.then(oracle::clip{-0.75, 0.875}).then(oracle::max_abs{});
  return c;
}

/// All numbers of a fitted `scaled` for one column.
template <class Fitted>
std::vector<double> numbers(const Fitted& f, smelt::index c) {
  std::vector<double> made = {f.number(0, 0, c)};
  for (const std::size_t stage : {1u, 2u, 4u})
    for (int k = 0; k < 3; ++k) made.push_back(f.number(stage, k, c));
  return made;
}

/// The fit and the result of some columns, alone and among the others.
void check_alone(const everywhere& on, const table<double>& x,
                 const std::vector<smelt::index>& columns) {
  const auto among = on.fit(scaled, x);
  const auto some = picked_columns(x, columns);
  const auto alone = on.fit(scaled, some);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    CAPTURE(columns[k]);
    CHECK(numbers(alone, static_cast<smelt::index>(k)) == numbers(among, columns[k]));
  }
  CHECK(difference(on.transform(alone, some), picked_columns(on.transform(among, x), columns)) ==
        "");
}

}  // namespace

TEST_CASE("a column left out of the table changes no bit of the others") {
  const everywhere on;
  for (const auto& shape : law_shapes) {
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    for (smelt::index c = 0; c < shape.cols && shape.cols > 1; ++c)
      check_alone(on, x, all_but(shape.cols, c));
    for (smelt::index c = 0; c < shape.cols; ++c) check_alone(on, x, {c});
    CHECK(problem(oracle_of_scaled().fit(sheet_of(x)).transform(sheet_of(x)), on(scaled, x)) == "");
  }
}

TEST_CASE("columns in another order, results in that order") {
  const everywhere on;
  for (const auto& shape : law_shapes)
    check_alone(on, mixed(shape), shuffled_rows(shape.cols, shape.seed));
}

TEST_CASE("a difficult neighbour changes nothing") {
  const everywhere on;
  const law_shape shape{2500, 9, 7};
  auto x = mixed(shape);
  // A column that begins late makes the fold run twice; another overflows; a third is all but
  // empty.
  for (smelt::index r = 0; r < shape.rows; ++r) {
    x(r, 1) = r < 1500 ? gone : 1e12 + static_cast<double>(r % 3);
    x(r, 4) = (r % 2 == 0 ? 1e300 : -1e300) * (1.0 + x(r, 4));
    x(r, 8) = r == 2400 ? 5.0 : gone;
  }
  CHECK(on.fit(scaled, x).repeated_passes() == 1);
  const std::vector<smelt::index> others = {0, 2, 3, 5, 6, 7};
  const auto quiet = picked_columns(x, others);
  CHECK(on.fit(scaled, quiet).repeated_passes() == 0);
  check_alone(on, x, others);
}

TEST_CASE("columns dropped by a stage are columns that were never there") {
  const everywhere on;
  for (const law_shape& shape : {law_shape{700, 8, 3}, law_shape{1025, 13, 5}}) {
    CAPTURE(shape.cols);
    const auto x = mixed(shape);
    for (const smelt::index c : {smelt::index{0}, smelt::index{4}, shape.cols - 1}) {
      CAPTURE(c);
      const auto rest = picked_columns(x, all_but(shape.cols, c));
      CHECK(difference(on(drop::columns(columns{c}) | scaled, x), on(scaled, rest)) == "");
    }
    // Column 4, and column 10 where there is one, hold one value.
    std::vector<smelt::index> rest = all_but(shape.cols, 4);
    std::erase(rest, 10);
    const auto f = on.fit(drop::constant_columns | standardize(), x);
    CHECK(f.kept_columns() == rest);
    CHECK(difference(on.transform(f, x), on(standardize(), picked_columns(x, rest))) == "");
    // The tree of a row's sum has a hole where the column was.
    oracle::chain exact;
    exact.then(oracle::drop_constant_columns{}).then(oracle::row_norm{2});
    CHECK(problem(exact.fit(sheet_of(x)).transform(sheet_of(x)),
                  on(drop::constant_columns | normalize(l2), x)) == "");
  }
}

TEST_CASE("at(columns): the chosen ones as if alone, the others as they were") {
  const everywhere on;
  const auto x = mixed({1025, 8, 5});
  const std::vector<smelt::index> chosen = {1, 3, 6};
  const auto y = on(at(columns(chosen), scaled), x);
  CHECK(difference(picked_columns(y, chosen), on(scaled, picked_columns(x, chosen))) == "");
  const std::vector<smelt::index> others = {0, 2, 4, 5, 7};
  CHECK(difference(picked_columns(y, others), picked_columns(x, others)) == "");
}
