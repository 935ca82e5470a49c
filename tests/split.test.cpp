// SPDX-License-Identifier: BSL-1.0
/// \file
/// split: sizes as promised, parts disjoint and covering, roles, and a fit on a part.

#include <smelt/split.hpp>

#include <support/on_both.hpp>
#include <support/parts.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <new>  // std::nothrow

using namespace smelt;
using namespace smelt_test;

namespace {

struct calibration {
  static constexpr bool may_fit = false;
  static constexpr const char* name = "calibration";
};
struct rehearsal {
  static constexpr bool may_fit = true;
  static constexpr const char* name = "rehearsal";
};

using sizes = std::vector<smelt::index>;

template <class Sizes>
sizes sizes_of(smelt::index rows, const Sizes& wanted) {
  const matrix_view<const double> x(nullptr, rows, 1);  // a split reads nothing
  const auto parts = split<struct sizes_split>(x, wanted, seed{1});
  return {parts.train.rows(), parts.validation.rows(), parts.test.rows()};
}
template <class Part>
sizes rows_of(const Part& p) {
  sizes made;
  for (smelt::index i = 0; i < p.rows(); ++i) made.push_back(p.map(i));
  return made;
}

}  // namespace

TEST_CASE("the example") {
  // [split example]
  table<double> measured(100, 3);
  for (smelt::index i = 0; i < 300; ++i) measured.data()[i] = static_cast<double>(i);
  auto parts = split<struct my_split>(measured, {.train = 0.8, .test = 0.2}, seed{7});
  auto fitted = fit(on::seq, standardize(), parts.train);      // sees 80 rows
  auto unseen = transform(on::seq, fitted, parts.test);        // the other 20
  // [split example]
  CHECK(fitted.rows() == 80);
  CHECK(unseen.rows() == 20);
}

TEST_CASE("two parts as scikit-learn: test rounded up, train its complement") {
  CHECK(sizes_of(10, fractions{.train = 0.75, .test = 0.25}) == sizes{7, 0, 3});
  CHECK(sizes_of(101, fractions{.train = 0.75, .test = 0.25}) == sizes{75, 0, 26});
  CHECK(sizes_of(10, fractions{.train = 0.33, .test = 0.67}) == sizes{3, 0, 7});
  CHECK(sizes_of(1797, fractions{.train = 0.8, .test = 0.2}) == sizes{1437, 0, 360});
  CHECK(sizes_of(10, fractions{.train = 0.5, .test = 0.25}) == sizes{5, 0, 3});  // 2 left over
  CHECK(sizes_of(10, fractions{.train = 0.75, .validation = 0.25}) == sizes{7, 3, 0});
  CHECK(sizes_of(9, fractions{.validation = 0.5, .test = 0.5}) == sizes{0, 4, 5});
  CHECK(sizes_of(2, fractions{.train = 0.5, .test = 0.5}) == sizes{1, 0, 1});
  CHECK(sizes_of(1000000007, fractions{.train = 0.9, .test = 0.1}) == sizes{900000006, 0, 100000001});
}

TEST_CASE("one part, and three by the largest remainder") {
  CHECK(sizes_of(10, fractions{.train = 0.33}) == sizes{3, 0, 0});
  CHECK(sizes_of(10, fractions{.train = 1.0}) == sizes{10, 0, 0});
  CHECK(sizes_of(101, fractions{.train = 0.6, .validation = 0.2, .test = 0.2}) == sizes{61, 20, 20});
  CHECK(sizes_of(10, fractions{.train = 0.5, .validation = 0.25, .test = 0.25}) == sizes{5, 3, 2});
  const double third = 1.0 / 3.0;
  CHECK(sizes_of(7, fractions{.train = third, .validation = third, .test = third}) == sizes{3, 2, 2});
  CHECK(sizes_of(8, fractions{.train = third, .validation = third, .test = third}) == sizes{3, 3, 2});
  // 4.5, 2.7, 0.9 and 0.9 left over: the two largest remainders come first, then 0.7.
  CHECK(sizes_of(9, fractions{.train = 0.5, .validation = 0.3, .test = 0.1}) == sizes{4, 3, 1});
  for (smelt::index n = 10; n < 200; ++n) {
    const auto s = sizes_of(n, fractions{.train = 0.7, .validation = 0.1999, .test = 0.1001});
    CHECK(s[0] + s[1] + s[2] == n);
    CHECK(std::abs(static_cast<double>(s[0]) - 0.7 * static_cast<double>(n)) < 1.0);
  }
}

TEST_CASE("counts say how many rows, down to none") {
  CHECK(sizes_of(10, counts{.train = 8, .test = 0}) == sizes{8, 0, 0});
  CHECK(sizes_of(10, counts{.train = 3, .validation = 3, .test = 4}) == sizes{3, 3, 4});
}

TEST_CASE("sizes that do not fit are refused, by value too") {
  CHECK_THROWS_WITH_AS(sizes_of(10, fractions{.train = 0.7, .validation = 0.29, .test = 0.01}),
                       "split: 0.01 of 10 rows leaves part 2 empty; give counts{...} if it may be",
                       value_error);
  CHECK_THROWS_WITH_AS(sizes_of(10, counts{.train = 11}),
                       "split: a part cannot have 11 rows, there are 10", value_error);
  CHECK_THROWS_AS(sizes_of(10, counts{.train = -1}), value_error);
  CHECK_THROWS_WITH_AS(sizes_of(10, counts{.train = 6, .test = 5}),
                       "split: the parts have 11 rows together, there are 10", value_error);
  const table<double> x(10, 1);
  const auto refused = split<struct by_value>(std::nothrow, x, counts{.train = 11}, seed{1});
  CHECK(refused.what() == std::string("split: a part cannot have 11 rows, there are 10"));
  CHECK(!split<struct by_value>(std::nothrow, x, {.train = 2.0}, seed{1}));
  const auto parts = split<struct by_value>(std::nothrow, x, {.train = 0.8, .test = 0.2}, seed{1});
  REQUIRE(parts);
  CHECK(rows_of(parts->test) ==
        rows_of(split<struct by_value>(x, {.train = 0.8, .test = 0.2}, seed{1}).test));
  const auto by_counts = split<struct by_value>(std::nothrow, x, counts{.train = 8}, in_order);
  REQUIRE(by_counts);
  CHECK(by_counts->train.rows() == 8);
}

TEST_CASE("parts are disjoint, and together every row, for any number of rows") {
  for (smelt::index n : {3, 4, 7, 8, 9, 100, 1023, 1025}) {
    CAPTURE(n);
    const table<double> x(n, 1);
    const auto parts =
        split<struct covering>(x, {.train = 0.4, .validation = 0.3, .test = 0.3}, seed{9});
    sizes all = rows_of(parts.train);
    for (const auto& more : {rows_of(parts.validation), rows_of(parts.test)})
      all.insert(all.end(), more.begin(), more.end());
    std::sort(all.begin(), all.end());
    REQUIRE(static_cast<smelt::index>(all.size()) == n);
    smelt::index wrong = 0;
    for (smelt::index r = 0; r < n; ++r) wrong += all[static_cast<std::size_t>(r)] != r;
    CHECK(wrong == 0);
    // And each row is found in its part at its place.
    std::vector<smelt::index> place(static_cast<std::size_t>(n));
    parts.test.map.find(0, n, place.data());
    const sizes test = rows_of(parts.test);
    for (smelt::index r = 0; r < n; ++r) {
      const auto at = std::find(test.begin(), test.end(), r);
      wrong += place[static_cast<std::size_t>(r)] != (at == test.end() ? -1 : at - test.begin());
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("a split is a function of its seed, sizes and number of rows") {
  const table<double> x(200, 1);
  auto test_rows = [&](std::uint64_t s, double share) {
    return rows_of(
        split<struct function_of>(x, {.train = 1.0 - share, .test = share}, seed{s}).test);
  };
  CHECK(test_rows(1, 0.2) == test_rows(1, 0.2));
  CHECK(test_rows(1, 0.2) != test_rows(2, 0.2));
  const auto parts = split<struct function_of>(x, {.train = 0.5, .test = 0.5}, seed{1});
  const auto again = split<struct function_of>(x, {.train = 0.5, .test = 0.5}, seed{1});
  const auto other = split<struct function_of>(x, {.train = 0.6, .test = 0.4}, seed{1});
  CHECK(parts.test.split_id == again.train.split_id);
  CHECK(parts.test.split_id != other.test.split_id);
  const auto ordered = split<struct function_of>(x, {.train = 0.5, .test = 0.5}, in_order);
  const auto first = split<struct function_of>(x, {.train = 0.5, .test = 0.5}, seed{0});
  CHECK(ordered.test.split_id != first.test.split_id);
  // A shuffle of the same seed is another order.
  const auto order = shuffled{seed{1}}.order(200, 0);
  smelt::index equal_rows = 0;
  for (smelt::index i = 0; i < 100; ++i) equal_rows += parts.train.map(i) == order(i);
  CHECK(equal_rows < 20);
}

TEST_CASE("in order: the first rows are the train part") {
  const auto x = noise(10, 2);
  const auto parts = split<struct ordered>(x, {.train = 0.5, .validation = 0.2, .test = 0.3}, in_order);
  CHECK(rows_of(parts.train) == sizes{0, 1, 2, 3, 4});
  CHECK(rows_of(parts.validation) == sizes{5, 6});
  CHECK(rows_of(parts.test) == sizes{7, 8, 9});
  const auto by_counts = split<struct ordered>(x, counts{.train = 2, .test = 3}, in_order);
  CHECK(rows_of(by_counts.test) == sizes{2, 3, 4});
  const auto f = fitted_on_both(clip(0, 1) | standardize(), parts.train);
  CHECK(difference(transformed_on_both(f, parts.test),
                   transform(on::seq, fit(on::seq, clip(0, 1) | standardize(), x.row_range(0, 5)),
                             x.row_range(7, 10))) == "");
}

TEST_CASE("roles of one's own") {
  const auto x = noise(20, 2);
  const auto parts = split<struct own>(
      x, shares{share<role::train>{0.5}, share<calibration>{0.2}, share<rehearsal>{0.3}}, seed{4});
  CHECK(parts.get<role::train>().rows() == 10);
  CHECK(parts.get<calibration>().rows() == 4);
  CHECK(parts.get<rehearsal>().rows() == 6);
  const auto f = fit(on::seq, standardize(), parts.get<rehearsal>());
  CHECK(f.rows() == 6);
  CHECK(transform(on::seq, f, parts.get<calibration>()).rows() == 4);
  const auto ordered = split<struct own>(x, shares{share<rehearsal>{0.25}, share<role::test>{0.75}}, in_order);
  CHECK(rows_of(ordered.get<rehearsal>()) == sizes{0, 1, 2, 3, 4});
  CHECK(ordered.get<role::test>().rows() == 15);
}

TEST_CASE("a fit on a part is, bit for bit, a fit of the table with the other rows masked") {
  // Where both take the same shift, that is: the first rows are alike, so that no choice is left.
  auto x = noise(5000, 3, 9);
  for (smelt::index r = 0; r < 1024; ++r)
    for (smelt::index c = 0; c < 3; ++c) x(r, c) = 0.3 * static_cast<double>(c + 1);
  const auto parts = split<struct mask_split>(x, {.train = 0.7, .test = 0.3}, seed{3});
  std::vector<unsigned char> mask(5000, 1);
  for (smelt::index i = 0; i < parts.train.rows(); ++i)
    mask[static_cast<std::size_t>(parts.train.map(i))] = 0;
  const auto f = fitted_on_both(standardize() | normalize(min_max{}), parts.train);
  const auto g = fitted_on_both(drop::where(mask) | standardize() | normalize(min_max{}), x);
  CHECK((f.rows() == 3500 && g.rows() == 3500));
  for (smelt::index c = 0; c < 3; ++c)
    for (int k = 0; k < 3; ++k)
      for (std::size_t stage = 0; stage < 2; ++stage)
        CHECK(f.number(stage, k, c) == g.number(stage + 1, k, c));
}

TEST_CASE("rows of a part come out in the order of the part") {
  const auto x = noise(1500, 2, 9);
  const auto parts = split<struct order_split>(x, {.train = 0.7, .test = 0.3}, seed{3});
  const auto f = fit(on::seq, fill::constant(0), parts.train);
  const auto y = transformed_on_both(f, parts.test);
  REQUIRE(y.rows() == 450);
  smelt::index wrong = 0;
  for (smelt::index i = 0; i < 450; ++i)
    for (smelt::index c = 0; c < 2; ++c) {
      const double from = x(parts.test.map(i), c);
      wrong += !same_bits(y(i, c), missing(from) ? 0.0 : from);
    }
  CHECK(wrong == 0);
}

TEST_CASE("a chain fitted on a whole population transforms parts of it") {
  const auto x = noise(30, 2);
  const auto parts = split<struct population_split>(x, {.train = 0.5, .test = 0.5}, seed{3});
  const auto f = fit(on::seq, standardize(), x, whole_population);
  CHECK(f.rows() == 30);
  CHECK(transform(on::seq, f, parts.test).rows() == 15);
  CHECK(transform(on::seq, f, x).rows() == 30);
}

TEST_CASE("one split's train part, another split's test part: the same tag does not hide it") {
  const auto x = noise(30, 2);
  const auto one = split<struct same_tag>(x, {.train = 0.5, .test = 0.5}, seed{3});
  const auto two = split<struct same_tag>(x, {.train = 0.5, .test = 0.5}, seed{4});
  const auto f = fit(on::seq, standardize(), one.train);
  CHECK_NOTHROW(transform(on::seq, f, one.test));
  CHECK_THROWS_AS(transform(on::seq, f, two.test), value_error);
}

TEST_CASE("every way to split: disjoint, complete, and companions follow their rows") {
  const auto x = noise(101, 2);
  std::vector<int> labels;
  std::vector<std::int64_t> ids;
  for (smelt::index r = 0; r < 101; ++r) {
    labels.push_back(static_cast<int>(r * r % 3));
    ids.push_back(9000000000 + r % 40);
  }
  const auto data = labelled(x, labels, ids);
  const auto check = [&](const auto& parts) {
    CHECK(wrong_with({parts.train.map, parts.validation.map, parts.test.map}, 101) == "");
    const auto f = fit(on::seq, fill::constant(0), data, whole_population);
    const auto y = transform(on::seq, f, parts.test);
    const sizes rows = rows_of(parts.test);
    REQUIRE(y.rows() == static_cast<smelt::index>(rows.size()));
    smelt::index wrong = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
      wrong += y.template companion<0>()[i] != labels[static_cast<std::size_t>(rows[i])] ||
               y.template companion<1>()[i] != ids[static_cast<std::size_t>(rows[i])] ||
               !same_bits(y.x(static_cast<smelt::index>(i), 1), x(rows[i], 1));
    CHECK(wrong == 0);
  };
  const fractions wanted{.train = 0.5, .validation = 0.25, .test = 0.25};
  check(split<struct any>(data, wanted, seed{1}));
  check(split<struct any>(data, wanted, in_order));
  check(split<struct any>(data, wanted, by_time{}));
  check(split<struct any>(data, wanted, stratified_by(labels, seed{1})));
  check(split<struct any>(data, wanted, grouped_by(ids)));
  check(split<struct any>(data, wanted, by_hash(ids)));
  check(split<struct any>(data, by([](smelt::index row) { return row % 3; })));
  check(split<struct any>(data, counts{.train = 51, .validation = 25, .test = 25}, seed{1}));
}

TEST_CASE("a fit on a part that is a list, and what ways refuse, by value too") {
  const auto x = noise(50, 2);
  std::vector<int> labels(50);
  for (std::size_t r = 0; r < 50; r += 3) labels[r] = 1;
  const auto parts = split<struct by_class>(x, {.train = 0.8, .test = 0.2}, stratified_by(labels));
  const auto f = fit(on::seq, standardize(), parts.train);
  CHECK(f.rows() == 40);
  CHECK(transform(on::seq, f, parts.test).rows() == 10);
  const auto refused = split<struct by_class>(std::nothrow, x.row_range(0, 49),
                                              {.train = 0.8, .test = 0.2}, stratified_by(labels));
  CHECK(refused.what() == std::string("stratified_by(labels) has 50 keys, the data have 49 rows"));
  const auto wrong = by([](smelt::index) { return 3; });
  CHECK_THROWS_AS(split<struct by_row>(x, wrong), value_error);
  CHECK(!split<struct by_row>(std::nothrow, x, wrong));
  const auto own = split<struct by_role>(x, roles<role::train, calibration>{},
                                         by([](smelt::index row) { return row < 30 ? 0 : 1; }));
  CHECK(own.get<calibration>().rows() == 20);
  const auto numbered = split<struct by_number>(
      x, counts_of{count_of<rehearsal>{12}, count_of<calibration>{5}}, in_order);
  CHECK(rows_of(numbered.get<calibration>()) == sizes{12, 13, 14, 15, 16});
}
