// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fused chain against one stage at a time, within the bound of bounded.test.cpp: statistics
/// carried through several stages, and rows that are folded under their numbers in the source.

#include <support/staged.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

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

}  // namespace

TEST_CASE("a mean and M2 carried through lines and fills, or pooled") {
  check_bounded("standardize, fill, standardize", standardize() | fill::constant(3) | standardize(),
                oracle::standardize{}, oracle::fill_constant{3}, oracle::standardize{});
  check_bounded("min-max, standardize the table",
                normalize(min_max{-1, 1}) | standardize(over::table), oracle::min_max{-1, 1},
                oracle::standardize{0, true, true, true});
  check_bounded("fill, columns dropped, standardize",
                fill::mean | drop::constant_columns | standardize(), oracle::fill_mean{},
                oracle::drop_constant_columns{}, oracle::standardize{});
  check_bounded("one column filled",
                at(columns{0}, fill::mean) | standardize() | clip(-1, 1.5) | normalize(min_max{}),
                first_column{oracle::fill_mean{}}, oracle::standardize{}, oracle::clip{-1, 1.5},
                oracle::min_max{0, 1});
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
