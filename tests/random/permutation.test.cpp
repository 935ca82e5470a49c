// SPDX-License-Identifier: BSL-1.0

/// \file
/// The keyed permutation: a bijection for every size, the same in batches, the same for ever, and
/// as random as its statistics can tell. Pinned values were computed by a separate program.
///
/// Seeds are fixed, so that a figure is the same in every run. Every figure is a deviate of a
/// normal variable and fails above `limit`, chosen before any figure was seen.

#include <smelt/random/permutation.hpp>

#include <doctest/doctest.h>

#include <algorithm>  // std::max, std::min
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>  // std::size
#include <type_traits>
#include <vector>

namespace {

using namespace smelt;

static_assert(std::is_trivially_copyable_v<permutation>);
static_assert(permutation(seed{7}, 0, 10)(0) == 5, "permutations run at compile time");
static_assert(permutation(seed{7}, 0, 10).inverse(5) == 0);

/// One-sided 0.001 over 64 figures.
constexpr double limit = 4.16;

constexpr index power(int bits) { return index{1} << bits; }

std::size_t at(index i) { return static_cast<std::size_t>(i); }

/// p(0), ..., p(n - 1).
std::vector<index> order_of(const permutation& p) {
  std::vector<index> order(at(p.size()));
  p.evaluate(0, p.size(), order.data());
  return order;
}

/// Rows for which p is no bijection of [0, n), or the inverse or the batches disagree with it.
index mistakes(const permutation& p) {
  const index n = p.size();
  std::vector<char> seen(at(n), 0);
  std::vector<index> order(at(n), -1);
  std::vector<index> places(at(n), -1);
  p.evaluate(0, n, order.data());
  p.evaluate_inverse(0, n, places.data());
  index wrong = 0;
  for (index i = 0; i < n; ++i) {
    const index j = p(i);
    if (j < 0 || j >= n || seen[at(j)] != 0) {
      ++wrong;
      continue;
    }
    seen[at(j)] = 1;
    wrong += p.inverse(j) != i || order[at(i)] != j || places[at(j)] != i;
  }
  return wrong;
}

/// Cycles of an order; n minus their number has the parity of the permutation.
index cycles(const std::vector<index>& order) {
  std::vector<char> seen(order.size(), 0);
  index count = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (seen[i] != 0) continue;
    ++count;
    for (std::size_t j = i; seen[j] == 0; j = at(order[j])) seen[j] = 1;
  }
  return count;
}

/// Chi-square with `freedom` degrees as a deviate of a normal variable (Wilson and Hilferty).
double deviate(double square, double freedom) {
  const double spread = 2 / (9 * freedom);
  return (std::cbrt(square / freedom) - (1 - spread)) / std::sqrt(spread);
}

/// Sum of (count - expected)^2 / expected over equally likely cells.
double chi_square(const std::vector<int>& counts) {
  double total = 0;
  for (const int count : counts) total += count;
  const double expected = total / static_cast<double>(counts.size());
  double square = 0;
  for (const int count : counts) square += (count - expected) * (count - expected) / expected;
  return square;
}

double deviate(const std::vector<int>& counts) {
  return deviate(chi_square(counts), static_cast<double>(counts.size()) - 1);
}

}  // namespace

TEST_CASE("a permutation gives the pinned rows") {
  CHECK(random_stream_version == 1);
  CHECK(order_of({seed{7}, 0, 10}) == std::vector<index>{5, 1, 6, 7, 2, 3, 4, 0, 9, 8});

  const permutation digits(seed{42}, 3, 1797);
  CHECK(digits(0) == 591);
  CHECK(digits(1) == 1258);
  CHECK(digits(2) == 1153);
  CHECK(digits(1796) == 1580);

  const permutation million(seed{20111115}, std::uint64_t{1} << 40, power(20));
  CHECK(million(0) == 487577);
  CHECK(million(1) == 927816);
  CHECK(million(power(20) - 1) == 754705);

  constexpr std::uint64_t all = ~std::uint64_t{0};
  const permutation wide(seed{all}, all, power(32) + 1);
  CHECK(wide(0) == 3367997979);
  CHECK(wide(1) == 262060996);
  CHECK(wide(power(32)) == 1907319598);

  const permutation odd(seed{1}, 2, power(40) - 3);
  CHECK(odd(0) == 934023492900);
  CHECK(odd(12345678901) == 426352485563);
  CHECK(odd(power(40) - 4) == 998820384385);

  const permutation largest(seed{1}, 2, permutation::max_size);
  CHECK(largest(0) == 2959180616789236865);
  CHECK(largest(power(61)) == 438671534740281242);
  CHECK(largest(power(62) - 1) == 2814235289155796338);
}

TEST_CASE("every size up to 4096 is a bijection, with its inverse and its batches") {
  for (index n = 1; n <= 4096; ++n) {
    CAPTURE(n);
    CHECK(mistakes({seed{5}, 0, n}) == 0);
    if (n <= 600) CHECK(mistakes({seed{6}, static_cast<std::uint64_t>(n), n}) == 0);
  }
}

TEST_CASE("sizes around powers of two are bijections") {
  constexpr int most = SMELT_TESTS_ON_DEVICE ? 24 : 17;  // the whole suite: half a minute
  for (int bits = 10; bits <= most; ++bits) {
    for (const index n : {power(bits) - 1, power(bits), power(bits) + 1}) {
      CAPTURE(n);
      CHECK(mistakes({seed{8}, 1, n}) == 0);
    }
  }
}

TEST_CASE("large sizes are inverted") {
  for (const index n : {power(31), power(32) - 1, power(32), power(32) + 1, power(40) - 3,
                        power(53) + 1, power(61) + 1, permutation::max_size}) {
    CAPTURE(n);
    const permutation p(seed{9}, 4, n);
    index wrong = 0;
    index greatest = 0;
    for (std::uint64_t k = 0; k < 2000; ++k) {
      const auto i =
          static_cast<index>(bounded(seed{10}, k, 100, 0, static_cast<std::uint64_t>(n)));
      const index j = p(i);
      greatest = std::max(greatest, j);
      wrong += j < 0 || j >= n || p.inverse(j) != i || p(p.inverse(i)) != i;
    }
    CHECK(wrong == 0);
    CHECK(greatest > n - n / 100);  // the whole range is used: it fails with probability 2e-9
    for (const index edge : {index{0}, index{1}, n - 2, n - 1}) {
      CHECK(p.inverse(p(edge)) == edge);
      CHECK(p(p.inverse(edge)) == edge);
    }
  }
}

TEST_CASE("no row and one row") {
  const permutation none;
  CHECK(none.size() == 0);
  CHECK(permutation(seed{1}, 0, 0).size() == 0);
  none.evaluate(0, 0, nullptr);
  none.evaluate_inverse(0, 0, nullptr);
  for (std::uint64_t stream = 0; stream < 64; ++stream) {
    const permutation one(seed{1}, stream, 1);
    CHECK(one.size() == 1);
    CHECK(one(0) == 0);
    CHECK(one.inverse(0) == 0);
    index out = -1;
    one.evaluate(0, 1, &out);
    CHECK(out == 0);
    out = -1;
    one.evaluate_inverse(0, 1, &out);
    CHECK(out == 0);
  }
}

TEST_CASE("both orders of two rows occur") {
  int swapped = 0;
  for (std::uint64_t stream = 0; stream < 400; ++stream)
    swapped += permutation(seed{2}, stream, 2)(0) == 1;
  CHECK(std::abs(swapped - 200) < limit * 10);
}

TEST_CASE("sizes and ranges that make no sense are refused with their numbers") {
  CHECK_THROWS_WITH_AS(permutation(seed{1}, 0, -1),
                       "a permutation of -1 rows was asked for; 0 to 4611686018427387904 are "
                       "possible",
                       value_error);
  CHECK_THROWS_AS(permutation(seed{1}, 0, permutation::max_size + 1), value_error);
  const permutation p(seed{1}, 0, 10);
  std::vector<index> out(16, -7);
  CHECK_THROWS_WITH_AS(p.evaluate(8, 3, out.data()),
                       "rows 8 to 8 + 3 were asked of a permutation of 10 rows", value_error);
  CHECK_THROWS_AS(p.evaluate(-1, 3, out.data()), value_error);
  CHECK_THROWS_AS(p.evaluate(0, -1, out.data()), value_error);
  CHECK_THROWS_AS(p.evaluate(11, 0, out.data()), value_error);
  CHECK_THROWS_AS(p.evaluate_inverse(1, power(62), out.data()), value_error);
  CHECK(out == std::vector<index>(16, -7));
  p.evaluate(10, 0, out.data());
  CHECK(out == std::vector<index>(16, -7));
}

TEST_CASE("a batch is the rows one by one, and nothing beside them is written") {
  for (const index n : {index{1000}, index{1024}, index{1025}, index{1500}, power(32) + 1,
                        power(61) + 1, permutation::max_size}) {
    const permutation p(seed{13}, 5, n);
    for (const index count : {0, 1, 15, 16, 17, 31, 32, 33, 64, 100, 1000}) {
      for (const index first : {index{0}, index{1}, index{2}, index{7}, index{15}, index{16},
                                (n - count) / 2, n - count}) {
        if (first + count > n) continue;
        CAPTURE(n);
        CAPTURE(count);
        CAPTURE(first);
        std::vector<index> rows(at(count + 2), -7);
        std::vector<index> places(at(count + 2), -7);
        p.evaluate(first, count, rows.data() + 1);
        p.evaluate_inverse(first, count, places.data() + 1);
        index wrong = 0;
        for (index k = 0; k < count; ++k) {
          wrong += rows[at(k + 1)] != p(first + k);
          wrong += places[at(k + 1)] != p.inverse(first + k);
        }
        CHECK(wrong == 0);
        CHECK(rows.front() == -7);
        CHECK(rows.back() == -7);
        CHECK(places.front() == -7);
        CHECK(places.back() == -7);
      }
    }
  }
}

TEST_CASE("all n! orders are equally frequent") {
  int orders = 2;
  for (int n = 3; n <= 7; ++n) {
    CAPTURE(n);
    orders *= n;
    const int draws = n < 6 ? 40'000 : 80'000;
    std::vector<int> counts(at(orders));
    for (int draw = 0; draw < draws; ++draw) {
      const permutation p(seed{21}, static_cast<std::uint64_t>(draw), n);
      index row[7] = {};
      for (int i = 0; i < n; ++i) row[i] = p(i);
      int number = 0;  // the order's place in the dictionary
      for (int i = 0; i < n; ++i) {
        int smaller = 0;
        for (int j = i + 1; j < n; ++j) smaller += row[j] < row[i];
        number = number * (n - i) + smaller;
      }
      ++counts[at(number)];
    }
    CHECK(deviate(counts) < limit);
  }
}

TEST_CASE("odd permutations are as frequent as even ones") {
  for (const index n : {4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 100, 255, 256, 257, 1000,
                        1024, 4096, 5000}) {
    CAPTURE(n);
    const int draws = n < 4096 ? 2000 : 500;
    int even = 0;
    for (int draw = 0; draw < draws; ++draw) {
      const auto order = order_of({seed{22}, static_cast<std::uint64_t>(draw), n});
      even += (n - cycles(order)) % 2 == 0;
    }
    CHECK(std::abs(2.0 * even - draws) / std::sqrt(draws) < limit);
  }
}

TEST_CASE("every row is equally frequent at every place") {
  for (const index n : {32, 100, 1000}) {
    CAPTURE(n);
    std::vector<int> counts(at(n * n));
    for (std::uint64_t draw = 0; draw < (n == 32 ? 20'000u : 5'000u); ++draw) {
      const auto order = order_of({seed{23}, draw, n});
      for (index i = 0; i < n; ++i) ++counts[at(i * n + order[at(i)])];
    }
    // Rows and columns of the table have fixed sums: (n - 1)^2 degrees of freedom.
    const auto size = static_cast<double>(n);
    CHECK(deviate(chi_square(counts) * (size - 1) / size, (size - 1) * (size - 1)) < limit);
  }
}

TEST_CASE("the rows at two places are independent") {
  // The smallest network, 256 points, whose parts have 4 bits, is the worst. Too few rounds show in
  // pairs of places that share one part.
  constexpr index n = 256;
  constexpr int apart[] = {1, 2, 16, 17, 32, 128};
  std::vector<std::vector<int>> counts(std::size(apart), std::vector<int>(n - 1));
  for (std::uint64_t draw = 0; draw < 10'000; ++draw) {
    const auto order = order_of({seed{24}, draw, n});
    for (std::size_t k = 0; k < std::size(apart); ++k) {
      for (index i = 0; i < n; ++i) {
        const index other = i ^ apart[k];
        if (i < other) ++counts[k][at((order[at(i)] ^ order[at(other)]) - 1)];
      }
    }
  }
  for (std::size_t k = 0; k < std::size(apart); ++k) {
    CAPTURE(apart[k]);
    CHECK(deviate(counts[k]) < limit);
  }
}

TEST_CASE("fixed points and cycles are as many as chance gives") {
  constexpr index n = 100;
  constexpr int draws = 20'000;
  // The number of fixed points is Poisson(1) but for 1 / n!; five and more are one class.
  std::vector<int> fixed(6);
  double cycle_sum = 0;
  for (std::uint64_t draw = 0; draw < draws; ++draw) {
    const auto order = order_of({seed{25}, draw, n});
    int points = 0;
    for (index i = 0; i < n; ++i) points += order[at(i)] == i;
    ++fixed[at(std::min(points, 5))];
    cycle_sum += static_cast<double>(cycles(order));
  }
  double square = 0;
  double rest = 1;
  double probability = std::exp(-1.0);
  for (int k = 0; k < 6; ++k) {
    const double expected = draws * (k < 5 ? probability : rest);
    square += (fixed[at(k)] - expected) * (fixed[at(k)] - expected) / expected;
    rest -= probability;
    probability /= k + 1;
  }
  CHECK(deviate(square, 5) < limit);

  // Cycles have mean H(n), the harmonic number, and variance H(n) - (1 + 1/4 + ... + 1/n^2).
  double mean = 0;
  double variance = 0;
  for (int k = 1; k <= n; ++k) {
    mean += 1.0 / k;
    variance += 1.0 / k - 1.0 / (static_cast<double>(k) * k);
  }
  CHECK(std::abs(cycle_sum / draws - mean) / std::sqrt(variance / draws) < limit);
}

TEST_CASE("neighbours are not correlated") {
  for (const index n : {100, 1000, 4096}) {
    CAPTURE(n);
    const auto draws = static_cast<std::uint64_t>(1'000'000 / n);
    const double size = static_cast<double>(n);
    const double middle = (size - 1) / 2;
    const double variance = (size * size - 1) / 12;
    double sum = 0;
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      const auto order = order_of({seed{26}, draw, n});
      double products = 0;
      for (index i = 1; i < n; ++i) {
        products += (static_cast<double>(order[at(i - 1)]) - middle) *
                    (static_cast<double>(order[at(i)]) - middle);
      }
      sum += products / (variance * (size - 1));
    }
    // In a random order neighbours correlate by -1 / (n - 1), with variance 1 / n but for 1 / n^2.
    const double mean = sum / static_cast<double>(draws);
    CHECK(std::abs(mean + 1 / (size - 1)) * std::sqrt(size * static_cast<double>(draws)) < limit);
  }
}

TEST_CASE("another seed, stream or size is another order") {
  constexpr index n = 1000;
  constexpr std::uint64_t high = std::uint64_t{1} << 32;
  const auto base = order_of({seed{1}, 2, n});
  CHECK(base == order_of({seed{1}, 2, n}));
  const permutation others[] = {{seed{2}, 2, n},        {seed{0}, 2, n},     {seed{1 + high}, 2, n},
                                {seed{1}, 3, n},        {seed{1}, 1, n},     {seed{1}, 2 + high, n},
                                {seed{2}, 1, n},        {seed{1}, 2, n + 1}, {seed{1}, 2, n + 24},
                                {seed{~1ull}, ~2ull, n}};
  for (std::size_t k = 0; k < std::size(others); ++k) {
    CAPTURE(k);
    // Unrelated orders agree at Poisson(1) places: above 12 with probability 6e-11.
    int agree = 0;
    for (index i = 0; i < n; ++i) agree += others[k](i) == base[at(i)];
    CHECK(agree <= 12);
  }
}

TEST_CASE("rows that are listed, also in place") {
  const permutation order(seed{3}, 1, 100);
  std::vector<smelt::index> at;
  for (smelt::index i = 0; i < 77; ++i) at.push_back(i * i % 100);
  std::vector<smelt::index> out(77);
  order.evaluate_at(at.data(), 77, out.data());
  for (std::size_t i = 0; i < 77; ++i) CHECK(out[i] == order(at[i]));
  order.evaluate_at(at.data(), 77, at.data());
  CHECK(at == out);
}
