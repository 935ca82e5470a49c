// SPDX-License-Identifier: BSL-1.0
/// \file
/// pandas' cleaning, Feature-engine's and samples. Each test is a row of docs/semantics.md; pandas'
/// answers are in tests/golden/sklearn.txt.

#include <support/on_both.hpp>
#include <support/sklearn.hpp>

#include <algorithm>  // std::equal

using namespace smelt;
using namespace smelt_test;

namespace {

/// The rows that are left of the table of holes, which has a row of each number of missing values.
template <class Rule>
double rows_left(const Rule& rule) {
  return static_cast<double>(both(rule, golden().table("holes")).rows());
}
double theirs(const std::string& item) { return golden()("holes given rows:" + item)[0]; }

/// Whether the columns that are left of a small table are theirs.
template <class Rule>
bool same_columns(const Rule& rule, const std::string& how) {
  const auto f = fitted_on_both(rule, golden().table("columns"));
  const auto& kept = golden()("columns kept " + how);
  return std::equal(kept.begin(), kept.end(), f.kept_columns().begin(), f.kept_columns().end(),
                    [](double a, smelt::index b) { return a == static_cast<double>(b); });
}

}  // namespace

TEST_CASE("dropna how=any") { CHECK(rows_left(drop::any) == theirs("1")); }

TEST_CASE("dropna how=all") {
  CHECK(rows_left(drop::all) == theirs("all"));
  CHECK(theirs("all") == 9.0);
}

TEST_CASE("dropna thresh") {
  // thresh counts present values, at_least missing ones: of 6, thresh = 7 - at_least.
  for (smelt::index n = 1; n <= 6; ++n) CHECK(rows_left(drop::at_least(n)) == theirs(message(n)));
}

TEST_CASE("dropna axis=1") {
  CHECK(same_columns(drop::columns_missing(0), "any"));
  CHECK(same_columns(drop::missing_columns, "all"));
  // thresh counts present values: of 3 rows, the share of missing ones is 1 - thresh / 3.
  CHECK(same_columns(drop::columns_missing(2.0 / 3.0), "thresh:1"));
  CHECK(same_columns(drop::columns_missing(1.0 / 3.0), "thresh:2"));
  CHECK(same_columns(drop::columns_missing(0), "thresh:3"));
}

TEST_CASE("mean skips NaN, and inf") {
  const auto& means = golden()("mean_of given infinite");
  CHECK(means[1] == endless);
  CHECK(missing(means[2]));  // of both signs
  const auto x = rows({{1, endless, endless}, {gone, 3, -endless}});
  CHECK(refused_on_both(fill::mean, x) ==
        "fit: 3 infinite value(s), the first in row 0, column 1; say clean(infinity::missing) or "
        "clean(infinity::keep) if they are meant");
  const auto f = fitted_on_both(clean(infinity::keep, fill::mean), x);
  for (smelt::index c = 0; c < 3; ++c)
    CHECK(same_bits(f.number(1, 0, c), means[static_cast<std::size_t>(c)]));
}

TEST_CASE("clip with a NaN bound") {
  const auto& low = golden()("clip_without_bound given low");
  const auto& high = golden()("clip_without_bound given high");
  // No bound to pandas; to smelt a mistake: no bound is an infinite one.
  CHECK(thrown_by([] { clip(gone, 5); }) == "clip(nan, 5): low must not exceed high");
  CHECK(thrown_by([] { clip(0, gone); }) == "clip(0, nan): low must not exceed high");
  const auto x = rows({{-9}, {1}, {9}, {gone}});
  const auto below = both(clip(-endless, 5), x);
  const auto above = both(clip(0, endless), x);
  for (smelt::index r = 0; r < 4; ++r) {
    CHECK(same_bits(below(r, 0), low[static_cast<std::size_t>(r)]));
    CHECK(same_bits(above(r, 0), high[static_cast<std::size_t>(r)]));
  }
}

TEST_CASE("a larger sample than the population") {
  CHECK(golden()("sample_too_large given refused")[0] == 1.0);
  const auto x = rows({{1}, {2}});
  const auto f = fitted_on_both(standardize() | sample(take{3, seed{1}}), rows({{1}, {2}, {3}}));
  const char* sentence = "take{3}: there are only 2 rows to take without replacement";
  CHECK(transform_refused_on_both(f, x) == sentence);
  CHECK(refused_on_both(sample(take{3, seed{1}}) | standardize(), x) == sentence);
}

TEST_CASE("DropMissingData threshold") {
  // The share of present values that a row needs. Of 6 half is 3 present, less than 4 missing.
  const auto needs = [](double share) {
    return drop::at_least(6 - static_cast<smelt::index>(std::ceil(share * 6)) + 1);
  };
  CHECK(rows_left(needs(0.5)) == theirs("4"));
  CHECK(rows_left(needs(1.0)) == theirs("1"));
  CHECK(rows_left(needs(1.0 / 6)) == theirs("6"));
}
