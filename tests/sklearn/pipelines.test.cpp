// SPDX-License-Identifier: BSL-1.0
/// \file
/// Pipelines of scikit-learn and pandas as chains, row norms, rules for rows and columns, and the
/// sizes of train_test_split.

#include <support/sklearn.hpp>

#include <sstream>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("SimpleImputer, then StandardScaler: one read") {
  const auto x = penguins<double>();
  constexpr auto stages = clean(fill::mean) | standardize();
  static_assert(plan_of<decltype(stages)>.fit_passes == 1);
  const auto [f, y] = fitted_and_made(stages, x);
  compare_columns("impute_standard penguins fill", 4,
                  [&f = f](smelt::index c) { return f.number(0, 0, c); });
  compare_columns("impute_standard penguins mean", 4,
                  [&f = f](smelt::index c) { return f.number(1, 0, c); });
  compare_columns("impute_standard penguins scale", 4,
                  [&f = f](smelt::index c) { return 1.0 / f.number(1, 1, c); });
  compare_rows("impute_standard penguins", y, of_size_one);
}

TEST_CASE("longer pipelines, one read each") {
  const auto one_read = [](const std::string& name, const auto& stages, const auto& x) {
    static_assert(plan_of<decltype(stages)>.fit_passes == 1);
    compare_rows(name, fitted_and_made(stages, x).second, of_size_one);
  };
  const auto birds = penguins<double>();
  one_read("impute_standard_min_max penguins",
           fill::mean | standardize() | normalize(min_max{-1, 1}), birds);
  one_read("constant_min_max_l2 penguins",
           fill::constant(-1) | normalize(min_max{}) | normalize(l2), birds);
  one_read("four_stages wine", standardize() | normalize(min_max{}) | standardize() | normalize(l2),
           wine<double>());
}

TEST_CASE("MinMaxScaler with clip, fitted on 60 rows") {
  const auto x = wine<double>();
  const auto f = fit(on::eigen, normalize(min_max{-1, 1}, clipped), x.row_range(0, 60));
  compare_rows("min_max_clip wine", transform(on::eigen, f, x), of_size_one);
}

TEST_CASE("Normalizer: l1, l2, max") {
  const auto check = [](const std::string& on, const table<double>& x) {
    compare_rows("l1 " + on, fitted_and_made(normalize(l1), x).second, exactly);
    compare_rows("l2 " + on, fitted_and_made(normalize(l2), x).second, exactly);
    compare_rows("max " + on, fitted_and_made(normalize(largest), x).second, exactly);
  };
  check("wine", wine<double>());
  check("digits", digits<double>());
}

TEST_CASE("VarianceThreshold, then StandardScaler: digits lose three columns") {
  const auto x = digits<double>();
  const auto [f, y] = fitted_and_made(drop::constant_columns | standardize(), x);
  const auto& kept = golden()("constant_columns digits kept");
  REQUIRE(f.kept_columns().size() == kept.size());
  CHECK(kept.size() == 61);
  for (std::size_t k = 0; k < kept.size(); ++k)
    CHECK(static_cast<double>(f.kept_columns()[k]) == kept[k]);
  compare_rows("constant_columns digits", y, of_size_one);
}

TEST_CASE("dropna, then StandardScaler: 342 penguins") {
  const auto [f, y] = fitted_and_made(clean(drop::any) | standardize(), penguins<double>());
  CHECK(static_cast<double>(y.rows()) == golden()("dropna_standard penguins rows")[0]);
  CHECK(f.rows() == 342);
  compare_columns("dropna_standard penguins mean", 4,
                  [&f = f](smelt::index c) { return f.number(1, 0, c); });
  compare_columns("dropna_standard penguins scale", 4,
                  [&f = f](smelt::index c) { return 1.0 / f.number(1, 1, c); });
  compare_rows("dropna_standard penguins", y, of_size_one);
}

TEST_CASE("dropna by the number of missing values: as many rows stay") {
  const auto x = golden().table("holes");
  REQUIRE(x.rows() == 10);
  const auto rows_left = [&](auto rule) {
    return static_cast<double>(fitted_and_made(rule, x).second.rows());
  };
  CHECK(rows_left(drop::any) == golden()("holes given rows:1")[0]);
  for (smelt::index n = 1; n <= 6; ++n)
    CHECK(rows_left(drop::at_least(n)) == golden()(message("holes given rows:", n))[0]);
  CHECK(rows_left(drop::all) == golden()("holes given rows:all")[0]);
}

TEST_CASE("the sizes of train_test_split") {
  // A view of n rows needs no n elements: its rows lie on one another.
  static const double cell = 0.0;
  int compared = 0;
  int refused = 0;
  for (const auto& line : golden().all("split ")) {
    const auto& sizes = line.second;
    std::istringstream words(line.first);
    smelt::index n = 0;
    double test = 0.0;
    words >> n >> test;
    const matrix_view<const double> x(&cell, n, 1, 0, 1);
    const auto parts = [&] {
      return split<struct sizes_split>(x, {.train = 1.0 - test, .test = test}, in_order);
    };
    CAPTURE(line.first);
    ++compared;
    if (sizes[0] == 0.0) {
      CHECK_THROWS_AS(parts(), value_error);
      ++refused;
      continue;
    }
    const auto made = parts();
    CHECK(static_cast<double>(made.train.rows()) == sizes[0]);
    CHECK(static_cast<double>(made.test.rows()) == sizes[1]);
  }
  CHECK(compared == 840);
  CHECK(refused == 45);
}
