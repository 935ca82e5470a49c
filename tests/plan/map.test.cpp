// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a map is asked for, and what on::seq and on::eigen make of one that was written by hand.

#include <smelt/plan/map.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/stages.hpp>
#include <support/tables.hpp>

#include <tuple>
#include <utility>
#include <vector>

using namespace smelt;
using smelt_test::gone;

namespace {

/// Doubles each value, after rows with a missing one have left.
struct doubling {
  std::vector<double> numbers;
  program<op_step<drop_missing_op, 0>, op_step<affine_op, 1>> steps;

  explicit doubling(smelt::index cols)
      : numbers(static_cast<std::size_t>(4 * pitch_of(cols)), 0.0),
        steps{{{drop_missing_op{1.0}}, {}}, no_numbers, pitch_of(cols), cols} {
    steps.numbers = numbers.data();
    for (smelt::index c = 0; c < cols; ++c) {
      numbers[static_cast<std::size_t>(c)] = 1.0;
      numbers[static_cast<std::size_t>(2 * steps.pitch + c)] = 2.0;
    }
  }
};

}  // namespace

TEST_CASE("all columns, or those that are kept") {
  map_request request{{row_map(4), row_map(4)}};
  CHECK(request.width(5) == 5);
  CHECK(request.column(3) == 3);
  const std::vector<smelt::index> kept = {1, 4};
  request.kept = &kept;
  CHECK(request.width(5) == 2);
  CHECK(request.column(1) == 4);
}

TEST_CASE("companions follow their rows, each with its own stride, to where their results begin") {
  const std::vector<int> ids = {10, 0, 11, 0, 12, 0};
  const std::vector<double> weights = {0.5, 1.5, 2.5};
  const std::tuple columns{column_view<const int>(ids.data(), 3, 2),
                           column_view<const double>(weights.data(), 3)};
  std::tuple results{std::vector<int>(5, -1), std::vector<double>(5, -1.0)};
  auto& [ids_out, weights_out] = results;
  const auto follow = detail::follow(columns, results);
  const smelt::index sources[] = {2, 0};
  follow(1, sources, 2);
  CHECK(ids_out == std::vector<int>{-1, 12, 10, -1, -1});
  CHECK(weights_out == std::vector<double>{-1.0, 2.5, 0.5, -1.0, -1.0});
  follow.copy(0, 1);
  follow.moved(3)(1, sources + 1, 1);
  CHECK(ids_out == std::vector<int>{11, 12, 10, -1, 10});
  CHECK(weights_out == std::vector<double>{1.5, 2.5, 0.5, -1.0, 0.5});
}

TEST_CASE("an array of the user's is found where it was placed, and no other") {
  const int a = 0, b = 0, there[2] = {};
  const placed_numbers placed{nullptr, nullptr, 0, {{&a, &there[0]}, {&b, &there[1]}}};
  CHECK(placed.find(&a) == &there[0]);
  CHECK(placed.find(&b) == &there[1]);
  CHECK(placed.find(&there) == nullptr);
}

TEST_CASE("rows that stay are written one after another, and their sources told") {
  const auto x =
      smelt_test::rows({{1, 2, 3}, {gone, 5, 6}, {7, 8, 9}, {10, 11, gone}, {13, 14, 15}});
  const doubling by(3);
  const std::vector<smelt::index> kept = {0, 2};
  table<double> y(5, 2);
  auto check = [&](const auto& policy) {
    map_request request{{row_map(5), row_map(5)}, &kept};
    pass_status status;
    std::vector<std::pair<smelt::index, smelt::index>> told;
    const auto n =
        policy.map(by.steps, x.view(), request, y.view(), status,
                   [&](smelt::index at, const smelt::index* sources, smelt::index count) {
                     for (smelt::index i = 0; i < count; ++i) told.emplace_back(at + i, sources[i]);
                   });
    CHECK(n == 3);
    CHECK(status.dropped == 2);
    CHECK(status.infinities == 0);
    CHECK(told == decltype(told){{0, 0}, {1, 2}, {2, 4}});
    CHECK(y(0, 0) == 2.0);
    CHECK(y(0, 1) == 6.0);
    CHECK(y(2, 1) == 30.0);
  };
  check(on::seq);
  check(on::eigen.alone());
}

TEST_CASE("with marks every row is written, and those that would drop are marked") {
  const auto x = smelt_test::rows({{1, 2}, {gone, 5}, {7, 8}});
  const doubling by(2);
  auto check = [&](const auto& policy) {
    std::vector<unsigned char> marks(3, 9);
    map_request request{{row_map(3), row_map(3)}, nullptr, marks.data()};
    table<double> y(3, 2);
    pass_status status;
    CHECK(policy.map(by.steps, x.view(), request, y.view(), status,
                     [](smelt::index, const smelt::index*, smelt::index) {}) == 3);
    CHECK(marks == std::vector<unsigned char>{0, 1, 0});
    CHECK(y(1, 1) == 10.0);
    CHECK(y(2, 0) == 14.0);
  };
  check(on::seq);
  check(on::eigen.alone());
}

TEST_CASE("an infinity is counted, and its element missing whatever the program makes of it") {
  const auto x = smelt_test::rows({{1, smelt_test::endless}, {2, 3}});
  std::vector<double> numbers(24, -5.0);
  std::fill_n(numbers.begin() + 8, 8, 5.0);
  auto check = [&](const auto& policy, bool keeps) {
    numbers[17] = keeps ? 1.0 : 0.0;  // column 1
    const program<op_step<admit_op, 2>, op_step<clip_op, 0>> steps{{}, numbers.data(), 8, 2};
    table<double> y(2, 2);
    pass_status status;
    policy.map(steps, x.view(), map_request{{row_map(2), row_map(2)}}, y.view(), status,
               [](smelt::index, const smelt::index*, smelt::index) {});
    CHECK(status.infinities == (keeps ? 0 : 1));
    CHECK(missing(y(0, 1)) == !keeps);
    if (keeps) CHECK(y(0, 1) == 5.0);
    CHECK(y(1, 1) == 3.0);
  };
  for (bool keeps : {false, true}) {
    check(on::seq, keeps);
    check(on::eigen.alone(), keeps);
  }
}
