// SPDX-License-Identifier: BSL-1.0
/// \file
/// SimpleImputer, and what other systems say of columns that cannot be filled. Each test is a row
/// of docs/semantics.md; scikit-learn's answers are in tests/golden/sklearn.txt.

#include <support/on_both.hpp>
#include <support/sklearn.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Nothing in the first column.
table<double> empty() { return rows({{gone, 1}, {gone, 3}}, {"mass", "length"}); }
const char* const cannot = "fill::mean: column 0 ('mass') has no value to take a mean of";

}  // namespace

TEST_CASE("mean over present values") {
  CHECK(difference(both(fill::mean, golden().table("impute")), golden().table("impute_mean")) ==
        "");
}

TEST_CASE("all-missing column") {
  // They drop it silently, or keep it with 0 when told to.
  CHECK(golden()("impute_dropped given columns")[0] == 1.0);
  CHECK(refused_on_both(fill::mean, empty()) == cannot);
  CHECK(difference(both(drop::missing_columns | fill::mean, empty()), {{1}, {3}}) == "");
  CHECK(difference(both(at(columns{1}, fill::mean) | fill::constant(0), empty()),
                   golden().table("impute_kept")) == "");
  CHECK(difference(both(fill::constant(9), empty()), golden().table("impute_constant")) == "");
}

TEST_CASE("sentinel -1 in an integer column") {
  CHECK(golden()("impute_sentinel given wide")[0] == 1.0);
  const auto y = both(clean(sentinel(-1), fill::mean), rows<std::int32_t>({{3}, {-1}, {5}, {1}}));
  static_assert(std::is_same_v<std::remove_cvref_t<decltype(y)>, table<double>>);
  CHECK(difference(y, golden().table("impute_sentinel")) == "");
}

TEST_CASE("a NaN beside a sentinel") {
  CHECK(golden()("impute_beside_sentinel given refused")[0] == 1.0);
  CHECK(difference(both(clean(sentinel(-1), fill::mean), rows({{3}, {-1}, {gone}, {1}})),
                   {{3}, {2}, {2}, {1}}) == "");
}

TEST_CASE("inf in an imputer") {
  CHECK(golden()("impute_infinite given refused")[0] == 1.0);
  const auto x = rows({{1}, {endless}, {gone}, {3}});
  CHECK(refused_on_both(fill::mean, x) ==
        "fit: 1 infinite value(s), the first in row 1, column 0; say clean(infinity::missing) or "
        "clean(infinity::keep) if they are meant");
  CHECK(difference(both(clean(infinity::missing, fill::mean), x), {{1}, {2}, {2}, {3}}) == "");
}

TEST_CASE("a newly missing column at transform") {
  // SimpleImputer fills it with the mean of the fit, and so does smelt; their indicator refuses it.
  CHECK(golden()("indicator_newly_missing given refused")[0] == 1.0);
  const auto f = fitted_on_both(fill::mean, rows({{1, gone}, {3, 4}}));
  CHECK(difference(transformed_on_both(f, rows({{gone, 5}, {7, gone}})),
                   golden().table("impute_newly_missing")) == "");
}

TEST_CASE("Spark: surrogate cannot be computed") {
  CHECK(refused_on_both(fill::mean, empty()) == cannot);
  // Of what has become missing, too.
  CHECK(refused_on_both(clean(sentinel(-1), fill::mean), rows({{-1, 1}, {gone, 2}})) ==
        "fill::mean: column 0 has no value to take a mean of");
}

TEST_CASE("mlpack: no non-missing elements; cannot compute mean") {
  CHECK(refused_on_both(fill::mean, empty()) == cannot);
  // Where its loop reads as a race, smelt has the same bits for any number of threads.
  const auto x = noise(40000, 3, 7);
  const auto alone = fit(on::seq, fill::mean, x);
  for (const int threads : {1, 2, 3, 7}) {
    workers pool{threads};
    CHECK(fit(on::eigen.on(pool), fill::mean, x) == alone);
  }
}
