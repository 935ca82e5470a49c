// SPDX-License-Identifier: BSL-1.0
/// \file
/// inverse: back to source values; what cannot be seen in a result stays as it is.

#include <smelt/inverse.hpp>

#include <support/on_both.hpp>
#include <support/own_stages.hpp>

#include <cmath>
#include <new>  // std::nothrow
#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Two columns of zeros, and how often they were read.
struct counting {
  using value_type = double;
  using space = host;
  smelt::index* reads;
  smelt::index rows() const { return 5; }
  smelt::index cols() const { return 2; }
  smelt::index first_row() const { return 0; }
  smelt::index total_rows() const { return 5; }
  double operator()(smelt::index, smelt::index) const { return static_cast<void>(++*reads), 0.0; }
};

/// The largest |a - b| over the largest |b| of a column; 0 when all are the same.
template <class A, class B>
double apart(const A& a, const B& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return endless;
  double worst = 0.0;
  for (smelt::index c = 0; c < a.cols(); ++c) {
    double most = 1e-300;
    for (smelt::index r = 0; r < a.rows(); ++r)
      if (!missing(b(r, c))) most = std::max<double>(most, std::abs(b(r, c)));
    for (smelt::index r = 0; r < a.rows(); ++r) {
      if (missing(a(r, c)) != missing(b(r, c))) return endless;
      if (!missing(b(r, c))) worst = std::max<double>(worst, std::abs(a(r, c) - b(r, c)) / most);
    }
  }
  return worst;
}
/// inverse, on both policies, on the device where that is asked for, and into memory that is given.
template <class Fitted, class View>
auto undone(const Fitted& f, const View& y) {
  auto x = inverse(on::seq, f, y);
  CHECK(difference(inverse(on::eigen, f, y), x) == "");
  std::remove_const_t<decltype(x)> given(x.rows(), x.cols());
  CHECK(inverse(on::eigen, f, y, given) == x.rows());
  CHECK(difference(given, x) == "");
#if SMELT_TESTS_ON_DEVICE
  if constexpr (can_move<View>) {
    const moved<View> there(on_device(), y);
    CHECK(difference(to_host(on_device(), inverse(on_device(), f, there.view())), x) == "");
  }
#endif
  return x;
}

}  // namespace

TEST_CASE("the example") {
  // [inverse example]
  table<double> celsius(2, 1);
  celsius(0, 0) = 10.0;
  celsius(1, 0) = 30.0;
  auto fitted = fit(on::seq, normalize(min_max{0, 1}), celsius);
  table<double> predicted(1, 1);
  predicted(0, 0) = 0.25;
  auto degrees = inverse(on::seq, fitted, predicted);  // 15
  // [inverse example]
  CHECK(degrees(0, 0) == 15.0);
}

TEST_CASE("lines of every kind come back to the last bits, missing values stay missing") {
  const auto x = noise(513, 4, 9);
  const auto f = fit(on::seq, standardize() | normalize(min_max{-1, 3}) | normalize(max_abs), x);
  CHECK(apart(undone(f, transform(on::seq, f, x)), x) < 1e-15);
  const auto g = fit(on::seq, given_line{-3, 0.5} | clip(-1000, 1000) | standardize(centre::no), x);
  CHECK(apart(undone(g, transform(on::seq, g, x)), x) < 1e-15);
}

TEST_CASE("fills and clips are the identity: their results stand for themselves") {
  const auto x = rows({{0, gone}, {10, 4}, {100, 8}});
  const auto f = fit(on::seq, fill::mean | clip(0, 20) | normalize(min_max{0, 1}), x);
  const auto y = transform(on::seq, f, x);
  CHECK(difference(undone(f, y), {{0, 6}, {10, 4}, {20, 8}}) == "");
}

TEST_CASE("columns that left come back as missing, under their names") {
  const auto x = rows({{1, 7, 2}, {3, 7, 6}}, {"a", "b", "c"});
  const auto f = fit(on::seq, drop::constant_columns | standardize(), x);
  const auto back = undone(f, transform(on::seq, f, x));
  CHECK(difference(back, {{1, gone, 2}, {3, gone, 6}}) == "");
  CHECK(back.names()[1] == "b");
}

TEST_CASE("row stages: the inverse of the values alone") {
  const auto x = noise(20, 2, 0);
  const auto f = fit(on::seq, drop::any | standardize() | sample(shuffled{seed{1}}), x);
  const auto y = transform(on::seq, f.values_only(), x);
  CHECK(apart(undone(f.values_only(), y), x) < 1e-15);
  const auto g = fit(on::seq, standardize() | sample(shuffled{seed{1}}), x);
  CHECK(apart(undone(g.without_sampling(), y), x) < 1e-15);
}

TEST_CASE("float, column-major, another result type, no rows") {
  const auto x = noise<float>(300, 3, 9);
  const auto f = fit(on::seq, at(columns{0, 2}, standardize()), x);
  const auto y = transform(on::seq, f, x);
  const auto back = undone(f, laid_out<column_major>(y));
  static_assert(std::is_same_v<decltype(back), const table<float>>);
  CHECK(apart(back, x) < 1e-7);
  for (smelt::index r = 0; r < 300; ++r) CHECK(same_bits(back(r, 1), x(r, 1)));
  const auto wide = inverse<double>(on::seq, f, y);
  static_assert(std::is_same_v<decltype(wide), const table<double>>);
  CHECK(static_cast<float>(wide(7, 0)) == back(7, 0));
  CHECK(undone(f, table<float>(0, 3)).rows() == 0);
}

TEST_CASE("a constant column comes back to its constant") {
  const auto x = rows({{14.62, 1}, {14.62, 2}});
  const auto f = fit(on::seq, standardize(), x);
  CHECK(difference(undone(f, transform(on::seq, f, x)), x) == "");
}

TEST_CASE("infinities come through") {
  const auto x = rows({{1, 7}, {3, 9}});
  const auto f = fit(on::seq, normalize(min_max{0, 1}), x);
  CHECK(difference(undone(f, rows({{endless, 0.5}, {-endless, gone}})),
                   {{endless, 8}, {-endless, gone}}) == "");
}

TEST_CASE("into memory that is given, and in place") {
  const auto x = noise(40, 3, 7);
  const auto f = fit(on::seq, standardize(), x);
  const auto y = transform(on::seq, f, x);
  const auto expected = inverse(on::seq, f, y);
  table<double> wide(45, 5);
  inverse(on::seq, f, y, wide.view().columns(1, 4));
  CHECK(difference(wide.view().columns(1, 4).row_range(0, 40), expected) == "");
  auto here = y;
  inverse(on::eigen, f, in_place(here));
  CHECK(difference(here, expected) == "");
}

TEST_CASE("many rows in place: each goes back once") {
  const auto x = noise(1000, 3, 7);
  const auto f = fit(on::seq, standardize(), x);
  const auto y = transform(on::seq, f, x);
  const auto expected = inverse(on::seq, f, y);
  CHECK(apart(expected, x) < 1e-15);
  auto here = y;
  inverse(on::seq, f, in_place(here));
  CHECK(difference(here, expected) == "");
  here = y;
  workers pool{2};
  inverse(on::eigen.on(pool), f, in_place(here));
  CHECK(difference(here, expected) == "");
}

TEST_CASE("by value: a table, the rows written, or why not") {
  const auto x = noise(40, 3, 7);
  const auto f = fit(on::seq, standardize(), x);
  const auto y = transform(on::seq, f, x);
  const auto expected = inverse(on::seq, f, y);
  const auto made = inverse(std::nothrow, on::seq, f, y);
  REQUIRE(made);
  CHECK(made.rows == 40);
  CHECK(difference(*made, expected) == "");
  table<double> out(41, 3);
  const status ended = inverse(std::nothrow, on::seq, f, y, out);
  CHECK(ended.ok());
  CHECK(ended.rows == 40);
  CHECK(difference(out.row_range(0, 40), expected) == "");
  auto here = y;
  CHECK(inverse(std::nothrow, on::seq, f, in_place(here)).rows == 40);
  CHECK(difference(here, expected) == "");
  table<double> shorter(39, 3);
  CHECK(inverse(std::nothrow, on::seq, f, y, shorter).what() ==
        std::string("40 rows are undone, the output has 39"));
  CHECK(!inverse(std::nothrow, on::seq, f, noise(5, 2)));
}

TEST_CASE("what is refused: other columns, outputs of another shape, outputs that overlap") {
  const auto f = fit(on::seq, standardize(), noise(5, 3));
  CHECK_THROWS_WITH_AS(inverse(on::seq, f, noise(5, 2)),
                       "the chain writes 3 columns, this view has 2", shape_error);
  smelt::index reads = 0;
  CHECK_THROWS_AS(inverse(on::seq, f, counting{&reads}), shape_error);
  CHECK(reads == 0);
  const auto y = noise(5, 3);
  auto out = noise(8, 4);
  CHECK_THROWS_WITH_AS(inverse(on::seq, f, y, out),
                       "the inverse has 3 columns, the output has 4", shape_error);
  CHECK_THROWS_WITH_AS(inverse(on::seq, f, y, out.view().columns(0, 3).row_range(0, 4)),
                       "5 rows are undone, the output has 4", shape_error);
  CHECK(thrown_by([&] {
          inverse(on::seq, f, out.view().columns(0, 3).row_range(0, 5),
                  out.view().columns(0, 3).row_range(1, 6));
        }).find("the output overlaps the input") == 0);
  // A column left: its values would be written over those of another.
  const auto g = fit(on::seq, drop::columns({0}) | standardize(), noise(5, 3));
  auto all = noise(5, 3);
  CHECK(thrown_by([&] { inverse(on::seq, g, all.view().columns(0, 2), all); })
            .find("the output overlaps the input") == 0);
}

#if SMELT_TESTS_ON_DEVICE
TEST_CASE("pointers that the device cannot follow are refused") {
  const auto x = noise(6, 3, 0);
  const auto f = fit(on::seq, standardize(), x);
  table<double> mine(6, 3);
  const matrix_view<const double, row_major, device> on_the_host(x.data(), 6, 3);
  const matrix_view<double, row_major, device> host_output(mine.data(), 6, 3);
  const moved<table<double>> there(on_device(), x);
  auto out = on_device().make_table<double>(6, 3);
  const auto told = [](const std::string& said) { return said.substr(0, said.find(" lies")); };
  CHECK(told(thrown_by([&] { inverse(on_device(), f, on_the_host); })) == "on::cuda: the input");
  CHECK(told(thrown_by([&] { inverse(on_device(), f, on_the_host, out); })) == "on::cuda: the input");
  CHECK(told(thrown_by([&] { inverse(on_device(), f, there.view(), host_output); })) ==
        "on::cuda: the output");
}
#endif
