// SPDX-License-Identifier: BSL-1.0
/// \file
/// Weights as whole numbers, and alias tables that give each row exactly its shares.

#include <smelt/plan/alias_table.hpp>

#include <doctest/doctest.h>

#include <smelt/core/adapt.hpp>

#include <cstdint>
#include <limits>
#include <vector>

using namespace smelt;

namespace {

using whole = std::vector<std::uint64_t>;

template <class T>
whole_weights made_of(const std::vector<T>& weights) {
  status found;
  const auto column = as_column(weights);
  auto made = weights_of(column, row_map(column.size()), found);
  if (!found) CHECK((made.counts.empty() || made.total == 0));  // nothing half made is handed over
  found.raise();
  return made;
}

/// The shares of each row over all columns must be n times its count.
void check_table(const whole& counts) {
  const whole_weights weights = made_of(counts);
  const alias_table table(weights);
  REQUIRE(table.columns.size() == counts.size());
  std::vector<unsigned long long> low(counts.size());
  std::vector<unsigned long long> high(counts.size());
  auto give = [&](std::size_t row, std::uint64_t shares) {
    low[row] += shares;
    high[row] += low[row] < shares;
  };
  for (std::size_t i = 0; i < counts.size(); ++i) {
    REQUIRE(table.columns[i].own <= table.total);
    give(i, table.columns[i].own);
    give(static_cast<std::size_t>(table.columns[i].alias), table.total - table.columns[i].own);
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    CHECK(low[i] == counts[i] * counts.size());
    CHECK(high[i] == detail::high_product(counts[i], counts.size()));
  }
}

}  // namespace

TEST_CASE("each row has exactly its shares") {
  check_table({1});
  check_table({5, 5, 5});
  check_table({1, 2, 5});
  check_table({0, 0, 7, 0});
  check_table({1, (std::uint64_t{1} << 62) - 9, 3, 4});
  check_table({1, (std::uint64_t{1} << 62) - 20, 3, 4, 5});  // more than 64 bits of shares
  const std::uint64_t half = std::uint64_t{1} << 61;
  check_table({1, 1, 1, 1, 1, 1, 1, 1, half - 100, half});
  check_table({4, 1, 3});  // what is left of row 0 is one share short of a column
  check_table({(std::uint64_t{1} << 61), 1, (std::uint64_t{1} << 60)});
  whole many;
  for (std::uint64_t i = 0; i < 1000; ++i)
    many.push_back(bounded(seed{3}, i, 99, 0, i % 7 == 0 ? 3 : std::uint64_t{1} << (i % 50)));
  check_table(many);
}

TEST_CASE("integers stay, floating-point weights keep their proportions") {
  CHECK(made_of(std::vector<int>{3, 0, 1}).counts == whole{3, 0, 1});
  CHECK(made_of(std::vector<int>{3, 0, 1}).positive == 2);
  // A sum of 1 is scaled to 2^61: a quarter, a half and three quarters of a share.
  CHECK(made_of(std::vector<double>{1.0, 0x1p-63, 0x1p-62, 0x3p-63}).counts ==
        whole{std::uint64_t{1} << 61, 0, 1, 1});
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  CHECK(made_of(std::vector<std::int64_t>{large, 1}).counts[0] == std::uint64_t{1} + (std::uint64_t{1} << 53));
  const auto made = made_of(std::vector<double>{0.25, 0.5, 1e-300, missing_value<double>, 3.0});
  CHECK(made.counts[1] == 2 * made.counts[0]);
  CHECK(made.counts[4] == 12 * made.counts[0]);
  CHECK(made.counts[2] == 0);
  CHECK(made.counts[3] == 0);
  CHECK(made.positive == 3);
  CHECK(made.total >= std::uint64_t{1} << 61);
  CHECK(made.total <= std::uint64_t{1} << 62);
  CHECK(made_of(std::vector<float>{1e-40f, 3e-40f}).positive == 2);
}

TEST_CASE("weights that are none") {
  const double infinite = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(made_of(std::vector<double>{1.0, -2.0}),
                       "the weight of row 1 is -2: it must be finite and not negative", value_error);
  CHECK_THROWS_WITH_AS(made_of(std::vector<double>{infinite}),
                       "the weight of row 0 is inf: it must be finite and not negative",
                       value_error);
  CHECK_THROWS_WITH_AS(made_of(std::vector<int>{1, 1, -1}),
                       "the weight of row 2 is -1: it must be finite and not negative", value_error);
  CHECK_THROWS_WITH_AS(made_of(std::vector<double>{0.0, missing_value<double>}),
                       "of 2 rows none has a weight above 0", value_error);
  CHECK_THROWS_WITH_AS(made_of(std::vector<double>{1e308, 1e308}), "the weights add up to infinity",
                       value_error);
  status found;
  const std::vector<double> large{1e308, 1e308};
  CHECK(weights_of(as_column(large), row_map(2), found).counts.empty());
  CHECK_THROWS_WITH_AS(
      made_of(std::vector<std::int64_t>{std::int64_t{1} << 62, 1}),
      "the weights up to row 1 add up to more than 2^62", value_error);
}
