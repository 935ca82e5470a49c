// SPDX-License-Identifier: BSL-1.0
/// \file
/// transform of labelled data: companions of any type follow their rows through samples, drops and
/// parts; marks instead of drops.

#include <support/on_both.hpp>

#include <numeric>
#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Rows that know themselves: column 0 is the row's number, column 1 is missing in every fourth row.
/// The companions hold numbers that no double and no 32 bits can, and words.
struct census {
  static constexpr std::int64_t base = (std::int64_t{1} << 53) + 1;
  table<float> x;
  std::vector<std::int64_t> id;
  std::vector<std::string> word;

  explicit census(smelt::index rows) : x(rows, 3) {
    for (smelt::index r = 0; r < rows; ++r) {
      x(r, 0) = static_cast<float>(r);
      x(r, 1) = r % 4 == 3 ? missing_value<float> : 1.0f;
      x(r, 2) = static_cast<float>(r % 7);
      id.push_back(base + 3 * r);
      word.push_back("row " + std::to_string(r));
    }
  }
  auto data() const { return labelled(x, id, word); }
};

/// The first row of a result whose companions are not those of its features; -1 when none.
template <class Result>
smelt::index stray(const Result& y) {
  const auto& words = y.template companion<1>();
  if (static_cast<smelt::index>(y.y.size()) != y.rows() || words.size() != y.y.size()) return 0;
  for (smelt::index i = 0; i < y.rows(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto r = static_cast<std::int64_t>(y.x(i, 0));
    if (y.y[at] != census::base + 3 * r || words[at] != "row " + std::to_string(r)) return i;
  }
  return -1;
}
template <class Result>
bool same_companions(const Result& a, const Result& b) {
  return a.companions() == b.companions() && a.dropped == b.dropped && difference(a.x, b.x) == "";
}

}  // namespace

TEST_CASE("the example") {
  // [transform_rows example]
  table<double> features(3, 1);
  features(0, 0) = 1.0;
  features(1, 0) = missing_value<double>;
  features(2, 0) = 3.0;
  std::vector<std::string> species = {"Adelie", "Gentoo", "Chinstrap"};
  auto result = fit_transform(on::seq, clean(drop::any), labelled(features, species));
  // result.x holds 1 and 3, result.y "Adelie" and "Chinstrap"
  // [transform_rows example]
  CHECK(result.y == std::vector<std::string>{"Adelie", "Chinstrap"});
}

TEST_CASE("through a shuffle, a sample and drops, on one thread and on many") {
  const census all(5000);
  const auto chain = drop::any | sample(take{3000, seed{5}});
  const auto f = fitted_on_both(chain, all.data());
  const auto y = transform(on::seq, f, all.data());
  CHECK(stray(y) == -1);
  CHECK((y.rows() > 2100 && y.rows() < 2400));  // three of four
  workers pool{3};
  CHECK(same_companions(y, transform(on::eigen.on(pool), f, all.data())));

  const auto undrawn = transform(on::eigen, f.without_sampling(), all.data());
  CHECK(stray(undrawn) == -1);
  CHECK(undrawn.rows() == 3750);
}

TEST_CASE("through values alone") {
  const census all(700);
  const auto f = fit(on::seq, at(columns{2}, standardize()), all.data());
  const auto y = transform(on::seq, f, all.data());
  CHECK(stray(y) == -1);
  CHECK(y.rows() == 700);
  CHECK(y.y == all.id);
  CHECK(same_companions(y, transform(on::eigen, f, all.data())));
}

TEST_CASE("through parts: a part of labelled data hands on its own rows") {
  const census all(900);
  const auto parts = split<struct census_split>(all.data(), {.train = 0.7, .test = 0.3}, seed{3});
  const auto chain = drop::any | sample(shuffled{seed{2}});
  const auto f = fit(on::seq, chain, parts.train);
  const auto train = transform(on::seq, f, parts.train);
  const auto test = transform(on::seq, f.without_sampling(), parts.test);
  CHECK(stray(train) == -1);
  CHECK(stray(test) == -1);
  CHECK(same_companions(train, transform(on::eigen, f, parts.train)));
  CHECK(same_companions(test, transform(on::eigen, f.without_sampling(), parts.test)));
  // Every row of the census without a missing value is in one of them, once.
  std::vector<int> seen(900);
  for (std::int64_t id : train.y) ++seen[static_cast<std::size_t>((id - census::base) / 3)];
  for (std::int64_t id : test.y) ++seen[static_cast<std::size_t>((id - census::base) / 3)];
  smelt::index wrong = 0;
  for (std::size_t r = 0; r < 900; ++r) wrong += seen[r] != (r % 4 == 3 ? 0 : 1);
  CHECK(wrong == 0);
}

TEST_CASE("values_only: row i is row i, and rows that would drop are marked") {
  const census all(300);
  const auto f = fit(on::seq, drop::any | sample(shuffled{seed{2}}) | fill::constant(9), all.data());
  const auto y = transform(on::seq, f.values_only(), all.data());
  CHECK(stray(y) == -1);
  CHECK(y.rows() == 300);
  CHECK(y.y == all.id);
  smelt::index wrong = 0;
  for (std::size_t r = 0; r < 300; ++r) wrong += y.dropped[r] != (r % 4 == 3 ? 1 : 0);
  CHECK(wrong == 0);
  CHECK(y.x(3, 1) == 9.0f);  // a marked row runs through the whole chain
  CHECK(same_companions(y, transform(on::eigen, f.values_only(), all.data())));

  // Plain data: the table itself carries the marks. A given output has nowhere to put them.
  const auto plain = transform(on::eigen, f.values_only(), all.x);
  CHECK(plain.dropped == y.dropped);
  CHECK(difference(plain, y.x) == "");
  table<float> out(300, 3);
  CHECK(transform(on::eigen, f.values_only(), all.x, out) == 300);
  CHECK(difference(out, y.x) == "");
  auto again = all.x;
  transform(on::eigen, f.values_only(), in_place(again));
  CHECK(difference(again, y.x) == "");
}

TEST_CASE("a given output takes the rows that come out, and says how many") {
  const census all(2000);
  const auto f = fit(on::seq, drop::any, all.x);
  const auto y = transform(on::seq, f, all.x);
  table<float> out(2000, 3);
  CHECK(transform(on::eigen, f, all.x, out) == 1500);
  out.shrink(1500);
  CHECK(difference(out, y) == "");
  table<float> shorter(1999, 3);
  CHECK_THROWS_WITH_AS(transform(on::seq, f, all.x, shorter),
                       "up to 2000 rows come out, the output has 1999", shape_error);
}
