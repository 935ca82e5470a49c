// SPDX-License-Identifier: BSL-1.0
/// \file
/// A transform that meets infinities completes its pass: the offending elements come out missing,
/// the rest as if those had been missing, and then it throws or says, naming the first in source
/// order whatever ran it. A fit says the same.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/both_ways.hpp>

#include <cstring>
#include <limits>
#include <string>
#include <utility>

using namespace smelt;

namespace {

constexpr smelt::index rows = 5000, cols = 5;
constexpr float inf = std::numeric_limits<float>::infinity();
using places = std::vector<std::pair<smelt::index, smelt::index>>;

/// In source order the first is (100, 2); in column order it would be (4097, 0).
const places spoiled = {{4097, 0}, {100, 4}, {100, 2}, {4999, 4}, {2048, 3}};
const std::string five =
    ": 5 infinite value(s), the first in row 100, column 2; say clean(infinity::missing) or "
    "clean(infinity::keep) if they are meant";

table<float> finite() {
  table<float> t(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c)
      t(r, c) = (r * cols + c) % 97 == 5 ? missing_value<float>
                                         : 0.125f * static_cast<float>((r * 31 + c * 7) % 203) + 1;
  return t;
}
table<float> with(float first, float second) {
  table<float> t = finite();
  for (const auto& [r, c] : spoiled) t(r, c) = r % 2 == 0 ? first : second;
  return t;
}
table<float> infinite() { return with(inf, -inf); }

/// What the throwing transform must have written: the transform of the same data with missing
/// values there, and missing values in their places where it keeps the places of rows.
template <class Fitted>
table<float> expected(const Fitted& fitted) {
  return transform(on::seq, fitted, with(missing_value<float>, missing_value<float>));
}
void spoil(table<float>& t) {
  for (const auto& [r, c] : spoiled) t(r, c) = missing_value<float>;
}
bool same(const table<float>& a, const table<float>& b) {
  return a.rows() == b.rows() && std::memcmp(a.data(), b.data(),
                                             static_cast<std::size_t>(a.rows() * a.cols()) *
                                                 sizeof(float)) == 0;
}

/// Calls `check(policy)` with the sequential policy, and with 1 to 4 threads.
template <class Check>
void on_each_policy(Check&& check) {
  check(on::seq);
  check(on::eigen.alone());
  for (int threads = 1; threads <= 4; ++threads) {
    CAPTURE(threads);
    workers pool{threads};
    check(on::eigen.on(pool));
  }
}

/// Transforms into a given output and in place, and compares text and bytes.
template <class Chain>
void completes_and_throws(const Chain& chain, bool keeps_places) {
  const auto fitted = fit(on::seq, chain, finite());
  table<float> right = expected(fitted);
  if (keeps_places) spoil(right);
  const table<float> x = infinite();
  on_each_policy([&](const auto& policy) {
    table<float> out(rows, cols);
    CHECK_THROWS_WITH_AS(transform(policy, fitted, x, out), ("transform" + five).c_str(),
                         value_error);
    out.shrink(right.rows());
    CHECK(same(out, right));
    CHECK_THROWS_WITH_AS(transform(policy, fitted, x), ("transform" + five).c_str(), value_error);
  });
}

}  // namespace

TEST_CASE("value stages: infinities come out missing, even past a fill") {
  completes_and_throws(clean(fill::mean) | standardize(), true);
}

TEST_CASE("a row norm leaves them out, and the row is scaled without them") {
  completes_and_throws(normalize(l2), true);
}

TEST_CASE("drops judge them as missing") {
  completes_and_throws(clean(drop::any) | standardize(), false);
}

TEST_CASE("a shuffle does not change which is the first") {
  completes_and_throws(standardize() | sample(shuffled{seed{3}}), false);
}

TEST_CASE("in place, what was infinite is missing and the rest is done") {
  const auto fitted = fit(on::seq, clean(fill::mean) | standardize(), finite());
  table<float> right = expected(fitted);
  spoil(right);
  on_each_policy([&](const auto& policy) {
    table<float> x = infinite();
    CHECK_THROWS_WITH_AS(transform(policy, fitted, in_place(x)), ("transform" + five).c_str(),
                         value_error);
    CHECK(same(x, right));
  });
}

TEST_CASE("columns in memory: the first is still the first in source order") {
  const auto fitted = fit(on::seq, clean(fill::mean) | standardize(), finite());
  table<float> right = expected(fitted);
  spoil(right);
  const table<float> x = infinite();
  table<float, column_major> turned(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) turned(r, c) = x(r, c);
  for (int threads = 1; threads <= 4; ++threads) {
    workers pool{threads};
    table<float, column_major> out(rows, cols);
    CHECK_THROWS_WITH_AS(transform(on::eigen.on(pool), fitted, turned, out),
                         ("transform" + five).c_str(), value_error);
    bool equal = true;
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < cols; ++c)
        equal = equal && std::memcmp(&out(r, c), &right(r, c), sizeof(float)) == 0;
    CHECK(equal);
  }
}

TEST_CASE("rows are named by their number in the source, for views of some rows too") {
  const auto fitted = fit(on::seq, standardize(), finite());
  const table<float> x = infinite();
  on_each_policy([&](const auto& policy) {
    CHECK_THROWS_WITH_AS(
        transform(policy, fitted, x.row_range(2000, 4998)),
        "transform: 2 infinite value(s), the first in row 2048, column 3; say "
        "clean(infinity::missing) or clean(infinity::keep) if they are meant",
        value_error);
    const auto parts = split<struct halves>(x, counts{.train = 2000, .test = 2500}, in_order);
    const auto learned = fit(policy, standardize(), finite(), whole_population);
    CHECK_THROWS_WITH_AS(
        transform(policy, learned, parts.test),
        "transform: 2 infinite value(s), the first in row 2048, column 3; say "
        "clean(infinity::missing) or clean(infinity::keep) if they are meant",
        value_error);
  });
}

TEST_CASE("batches: those before the infinity are right, then it is said") {
  const auto fitted = fit(on::seq, standardize(), finite());
  const table<float> right = expected(fitted);
  const table<float> x = infinite();
  on_each_policy([&](const auto& policy) {
    auto epoch = batches(policy, fitted, x, {.rows = 64});
    auto batch = epoch.begin();
    CHECK(std::memcmp(batch->x.data(), right.data(), 64 * cols * sizeof(float)) == 0);
    CHECK_THROWS_WITH_AS(
        ++batch,
        "batches: 2 infinite value(s), the first in row 100, column 2; say "
        "clean(infinity::missing) or clean(infinity::keep) if they are meant",
        value_error);
  });
}

TEST_CASE("a fit says the same, whatever it measures") {
  const table<float> x = infinite();
  on_each_policy([&](const auto& policy) {
    CHECK_THROWS_WITH_AS(fit(policy, standardize(), x), ("fit" + five).c_str(), value_error);
    CHECK_THROWS_WITH_AS(fit(policy, normalize(min_max{0, 1}), x), ("fit" + five).c_str(),
                         value_error);
  });
}

TEST_CASE("by value it is the same, with the place of the first and the rows") {
  const auto fitted = fit(on::seq, standardize(), finite());
  const table<float> right = expected(fitted);
  const table<float> x = infinite();
  const auto& policy = on::eigen;
  auto said = [](const std::string& verb, const auto& call) {
    const status met = smelt_test::both_said<value_error>(verb + five, call);
    CHECK(met.infinities == 5);
    CHECK(met.first_row == 100);
    CHECK(met.first_col == 2);
    return met.rows;
  };
  table<float> out(rows, cols);
  CHECK(said("transform", [&](auto... quiet) {
          return transform(quiet..., policy, fitted, x, out);
        }) == rows);
  CHECK(same(out, right));
  CHECK(said("transform",
             [&](auto... quiet) { return transform(quiet..., policy, fitted, x); }) == rows);
  CHECK(said("fit", [&](auto... quiet) { return fit(quiet..., policy, standardize(), x); }) == 0);
  // An epoch ends before the batch that has one, and can begin again.
  auto epoch = batches(std::nothrow, policy, fitted, x, {.rows = 64});
  for (int time = 0; time < 2; ++time) {
    smelt::index seen = 0;
    for (auto& batch : epoch) seen += batch.rows();
    CHECK(seen == 64);
    const status ended = epoch.ended();
    CHECK(ended.kind() == failure::value);
    CHECK(ended.what() ==
          std::string("batches: 2 infinite value(s), the first in row 100, column 2; say "
                      "clean(infinity::missing) or clean(infinity::keep) if they are meant"));
    CHECK(ended.rows == 64);
    CHECK(ended.first_row == 100);
  }
}

TEST_CASE("infinities that are meant are no error") {
  const auto fitted = fit(on::seq, clean(infinity::missing, fill::mean), infinite());
  const auto mean = static_cast<float>(fitted.number(1, 0, 2));
  CHECK(transform(on::seq, fitted, infinite())(100, 2) == mean);
  const auto kept = fit(on::seq, clean(infinity::keep) | clip(-2, 2), infinite());
  CHECK(transform(on::seq, kept, infinite())(4097, 0) == -2.0f);
}
