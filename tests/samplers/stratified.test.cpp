// SPDX-License-Identifier: BSL-1.0
/// \file
/// Stratified: exact numbers of each class, distinct rows, each of a class as likely as another.

#include <smelt/samplers/stratified.hpp>

#include <doctest/doctest.h>

#include <smelt/smelt.hpp>

#include <support/deviates.hpp>
#include <support/on_both.hpp>

#include <cstdint>
#include <limits>
#include <set>
#include <vector>

using namespace smelt;

namespace {

using sizes = std::vector<smelt::index>;

std::size_t at(smelt::index i) { return static_cast<std::size_t>(i); }

std::string refused(const stratified& s, smelt::index rows) {
  status found;
  const bool good = s.check(rows, found);
  CHECK(good == found.ok());
  return found.ok() ? "" : found.what();
}

/// Classes 0, 1, 2 of 70, 27 and 3 of 100 rows.
std::vector<std::int64_t> three_classes() {
  std::vector<std::int64_t> labels;
  for (int i = 0; i < 100; ++i) labels.push_back(i * 37 % 100 < 70 ? 0 : i * 37 % 100 < 97 ? 1 : 2);
  return labels;
}

}  // namespace

TEST_CASE("the example") {
  // [stratified example]
  std::vector<std::int64_t> species = three_classes();     // 70, 27 and 3 rows
  auto chosen = stratified{species, 10, seed{42}}.map(100, 0);  // 6, 3 and 1 of them
  // [stratified example]
  sizes times(3);
  std::set<smelt::index> seen;
  for (smelt::index i = 0; i < chosen.count(); ++i) {
    ++times[at(species[at(chosen(i))])];
    seen.insert(chosen(i));
  }
  CHECK(times == sizes{6, 3, 1});
  CHECK(seen.size() == 10);
}

TEST_CASE("exact for every number of rows and epoch, and never a row twice") {
  const auto labels = three_classes();
  for (smelt::index n = 0; n <= 100; n += n < 10 ? 1 : 9)
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
      const auto rows = stratified{labels, n, seed{3}}.map(100, epoch);
      sizes times(3);
      std::set<smelt::index> seen;
      for (smelt::index i = 0; i < rows.count(); ++i) {
        ++times[at(labels[at(rows(i))])];
        seen.insert(rows(i));
      }
      CHECK(times == apportion(n, {70, 27, 3}, true));
      CHECK(static_cast<smelt::index>(seen.size()) == n);
    }
}

TEST_CASE("every row of a class is as likely, and in any place") {
  const auto labels = three_classes();
  std::vector<double> of_first;
  std::vector<double> times(100);
  std::vector<double> rare_in_place(10);
  const stratified sampler{labels, 10, seed{12}};
  for (std::uint64_t epoch = 0; epoch < 4000; ++epoch) {
    const auto rows = sampler.map(100, epoch);
    for (smelt::index i = 0; i < 10; ++i) {
      ++times[at(rows(i))];
      rare_in_place[at(i)] += labels[at(rows(i))] == 2;
    }
  }
  for (std::size_t r = 0; r < 100; ++r)
    if (labels[r] == 0) of_first.push_back(times[r]);
  CHECK(of_first.size() == 70);
  CHECK(smelt_test::deviates(of_first) < smelt_test::most_deviates);
  CHECK(smelt_test::deviates(rare_in_place) < smelt_test::most_deviates);
}

TEST_CASE("the rows of a class are the first of its own order") {
  std::vector<int> labels(20);
  for (std::size_t r = 10; r < 20; ++r) labels[r] = 1;
  const auto rows = stratified{labels, 8, seed{3}}.map(20, 2);
  std::set<smelt::index> seen;
  std::set<smelt::index> expected;
  for (smelt::index i = 0; i < 8; ++i) seen.insert(rows(i));
  for (std::uint64_t c = 0; c < 2; ++c)
    for (smelt::index i = 0; i < 4; ++i)
      expected.insert(static_cast<smelt::index>(10 * c) + permutation(seed_of(seed{3}, c, 6), 2, 10)(i));
  CHECK(seen == expected);
}

TEST_CASE("of a part: the numbers of the part's rows") {
  const auto labels = three_classes();
  const row_map part(permutation(seed{2}, 0, 100), 20, 50);
  const auto rows = stratified{labels, part, 10, seed{3}}.map(50, 0);
  std::vector<std::int64_t> own;
  for (smelt::index i = 0; i < 50; ++i) own.push_back(labels[at(part(i))]);
  const auto same = stratified{own, 10, seed{3}}.map(50, 0);
  for (smelt::index i = 0; i < 10; ++i) CHECK(rows(i) == same(i));
}

TEST_CASE("a thousand classes of one to three rows, and no rows at all") {
  std::vector<int> labels;
  for (int c = 0; c < 1000; ++c)
    for (int i = 0; i <= c % 3; ++i) labels.push_back(c);
  const auto n = static_cast<smelt::index>(labels.size());
  const auto rows = stratified{labels, 1000, seed{3}}.map(n, 0);
  std::set<int> seen;
  for (smelt::index i = 0; i < 1000; ++i) seen.insert(labels[at(rows(i))]);
  CHECK(seen.size() == 1000);
  CHECK(stratified{std::vector<int>{}, 0, seed{1}}.map(0, 0).count() == 0);
  CHECK(stratified{std::vector<int>{4}, 1, seed{1}}.map(1, 0)(0) == 0);
}

TEST_CASE("the same bits on every policy: the list reaches a device") {
  table<float> x(300, 3);
  std::vector<unsigned char> labels(300);
  for (smelt::index r = 0; r < 300; ++r) {
    for (smelt::index c = 0; c < 3; ++c) x(r, c) = static_cast<float>((r * 7 + c * 31) % 113);
    labels[at(r)] = r % 7 == 0 ? 1 : 0;
  }
  const auto f =
      smelt_test::fitted_on_both(sample(stratified{labels, 200, seed{3}}) | standardize(), x);
  const auto y = smelt_test::transformed_on_both(f, x);
  CHECK(y.rows() == 200);
#if SMELT_TESTS_ON_DEVICE
  const smelt_test::moved<table<float>> there(smelt_test::on_device(), x);
  smelt::index r = 0;
  for (const auto& batch : batches(smelt_test::on_device(), f, there.view(), {.rows = 64})) {
    const auto here = to_host(smelt_test::on_device(), batch.x);
    for (smelt::index i = 0; i < batch.rows(); ++i, ++r)
      for (smelt::index c = 0; c < 3; ++c) CHECK(here(i, c) == y(r, c));
  }
  CHECK(r == 200);
#endif
}

TEST_CASE("a file's checksum is of the classes too: the same rows in their order may be other classes") {
  const stratified sampler{std::vector<int>{0, 0, 0, 1}, 2, seed{1}};
  const stratified other{std::vector<int>{0, 1, 1, 1}, 2, seed{1}};
  CHECK(sampler.text() == other.text());
  CHECK(sampler.given_bytes() != other.given_bytes());
  CHECK(sampler.given_bytes() == stratified{std::vector<int>{7, 7, 7, 8}, 2, seed{1}}.given_bytes());
}

TEST_CASE("what cannot be drawn, and in words") {
  const std::vector<int> labels{0, 1, 1};
  CHECK(refused({labels, 3, seed{1}}, 3) == "");
  CHECK(refused({labels, 4, seed{1}}, 3) ==
        "stratified{3 labels, 4, seed{1}}: there are only 3 rows");
  CHECK(refused({labels, 2, seed{1}}, 4) ==
        "stratified{3 labels, 2, seed{1}}: there are 4 rows to choose from");
  CHECK(refused({labels, -2, seed{1}}, 3) ==
        "stratified{3 labels, -2, seed{1}}: the number of rows cannot be negative");
  const std::vector<float> gone{0.0f, std::numeric_limits<float>::quiet_NaN()};
  CHECK_THROWS_WITH_AS((stratified{gone, 1, seed{1}}), "the label of row 1 is NaN: it is in no class",
                       value_error);
}
