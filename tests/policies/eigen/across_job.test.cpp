// SPDX-License-Identifier: BSL-1.0
/// \file
/// Row norms found in registers: against on::seq, for every width, in place, drawn, with infinities.

#include <smelt/policies/eigen/across_job.hpp>

#include <doctest/doctest.h>

#include <support/on_both.hpp>

#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

workers pool{3};
const auto threads = on::eigen.on(pool);
const auto stages = fill::constant(0.5) | standardize() | normalize(l2) | normalize(min_max{-1, 1});

template <class T, class Fitted>
void compare(const Fitted& f, const table<T>& x) {
  const auto expected = transform<float>(on::seq, f, x);
  for (smelt::index gap : {0, 3}) {
    CAPTURE(gap);
    const tight_copy<T> from(x, gap);
    const tight_copy<float> to(table<float>(x.rows(), x.cols()), gap);
    const tight_copy<float> packed(table<float>(x.rows(), x.cols()), 0);
    CHECK(transform(threads, f, from.view(), to.view()) == x.rows());
    CHECK(difference(to.view(), expected) == "");
    transform(on::eigen.alone(), f, from.view(), packed.view());
    CHECK(difference(packed.view(), expected) == "");
  }
}

}  // namespace

TEST_CASE("every width") {
  for (smelt::index cols : {1, 2, 3, 7, 8, 9, 13, 16, 17, 31, 32, 33, 64, 65, 100, 257, 700, 1500}) {
    CAPTURE(cols);
    const auto f = fit(on::seq, stages, noise<float>(50, cols, 30));
    for (smelt::index rows : {0, 1, 17, 300}) compare<float>(f, noise<float>(rows, cols, 30, 5));
    if (cols == 13) compare<float>(f, noise<float>(200000, cols, 30, 5));
    compare<double>(f, noise<double>(70, cols, 30, 5));
  }
}

TEST_CASE("an infinity in one row is reported, and leaves the others alone") {
  const auto f = fit(on::seq, stages, noise<float>(200, 9, 30));
  for (smelt::index at : {0, 4097, 8999}) {
    const auto x = noise<float>(9000, 9, 40);
    auto broken = x;
    broken(at, 3) = -infinite_value<float>;
    const auto said = thrown_by([&] { transform(on::seq, f, broken); });
    CHECK(said != "");
    table<float> expected(9000, 9);
    table<float> y(9000, 9);
    thrown_by([&] { transform(on::seq, f, broken, expected); });
    CHECK(thrown_by([&] { transform(threads, f, broken, y); }) == said);
    CHECK(difference(y, expected) == "");
    CHECK(thrown_by([&] { transform(threads, f, in_place(broken)); }) == said);
    CHECK(difference(broken, expected) == "");
  }
}

TEST_CASE("in place, drawn, labelled") {
  const auto x = noise<float>(9000, 20, 60);
  const auto f = fit(on::seq, stages, x);
  auto y = x;
  transform(threads, f, in_place(y));
  CHECK(difference(y, transform(on::seq, f, x)) == "");
  std::vector<int> labels(9000);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int>(i);
  const auto g = fit(on::seq, stages | sample(shuffled{seed{3}}), x);
  const auto got = transform(threads, g, labelled(x, labels));
  const auto expected = transform(on::seq, g, labelled(x, labels));
  CHECK(difference(got.x, expected.x) == "");
  CHECK(got.y == expected.y);
}

TEST_CASE("columns that leave after a row norm") {
  for (smelt::index cols : {3, 20, 65}) {
    CAPTURE(cols);
    const auto x = noise<float>(900, cols, 30);
    const auto f = fit(on::seq, drop::columns({1}) | fill::constant(0.5) | normalize(l2) | standardize(), x);
    const auto expected = transform<float>(on::seq, f, x);
    REQUIRE(expected.cols() == cols - 1);
    CHECK(difference(transform<float>(threads, f, x), expected) == "");
    CHECK(difference(transform<float>(on::eigen.alone(), f, x), expected) == "");
    // Rows as far apart as they are long before a column has left.
    const tight_copy<float> to(table<float>(900, cols - 1), 1);
    transform(threads, f, x, to.view());
    CHECK(difference(to.view(), expected) == "");
  }
}

TEST_CASE("widths about that beyond which numbers are not near") {
  const auto plain = fill::constant(0.5) | normalize(l1);
  for (smelt::index cols : {400, 500, 650, 670, 800, 1000, 1010, 1200, 1340, 1360, 2020, 2040, 4070, 4090}) {
    CAPTURE(cols);
    const auto x = noise<float>(20, cols, 30);
    compare<float>(fit(on::seq, stages, x), x);
    compare<float>(fit(on::seq, plain, x), x);
  }
}

TEST_CASE("many narrow rows at a time, that do not follow one another") {
  const auto plain = fill::constant(0.5) | normalize(l1);
  for (smelt::index cols : {1, 2, 3}) {
    CAPTURE(cols);
    const auto x = noise<float>(3000, cols, 30);
    compare<float>(fit(on::seq, plain, x), x);
    const auto reversed = matrix_view<const float, strided>(x.data() + 2999 * cols, 3000, cols, -cols, 1);
    const tight_copy<float> to(table<float>(3000, cols), 0);
    const auto f = fit(on::seq, plain, x);
    transform(on::eigen.alone(), f, reversed, to.view());
    CHECK(difference(to.view(), transform<float>(on::seq, f, reversed)) == "");
  }
}
