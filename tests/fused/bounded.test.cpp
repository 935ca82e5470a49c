// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fused chain against one stage at a time, where a run of lines was merged or a mean and M2 were
/// carried forward: other roundings, within a stated bound.
///
/// The bound is the oracle's: both ways round the same exact chain, and it carries for each element
/// how far an evaluation in double may lie away; so the two are at most twice that apart, and one
/// rounding of each result. It allows for the worst order of signs in every sum. What rounding does in
/// fact is far less, so that a loss of a few digits would be seen first by a second bound: 64 units of
/// 2^-53 of a column's largest result, for columns that are not far from zero for their deviation.

#include <support/staged.hpp>

#include <memory>

using namespace smelt;
using namespace smelt_test;

namespace {

constexpr double most_units = 64.0;

/// An oracle's stage on the first column alone.
template <class Stage>
struct first_column : oracle::stage {
  Stage inner;
  explicit first_column(Stage s) : inner(std::move(s)) {}
  void learn(const oracle::sheet& x) override { inner.learn(x.pick_columns({0})); }
  void apply(oracle::sheet& x) const override {
    auto one = x.pick_columns({0});
    inner.apply(one);
    for (std::size_t r = 0; r < x.rows(); ++r) x(r, 0) = one(r, 0);
  }
};

/// The rows that a stage of a chain draws from `rows` rows, in order; all, without a sampler.
template <class Chain>
row_order drawn_rows_of(const Chain& stages, smelt::index rows) {
  row_order order;
  for (smelt::index r = 0; r < rows; ++r) order.push_back(r);
  const auto one = [&](const auto& stage) {
    if constexpr (requires { stage.rows.order(rows, std::uint64_t{}); }) {
      const auto draws = stage.rows.order(rows, 0);
      order.resize(static_cast<std::size_t>(stage.rows.count(rows)));
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = draws(static_cast<smelt::index>(i));
    }
  };
  std::apply([&](const auto&... stage) { (one(stage), ...); }, stages.stages);
  return order;
}

template <class Chain, class... Exact>
void check_bounded(const std::string& name, const Chain& stages, const Exact&... exact) {
  static_assert(plan_of<Chain>.fit_passes == 1);
  const everywhere on;
  double worst = 0.0;
  bool different = false;
  for (const auto& shape : law_shapes) {
    if (shape.rows < 64) continue;
    CAPTURE(name);
    CAPTURE(shape.rows);
    const auto x = mixed(shape);
    const auto fused = on(stages, x);
    const auto staged = one_stage_at_a_time(stages, x).x;
    oracle::chain chain;
    (chain.then(exact), ...);
    const auto rows = sheet_of(picked(x, drawn_rows_of(stages, shape.rows)));
    const auto expected = chain.fit(rows).transform(rows);
    CHECK(problem(expected, fused) == "");
    CHECK(problem(expected, staged) == "");
    REQUIRE(fused.rows() == staged.rows());
    REQUIRE(fused.cols() == staged.cols());
    for (smelt::index c = 0; c < fused.cols(); ++c) {
      double largest = 0.0;
      double apart = 0.0;
      for (smelt::index r = 0; r < fused.rows(); ++r) {
        if (missing(fused(r, c))) continue;
        largest = std::max(largest, std::abs(fused(r, c)));
        apart = std::max(apart, std::abs(fused(r, c) - staged(r, c)));
      }
      different = different || apart > 0.0;
      if (c % 6 != 2 && largest > 0.0) worst = std::max(worst, apart / (oracle::unit * largest));
    }
  }
  MESSAGE(name, " ", worst);
  CHECK(worst <= most_units);
  CHECK(different);
}

}  // namespace

TEST_CASE("a mean and M2 carried through a fill") {
  check_bounded("fill, standardize", fill::mean | standardize(), oracle::fill_mean{},
                oracle::standardize{});
  check_bounded("fill, clip, standardize", fill::mean | clip(-1, 2) | standardize(ddof{1}),
                oracle::fill_mean{}, oracle::clip{-1, 2}, oracle::standardize{1});
  check_bounded("fill, standardize the table", fill::mean | standardize(over::table),
                oracle::fill_mean{}, oracle::standardize{0, true, true, true});
  check_bounded("one column filled", at(columns{0}, fill::mean) | standardize() | clip(-1, 1.5) |
                                         normalize(min_max{}),
                first_column{oracle::fill_mean{}}, oracle::standardize{}, oracle::clip{-1, 1.5},
                oracle::min_max{0, 1});
}

TEST_CASE("runs of lines merged") {
  check_bounded("standardize, min-max", standardize() | normalize(min_max{-1, 1}),
                oracle::standardize{}, oracle::min_max{-1, 1});
  check_bounded("min-max, standardize", normalize(min_max{2, 3}) | standardize(),
                oracle::min_max{2, 3}, oracle::standardize{});
  check_bounded("three lines", standardize() | normalize(max_abs) | standardize(ddof{1}),
                oracle::standardize{}, oracle::max_abs{}, oracle::standardize{1});
  check_bounded("fill, two lines, row norm",
                fill::mean | standardize() | normalize(min_max{-1, 1}) | normalize(l2),
                oracle::fill_mean{}, oracle::standardize{}, oracle::min_max{-1, 1},
                oracle::row_norm{2});
}

TEST_CASE("a mean and M2 carried through lines and fills, or pooled") {
  check_bounded("standardize, fill, standardize", standardize() | fill::constant(3) | standardize(),
                oracle::standardize{}, oracle::fill_constant{3}, oracle::standardize{});
  check_bounded("min-max, standardize the table",
                normalize(min_max{-1, 1}) | standardize(over::table), oracle::min_max{-1, 1},
                oracle::standardize{0, true, true, true});
  check_bounded("fill, columns dropped, standardize",
                fill::mean | drop::constant_columns | standardize(), oracle::fill_mean{},
                oracle::drop_constant_columns{}, oracle::standardize{});
}

TEST_CASE("rows that are folded under their numbers in the source") {
  const double far = std::numeric_limits<double>::infinity();
  check_bounded("drop, standardize", drop::any | standardize(), oracle::drop_rows{true, -far, far},
                oracle::standardize{});
  check_bounded("shuffle, standardize", sample(shuffled{seed{4}}) | standardize(),
                oracle::standardize{});
  check_bounded("take, standardize", sample(take{500, seed{5}}) | standardize(),
                oracle::standardize{});
}
