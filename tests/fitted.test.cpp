// SPDX-License-Identifier: BSL-1.0
/// \file
/// A fitted chain: what it says of itself, equality by bits, its forms, and use from many threads.

#include <smelt/fitted.hpp>

#include <support/on_both.hpp>

#include <memory>
#include <thread>

using namespace smelt;
using namespace smelt_test;

namespace {
const auto stages = drop::missing_columns | fill::mean | standardize() | sample(shuffled{seed{1}});
const auto x = rows({{1, gone, 7}, {gone, gone, 7}, {5, gone, 7}}, {"a", "b", "c"});
}  // namespace

TEST_CASE("the example") {
  // [fitted example]
  table<double> measured(2, 1, {"mass"});
  measured(0, 0) = 1.0;
  measured(1, 0) = 3.0;
  auto fitted = fit(on::seq, standardize(), measured);
  double mean = fitted.number(0, 0, 0);           // stage 0, number 0 (the centre), column 0
  auto steady = fitted.without_sampling();        // the same numbers; no rows are drawn
  bool equal = fitted == fit(on::seq, standardize(), measured);
  // [fitted example]
  CHECK(mean == 2.0);
  CHECK(equal);
  CHECK(transform(on::seq, steady, measured).rows() == 2);
}

TEST_CASE("what it says of itself") {
  const auto f = fit(on::seq, stages, x);
  CHECK((f.cols() == 3 && f.cols_out() == 2 && f.rows() == 3));
  CHECK(f.names() == std::vector<std::string>{"a", "b", "c"});
  CHECK(f.kept_columns() == std::vector<smelt::index>{0, 2});
  CHECK(f.number(1, 0, 0) == 3.0);
  CHECK(f.number(2, 0, 0) == 3.0);
  CHECK(f.fired(2) == std::vector<smelt::index>{2});
  CHECK(f.fired(0).empty());
  CHECK_THROWS_WITH_AS(
      f.fired(4), "the chain has 4 stages, counted from 0; there is no stage 4", value_error);
  CHECK(f.repeated_passes() == 0);
  CHECK(f.split_id() == 0);
  CHECK(f.stages().get<3>().rows.seed == seed{1});
  CHECK(f.plan.fit_passes == 1);
  CHECK(fit(on::seq, standardize(), noise(4, 2)).names().empty());
}

TEST_CASE("a number that there is not is refused") {
  const auto f = fit(on::seq, stages, x);
  CHECK_THROWS_WITH_AS(f.number(4, 0, 0),
                       "the chain has 4 stages, counted from 0; there is no stage 4", value_error);
  CHECK_THROWS_WITH_AS(f.number(2, 3, 0), "stage 2 has 3 numbers a column, there is no number 3",
                       value_error);
  CHECK_THROWS_WITH_AS(f.number(1, 1, 0), "stage 1 has 1 numbers a column, there is no number 1",
                       value_error);
  CHECK_THROWS_AS(f.number(3, 0, 0), value_error);  // a sampler has none
  CHECK_THROWS_AS(f.number(2, -1, 0), value_error);
  CHECK_THROWS_WITH_AS(f.number(2, 0, 3),
                       "the chain was fitted on 3 columns, there is no column 3", value_error);
  CHECK_THROWS_AS(f.number(2, 0, -1), value_error);
  CHECK(fit(on::seq, stages, noise(4, 2, 0)).rows() == 4);
}

TEST_CASE("equal by bits: a missing number equals itself, a name counts") {
  const auto f = fit(on::seq, standardize(), rows({{gone, 1}, {gone, 2}}));
  CHECK(f == f);
  CHECK(f == fit(on::seq, standardize(), rows({{gone, 1}, {gone, 2}})));
  CHECK(!(f == fit(on::seq, standardize(), rows({{gone, 1}, {gone, std::nextafter(2.0, 3.0)}}))));
  CHECK(!(f == fit(on::seq, standardize(), rows({{gone, 1}, {gone, 2}}, {"a", "b"}))));
  CHECK(!(f == fit(on::seq, standardize(), rows({{gone}, {gone}}))));
}

TEST_CASE("forms share the numbers") {
  const auto f = fit(on::seq, stages, x);
  const auto values = f.values_only();
  const auto drops = f.without_sampling();
  static_assert(decltype(f)::mode == row_stages::all);
  static_assert(decltype(values)::mode == row_stages::none);
  static_assert(decltype(drops)::mode == row_stages::no_sampling);
  CHECK(&values.learned() == &f.learned());
  CHECK(&drops.learned() == &f.learned());
  static_assert(decltype(drops.values_only())::mode == row_stages::none);
  const auto copy = f;
  CHECK(&copy.learned() == &f.learned());
}

TEST_CASE("it outlives what it was fitted on") {
  auto data = std::make_unique<table<double>>(x);
  auto given = std::make_unique<std::remove_const_t<decltype(stages)>>(stages);
  auto f = std::make_unique<decltype(fit(on::seq, stages, x))>(fit(on::seq, *given, *data));
  const auto values = f->values_only();
  const auto before = transform(on::seq, values, x);
  data.reset();
  given.reset();
  f.reset();
  CHECK(difference(transform(on::seq, values, x), before) == "");
  CHECK(difference(before.row_range(1, 2), {{0, 0}}) == "");
  CHECK(values.number(2, 0, 0) == 3.0);
}

TEST_CASE("many threads may use one") {
  const auto many = noise(3000, 3, 5);
  const auto f = fit(on::seq, fill::mean | standardize(), many);
  const auto expected = transform(on::seq, f, many);
  std::vector<table<double>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) threads.emplace_back([&] { mine = transform(on::eigen, f, many); });
  for (auto& t : threads) t.join();
  for (const auto& mine : made) CHECK(difference(mine, expected) == "");
}
