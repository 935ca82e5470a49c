// SPDX-License-Identifier: BSL-1.0
/// \file
/// Rows that drop, by decisions made in registers: against on::seq, for every width, in place, drawn,
/// marked, with infinities.

#include <smelt/policies/eigen/drop_job.hpp>

#include <doctest/doctest.h>

#include <support/on_both.hpp>

#include <algorithm>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

workers pool{3};
const auto threads = on::eigen.on(pool);

/// transform of the rows of a table into memory with and without gaps; one task and several.
template <class T, class Fitted>
void compare(const Fitted& f, const table<T>& x) {
  const auto expected = transform<float>(on::seq, f, x);
  for (smelt::index gap : {0, 3}) {
    CAPTURE(gap);
    const tight_copy<T> from(x, gap);
    const tight_copy<float> to(table<float>(x.rows(), expected.cols()), gap);
    for (bool alone : {true, false}) {
      const smelt::index n = transform(alone ? on::eigen.alone() : threads, f, from.view(), to.view());
      REQUIRE(n == expected.rows());
      CHECK(difference(to.view().row_range(0, n), expected) == "");
    }
  }
}

const auto stages = drop::any | standardize() | drop::outside(-1.8, 1.8) | normalize(min_max{-1, 1});

}  // namespace

TEST_CASE("every width, by what is missing and by bounds on what was made of it") {
  for (smelt::index cols : {1, 2, 3, 7, 8, 9, 13, 16, 17, 31, 33, 64, 65, 100, 257}) {
    CAPTURE(cols);
    const int hole = static_cast<int>(3 * cols);
    const auto f = fit(on::seq, stages, noise<float>(200, cols, hole));
    for (smelt::index rows : {0, 1, 17, 300}) compare<float>(f, noise<float>(rows, cols, hole, 5));
    if (cols == 13 || cols == 64) compare<float>(f, noise<float>(9000, cols, hole, 5));
    compare<double>(f, noise<double>(70, cols, hole, 5));
  }
}

TEST_CASE("all rows stay, or none") {
  const auto f = fit(on::seq, stages, noise<float>(200, 5, 20));
  table<float> x = noise<float>(20000, 5);
  for (smelt::index i = 0; i < 100000; ++i) x.data()[i] = static_cast<float>(i % 5);
  compare(f, x);
  for (smelt::index r = 0; r < 20000; ++r) x(r, r % 5) = missing_value<float>;
  compare(f, x);
  CHECK(transform(threads, f, x).rows() == 0);
}

TEST_CASE("an infinity is a missing value, and is reported, whether its row stays or not") {
  const auto f = fit(on::seq, drop::at_least(2) | standardize(), noise<float>(200, 9, 30));
  for (smelt::index at : {0, 4097, 29999}) {
    table<float> x = noise<float>(30000, 9, 40);
    x(at, 3) = infinite_value<float>;
    x(at, 4) = at == 0 ? missing_value<float> : 1.0f;
    const auto said = thrown_by([&] { transform(on::seq, f, x); });
    CHECK(said != "");
    CHECK(thrown_by([&] { transform(threads, f, x); }) == said);
    CHECK(thrown_by([&] { transform(threads, f.values_only(), x); }) ==
          thrown_by([&] { transform(on::seq, f.values_only(), x); }));
  }
}

TEST_CASE("an infinity is reported of a row that a mask has taken out") {
  std::vector<unsigned char> mask(30000, 0);
  for (std::size_t r = 0; r < mask.size(); r += 3) mask[r] = 1;
  table<float> x = noise<float>(30000, 21, 400);
  const auto f = fit(on::seq, drop::where(mask) | drop::any | standardize(), x);
  const auto g = fit(on::seq, drop::where(mask) | fill::mean, x);
  for (smelt::index c : {0, 15, 16, 20})
    for (smelt::index r : {0, 1, 3, 29997}) {
      auto broken = x;
      broken(r, c) = infinite_value<float>;
      CHECK(thrown_by([&] { transform(threads, f, broken); }) == thrown_by([&] { transform(on::seq, f, broken); }));
      const auto said = thrown_by([&] { transform(on::seq, g, broken); });
      CHECK(said != "");
      CHECK(thrown_by([&] { transform(threads, g, broken); }) == said);
    }
}

TEST_CASE("rows cannot move up over rows that are still to be read") {
  auto x = noise<float>(30000, 6, 60);
  const auto f = fit(on::seq, drop::any | standardize(), x);
  CHECK(thrown_by([&] { transform(threads, f, x, x); }) != "");
}

TEST_CASE("drawn rows, labels, and a mask of the user's") {
  const auto x = noise<float>(12000, 6, 60);
  std::vector<unsigned char> mask(12000);
  for (std::size_t r = 0; r < mask.size(); ++r) mask[r] = r % 7 == 2;
  std::vector<int> labels(12000);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int>(i);
  const auto f = fit(on::seq, drop::where(mask) | stages | sample(shuffled{seed{3}}), x);
  const auto got = transform(threads, f, labelled(x, labels));
  const auto expected = transform(on::seq, f, labelled(x, labels));
  CHECK(difference(got.x, expected.x) == "");
  CHECK(got.y == expected.y);
}

TEST_CASE("columns leave as rows do") {
  const auto x = noise<float>(9000, 7, 60);
  const auto f = fit(on::seq, drop::columns({0, 3}) | drop::any | standardize(), x);
  const auto expected = transform<float>(on::seq, f, x);
  REQUIRE(expected.cols() == 5);
  CHECK(difference(transform<float>(threads, f, x), expected) == "");
  CHECK(difference(transform<float>(on::eigen.alone(), f, x), expected) == "");
}

TEST_CASE("dropped rows are counted") {
  for (smelt::index rows : {1, 17, 300, 20000}) {
    CAPTURE(rows);
    const auto x = noise<float>(rows, 6, 13, 5);
    const auto f = fit(on::seq, drop::any, noise<float>(200, 6, 13));
    table<float> y(rows, 6);
    const status expected = transform(std::nothrow, on::seq, f, x, y);
    REQUIRE(expected.ok());
    REQUIRE(expected.dropped > 0);
    REQUIRE(expected.rows + expected.dropped == rows);
    for (bool alone : {true, false}) {
      const status got = transform(std::nothrow, alone ? on::eigen.alone() : threads, f, x, y);
      CHECK(got.rows == expected.rows);
      CHECK(got.dropped == expected.dropped);
    }
  }
}

TEST_CASE("rows too wide for numbers that are repeated, and for a block of them") {
  for (smelt::index cols : {500, 700, 4095, 4096, 4097, 9000}) {
    CAPTURE(cols);
    const int hole = static_cast<int>(3 * cols);
    compare<float>(fit(on::seq, drop::any | standardize(), noise<float>(70, cols, hole)),
                   noise<float>(30, cols, hole, 5));
  }
}
