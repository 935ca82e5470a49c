// SPDX-License-Identifier: BSL-1.0
/// \file
/// Where smelt differs from scikit-learn on purpose: the rows of the README's table, with
/// scikit-learn's answer beside smelt's. Those that are edge cases are in semantics/.

#include <support/seen.hpp>
#include <support/sklearn.hpp>

#include <cstdint>

using namespace smelt;
using namespace smelt_test;

namespace {

double element(const std::string& key, smelt::index c) {
  return golden()(key)[static_cast<std::size_t>(c)];
}

}  // namespace

TEST_CASE("scaling: a product with the reciprocal, not a division") {
  const auto x = wine<double>();
  const auto y = fitted_and_made(normalize(max_abs), x).second;
  smelt::index theirs = 0;
  smelt::index other = 0;
  double most = 0.0;
  for (smelt::index c = 0; c < x.cols(); ++c) {
    const double scale = element("max_abs wine scale", c);
    for (const smelt::index r : {0, 59, 100, 177})
      theirs += x(r, c) / scale == element(message("max_abs wine row:", r), c);
    for (smelt::index r = 0; r < x.rows(); ++r) {
      other += y(r, c) != x(r, c) / scale;
      most = std::max(most, ulps(y(r, c), x(r, c) / scale));
    }
  }
  CHECK(theirs == 4 * 13);  // they divide
  CHECK(other > 0);
  CHECK(other < x.rows() * x.cols() / 3);
  CHECK(most == 1.0);
}

TEST_CASE("a nearly constant column keeps its deviation") {
  const auto x = golden().table("hard");  // column 1: 1, and once 1 + 2^-52
  CHECK(element("standard hard scale", 1) == 1.0);
  const auto f = fit(on::eigen, standardize(), x);
  CHECK(f.fired(0) == std::vector<smelt::index>{0, 3, 7});
  const auto y = transform(on::eigen, f, x);
  // No double lies at its mean: the nearest is 1.
  CHECK(f.number(0, 0, 1) == 1.0);
  CHECK(1.0 / f.number(0, 1, 1) == doctest::Approx(0x1p-52 * std::sqrt(8.0) / 9.0));
  CHECK(y(5, 1) == doctest::Approx(9.0 / std::sqrt(8.0)));
  CHECK(y(0, 1) == 0.0);
}

TEST_CASE("a constant column becomes 0 and not the rounding of its mean") {
  const auto x = golden().table("hard");  // column 0: 14.62
  CHECK(element("standard hard row:0", 0) == -0x1p-49);
  const auto y = fitted_and_made(standardize(), x).second;
  for (smelt::index r = 0; r < x.rows(); ++r) CHECK(same_bits(y(r, 0), 0.0));
}

TEST_CASE("small units: a range or magnitude of any size is one") {
  const auto x = golden().table("hard");  // column 4: 0, 1e-100, ..., 8e-100
  CHECK(element("min_max_0_1 hard scale", 4) == 1.0);
  CHECK(element("max_abs hard scale", 4) == 1.0);
  CHECK(element("min_max_0_1 hard row:5", 4) == 5e-100);
  CHECK(fitted_and_made(normalize(min_max{}), x).second(5, 4) == doctest::Approx(0.625));
  CHECK(fitted_and_made(normalize(max_abs), x).second(5, 4) == doctest::Approx(0.625));
}

TEST_CASE("the low end of a range is met exactly") {
  const auto x = wine<double>();
  smelt::index missed = 0;
  for (const double low : golden()("min_max_-1_1 wine low")) missed += low != -1.0;
  CHECK(missed == 4);
  CHECK(element("min_max_-1_1 wine low", 2) < -1.0);
  const auto y = fitted_and_made(normalize(min_max{-1, 1}), x).second;
  const auto z = fitted_and_made(standardize() | normalize(min_max{-1, 1}), x).second;
  for (smelt::index c = 0; c < x.cols(); ++c) {
    double low = y(0, c);
    double low_after = z(0, c);
    for (smelt::index r = 0; r < x.rows(); ++r) {
      low = std::min(low, y(r, c));
      low_after = std::min(low_after, z(r, c));
    }
    CHECK(low == -1.0);
    CHECK(low_after == -1.0);
  }
}

TEST_CASE("sums: smelt's mean and deviation of the digits are those of exact arithmetic") {
  const auto x = digits<std::uint8_t>();
  const auto f = fit(on::eigen, seen{}, x);
  double theirs = 0.0;
  double ours = 0.0;
  for (smelt::index c = 0; c < x.cols(); ++c) {
    std::int64_t sum = 0;
    std::int64_t squares = 0;
    for (smelt::index r = 0; r < x.rows(); ++r) {
      sum += x(r, c);
      squares += x(r, c) * x(r, c);
    }
    const auto n = static_cast<long double>(x.rows());
    const auto mean = static_cast<double>(static_cast<long double>(sum) / n);
    const auto deviation = static_cast<double>(
        std::sqrt(static_cast<long double>(x.rows() * squares - sum * sum)) / n);
    const column_facts seen_here = facts_of(f, c);
    CHECK(ulps(seen_here.mean, mean) <= 1);
    ours = std::max(ours, ulps(seen_here.deviation(), deviation));
    if (deviation > 0.0)
      theirs = std::max(theirs, ulps(element("standard digits scale", c), deviation));
  }
  CHECK(ours <= 2);
  CHECK(theirs > 200);
}

TEST_CASE("pieces: partial_fit has other digits, merged pieces have the bits of the whole") {
  smelt::index other = 0;
  for (smelt::index c = 0; c < 13; ++c)
    other += element("partial_fit wine var", c) != element("fit wine var", c);
  CHECK(other > 6);
  const auto x = wine<double>();
  const auto view = x.view();
  const auto whole = fit(on::eigen, standardize(), x);
  // The first 64 rows choose the shift.
  auto so_far = fit(on::eigen, standardize(), view.row_range(0, 64));
  for (smelt::index first = 64; first < x.rows(); first += 17)
    so_far = merge(
        so_far, fit(on::eigen, standardize(), view.row_range(first, std::min(first + 17, x.rows())),
                    continues(so_far)));
  CHECK(so_far == whole);
}

TEST_CASE("SimpleImputer drops an empty column silently; fill::mean names it") {
  auto x = golden().table("holes");
  for (smelt::index r = 0; r < x.rows(); ++r) x(r, 2) = gone;
  CHECK(golden()("impute_empty given columns")[0] == 5.0);
  CHECK_THROWS_WITH_AS(fit(on::eigen, fill::mean, x),
                       "fill::mean: column 2 has no value to take a mean of", value_error);
  // Leaving it out is said in so many words.
  CHECK(fitted_and_made(drop::missing_columns | fill::mean, x).second.cols() == 5);
}

TEST_CASE("a row norm leaves missing values out of the norm, and keeps them") {
  CHECK(golden()("norm_of_missing given refused")[0] == 1.0);
  const auto y = fitted_and_made(normalize(l2), rows({{3, gone, 4}})).second;
  CHECK(difference(y, {{0.6, gone, 0.8}}) == "");
}

TEST_CASE("float rows: norms are taken in double") {
  for (const int exponent : {30, -30}) {
    const auto one = [&](const char* norm, smelt::index c) {
      return element(message("float_", norm, " e", exponent, " row:0"), c);
    };
    const auto size = static_cast<float>(exponent > 0 ? 1e30 : 1e-30);
    const auto x = rows<float>({{3.0f * size, 4.0f * size}});
    if (exponent > 0) CHECK(one("l2", 0) == 0.0);  // the sum of squares is infinite
    if (exponent < 0) CHECK(one("l2", 0) == doctest::Approx(3e-30));  // it is 0: not scaled
    if (exponent < 0) CHECK(one("l1", 0) == doctest::Approx(3e-30));
    const auto y = fitted_and_made(normalize(l2), x).second;
    CHECK(ulps(y(0, 0), 0.6f) <= 1);
    CHECK(ulps(y(0, 1), 0.8f) <= 1);
    CHECK(ulps(fitted_and_made(normalize(l1), x).second(0, 1), static_cast<float>(4.0 / 7)) <= 1);
  }
}

TEST_CASE("float tables: one rounding at the end, not one after each step") {
  const auto x = wine<float>();
  const auto y = fitted_and_made(normalize(min_max{-1, 1}), x).second;
  double theirs = 0.0;
  double ours = 0.0;
  bool beyond = false;
  for (const auto& [row, numbers] : golden().all("min_max_-1_1_in_float wine row:"))
    for (smelt::index c = 0; c < x.cols(); ++c) {
      const double exact = element("min_max_-1_1_of_float wine row:" + row, c);
      const double number = numbers[static_cast<std::size_t>(c)];
      theirs = std::max(theirs, std::abs(number - exact));
      ours = std::max(ours, std::abs(static_cast<double>(y(std::stol(row), c)) - exact));
      beyond = beyond || number < -1.0;
    }
  CHECK(beyond);  // below the range that was asked for
  CHECK(theirs > 0x1p-23);
  CHECK(ours <= 0x1p-25);
}

TEST_CASE(
    "values whose squares are too large for double: the whole column is missing, and no other") {
  const auto x = golden().table("huge");
  CHECK(missing(element("huge_standard given row:0", 0)));
  CHECK(element("huge_standard given row:1", 2) == 1e200);  // taken for constant
  const auto f = fit(on::eigen, standardize(), x);
  CHECK(f.fired(0).empty());  // its deviation is not 0
  const auto y = transform(on::eigen, f, x);
  for (smelt::index r = 0; r < 3; ++r) {
    CHECK(missing(y(r, 0)));
    CHECK(missing(y(r, 2)));
    CHECK(ulps(y(r, 1), element(message("huge_standard given row:", r), 1)) <= 4);
  }
}

TEST_CASE("three parts: one call, largest remainder") {
  const auto sizes = [](smelt::index n) {
    static const double cell = 0.0;
    const auto parts =
        split<struct three_way>(matrix_view<const double>(&cell, n, 1, 0, 1),
                                {.train = 0.6, .validation = 0.2, .test = 0.2}, seed{1});
    return std::array<double, 3>{static_cast<double>(parts.train.rows()),
                                 static_cast<double>(parts.validation.rows()),
                                 static_cast<double>(parts.test.rows())};
  };
  // 11 rows: 6.6, 2.2 and 2.2.
  CHECK(golden()("two_calls 11 sizes") == std::vector<double>{6, 2, 3});
  CHECK(sizes(11) == std::array<double, 3>{7, 2, 2});
  for (const smelt::index n : {5, 14, 23, 101, 1797}) {
    const auto made = sizes(n);
    CHECK(made[0] + made[1] + made[2] == static_cast<double>(n));
    const double shares[] = {0.6, 0.2, 0.2};
    for (std::size_t p = 0; p < 3; ++p)
      CHECK(std::abs(made[p] - shares[p] * static_cast<double>(n)) < 1.0);
  }
}

TEST_CASE("two fractions that add up to 1 leave no row out") {
  static const double cell = 0.0;
  int lost = 0;
  for (const auto& line : golden().all("split_both ")) {
    const auto& numbers = line.second;
    std::istringstream words(line.first);
    smelt::index n = 0;
    double train = 0.0;
    words >> n >> train;
    const double test = numbers[0];
    const auto parts = split<struct both_given>(matrix_view<const double>(&cell, n, 1, 0, 1),
                                                {.train = train, .test = test}, seed{1});
    CAPTURE(line.first);
    CHECK(static_cast<double>(parts.test.rows()) == numbers[2]);
    if (train + test > 0.999) {
      lost += numbers[1] + numbers[2] < static_cast<double>(n);
      CHECK(parts.train.rows() + parts.test.rows() == n);
    } else {
      CHECK(static_cast<double>(parts.train.rows()) == numbers[1]);
    }
  }
  CHECK(lost >= 2);  // such as 0.29 and 0.71 of 100 rows: 28 and 71
}

TEST_CASE(
    "an infinity in a transform: its element is missing, the pass completes, then it throws") {
  CHECK(golden()("infinity given refused")[0] == 1.0);
  const auto f = fit(on::eigen, normalize(min_max{}), rows({{0, 0}, {4, 8}}));
  const auto x = rows({{1, 2}, {endless, 4}, {3, 8}});
  table<double> y(3, 2);
  CHECK_THROWS_AS(transform(on::eigen, f, x, y.view()), value_error);
  CHECK(difference(y, {{0.25, 0.25}, {gone, 0.5}, {0.75, 1}}) == "");
}
