// SPDX-License-Identifier: BSL-1.0
/// \file
/// folds: types and ids of their own, of tables and of parts, and what may meet what.

#include <smelt/folds.hpp>

#include <support/allocation_hook.hpp>
#include <support/on_both.hpp>
#include <support/parts.hpp>

#include <array>
#include <cstdint>
#include <new>  // std::nothrow
#include <type_traits>

using namespace smelt;
using namespace smelt_test;

TEST_CASE("the example") {
  // [folds example]
  table<double> measured(100, 3);
  for (smelt::index i = 0; i < 300; ++i) measured.data()[i] = static_cast<double>(i % 17);
  const auto parts = split<struct my_split>(measured, {.train = 0.8, .test = 0.2}, seed{7});
  const auto means = folds<struct cv, 5>(parts.train, k_fold{seed{8}})
                         .each([&](const auto& train, const auto& held_out) {
                           const auto fitted = fit(on::seq, standardize(), train);  // 64 rows
                           return transform(on::seq, fitted, held_out).rows();      // 16 rows
                         });
  // [folds example]
  static_assert(std::is_same_v<decltype(means), const std::array<smelt::index, 5>>);
  for (smelt::index rows : means) CHECK(rows == 16);
}

TEST_CASE("each fold has a type and an id of its own, and its rows") {
  const auto x = noise(23, 2);
  const auto made = folds<struct own, 3>(x, k_fold{seed{1}});
  static_assert(decltype(made)::size() == 3);
  const auto first = made.get<0>();
  const auto second = made.get<1>();
  static_assert(!std::is_same_v<decltype(first.train), decltype(second.train)>);
  static_assert(decltype(second.train)::tag::number == 1);
  CHECK(first.train.split_id == first.held_out.split_id);
  CHECK(first.train.split_id != second.train.split_id);
  CHECK(first.train.split_id % 2 == 1);  // never 0, which is no split
  status found;
  CHECK((first.train.split_id >> 32) == (k_fold{seed{1}}.fold(row_map(23), 3, found).id >> 32));
  int calls = 0;
  std::vector<row_map> out;
  made.each([&](const auto& train, const auto& held_out) {
    CHECK(wrong_with({train.map, held_out.map}, 23) == "");
    CHECK(train.map.count() == train.rows());
    out.push_back(held_out.map);
    ++calls;
  });
  CHECK(calls == 3);
  CHECK(wrong_with(out, 23) == "");
  CHECK(rows_of(first.held_out.map) == rows_of(out[0]));
}

TEST_CASE("a fit in a fold is, bit for bit, one of the table with the other rows masked") {
  auto x = noise(3000, 2, 9);
  for (smelt::index r = 0; r < 1024; ++r)  // no choice of a shift
    for (smelt::index c = 0; c < 2; ++c) x(r, c) = 0.3 * static_cast<double>(c + 1);
  std::vector<int> labels;
  for (smelt::index r = 0; r < 3000; ++r) labels.push_back(static_cast<int>(r % 5 == 0));
  const auto of_k = folds<struct masked, 4>(x, k_fold{seed{1}}).get<2>();
  auto check = [&](const auto& one) {
    std::vector<unsigned char> mask(3000, 1);
    for (smelt::index row : rows_of(one.train.map)) mask[static_cast<std::size_t>(row)] = 0;
    const auto g = fit(on::seq, drop::where(mask) | standardize(), x);
    const auto f = fitted_on_both(standardize(), one.train);
    for (smelt::index c = 0; c < 2; ++c)
      for (int k = 0; k < 3; ++k) CHECK(f.number(0, k, c) == g.number(1, k, c));
    CHECK(transformed_on_both(f, one.held_out).rows() == one.held_out.rows());
  };
  check(of_k);
  const auto by_list = folds<struct listed, 4>(x, stratified_by(labels, seed{1})).get<2>();
  check(by_list);
}

TEST_CASE("folds of a part: their rows are the part's, and the split's test part is new to them") {
  const auto x = noise(61, 2);
  const std::vector<std::int64_t> ids = [] {
    std::vector<std::int64_t> made;
    for (smelt::index r = 0; r < 61; ++r) made.push_back(9000000000 + r);
    return made;
  }();
  const auto labels = spread({30, 31});
  const auto data = labelled(x, labels, ids);
  const auto parts = split<struct whole>(data, {.train = 0.8, .test = 0.2}, stratified_by(labels, seed{1}));
  const auto made = folds<struct inner, 3>(parts.train, stratified_by(labels, seed{2}));
  std::vector<row_map> out{parts.test.map};
  made.each([&](const auto& train, const auto& held_out) {
    out.push_back(held_out.map);
    CHECK(train.rows() + held_out.rows() == parts.train.rows());
    const auto f = fit(on::seq, standardize(), train);
    const auto y = transform(on::eigen, f, held_out);
    const auto rows = rows_of(held_out.map);
    REQUIRE(y.rows() == static_cast<smelt::index>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::size_t>(rows[i]);
      CHECK(y.template companion<0>()[i] == labels[row]);
      CHECK(y.template companion<1>()[i] == ids[row]);
      CHECK(same_bits(y.x(static_cast<smelt::index>(i), 0),
                      f.number(0, 2, 0) + f.number(0, 1, 0) * (x(rows[i], 0) - f.number(0, 0, 0))));
    }
    CHECK(transform(on::seq, f, parts.test).rows() == parts.test.rows());
  });
  CHECK(wrong_with(out, 61) == "");
}

TEST_CASE("ids tell folds and splits with one tag apart, folds of folds too") {
  const auto x = noise(60, 2);
  const auto one = split<struct twin>(x, {.train = 0.8, .test = 0.2}, seed{1});
  const auto two = split<struct twin>(x, {.train = 0.8, .test = 0.2}, seed{2});
  const auto f = fit(on::seq, standardize(), folds<struct cv, 4>(one.train, k_fold{}).get<0>().train);
  CHECK_NOTHROW(transform(on::seq, f, one.test));
  CHECK_THROWS_AS(transform(on::seq, f, two.test), value_error);
  CHECK_THROWS_AS(transform(on::seq, f, folds<struct cv, 4>(one.train, k_fold{seed{1}}).get<0>().held_out),
                  value_error);
  CHECK_THROWS_AS(transform(on::seq, f, folds<struct cv, 4>(two.train, k_fold{}).get<0>().held_out),
                  value_error);
  // Shuffled folds of shuffled folds of a split take more steps than a map has: their rows become a list.
  const auto outer = folds<struct cv, 4>(one.train, k_fold{seed{3}}).get<1>();
  const auto inner = folds<struct in, 3>(outer.train, k_fold{seed{4}}).get<2>();
  CHECK(wrong_with({inner.train.map, inner.held_out.map, outer.held_out.map, one.test.map}, 60) == "");
  CHECK(inner.train.keeps != nullptr);
  const auto g = fit(on::seq, standardize(), inner.train);
  CHECK_NOTHROW(transform(on::seq, g, inner.held_out));
  CHECK_NOTHROW(transform(on::seq, g, outer.held_out));
  CHECK_NOTHROW(transform(on::seq, g, one.test));
  CHECK_THROWS_AS(transform(on::seq, g, two.test), value_error);
  const auto h = fit(on::seq, standardize(), one.train, whole_population);
  CHECK_NOTHROW(transform(on::seq, h, outer.held_out));
  CHECK_NOTHROW(transform(on::seq, h, two.test));
}

TEST_CASE("rows to fold become a list where folds of them could take more steps than a map has") {
  const row_map order(permutation(seed{1}, 0, 20), 0, 20);
  const row_map both = order.of(order);
  CHECK(detail::rows_to_fold(row_map(20, 3, 9), nullptr).keeps == nullptr);
  CHECK(detail::rows_to_fold(order.slice(3, 9), nullptr).keeps == nullptr);
  CHECK(detail::rows_to_fold(both, nullptr).keeps == nullptr);
  const row_map part = both.slice(3, 9);
  const auto listed = detail::rows_to_fold(part, nullptr);
  CHECK(listed.keeps != nullptr);
  CHECK(rows_of(listed) == rows_of(part));
  CHECK(wrong_with({listed}, 20, false) == "");
}

TEST_CASE("batches keep the list of a part that is gone") {
  const auto x = noise(40, 2);
  const auto labels = spread({20, 20});
  const auto all = fit(on::seq, standardize(), x, whole_population);
  smelt::detail::shared<const void> list;
  {
    auto range = [&] {
      const auto parts = split<struct brief>(x, {.train = 0.5, .test = 0.5}, stratified_by(labels));
      list = parts.test.keeps;
      return batches(on::seq, all, parts.test, {.rows = 7});
    }();
    CHECK_FALSE(list.alone());
    smelt::index rows = 0;
    for (auto& batch : range) rows += batch.valid;
    CHECK(rows == 20);
  }
  CHECK(list.alone());
}

TEST_CASE("what cannot be folded is refused, by value too") {
  const auto x = noise(3, 2);
  CHECK_THROWS_WITH_AS((folds<struct cv, 4>(x, k_fold{})),
                       "folds: 4 folds need 4 rows at least, there are 3", value_error);
  const auto refused = folds<struct cv, 4>(std::nothrow, x, k_fold{});
  CHECK(refused.what() == std::string("folds: 4 folds need 4 rows at least, there are 3"));
  const auto made = folds<struct cv, 3>(std::nothrow, x, k_fold{});
  REQUIRE(made);
  CHECK(made->get<2>().held_out.rows() == 1);
  CHECK(!folds<struct cv, 2>(std::nothrow, x.row_range(0, 0), k_fold{}));
  CHECK(!folds<struct cv, 2>(std::nothrow, x.row_range(0, 1), shuffle_split{}));
}

TEST_CASE("nothing but the list is kept, and the rows of random folds are not") {
  const matrix_view<const double> huge(nullptr, 1000000000, 1);
  const auto asked = blocks_of([&] {
    const auto parts = split<struct large>(huge, {.train = 0.8, .test = 0.2}, seed{1});
    folds<struct cv, 10>(parts.train, k_fold{seed{2}}).get<9>();
    folds<struct cv, 10>(parts.train, shuffle_split{0.2, seed{2}}).get<9>();
  });
  CHECK(asked.most_held < 300000);  // row maps of ten folds
  constexpr smelt::index n = 100000;
  const matrix_view<const double> x(nullptr, n, 1);
  std::vector<int> labels;
  for (smelt::index r = 0; r < n; ++r) labels.push_back(static_cast<int>(r * r % 10));
  allocations::start();
  const auto parts = split<struct counted>(x, {.train = 0.8, .test = 0.2}, stratified_by(labels, seed{1}));
  const auto held = allocations::held.load();
  CHECK(held >= 16 * n);
  CHECK(held < 16 * n + 10000);
  CHECK(allocations::most_held < 52 * n + 10000);
  const auto made = folds<struct cv, 5>(parts.train, stratified_by(labels, seed{1}));
  CHECK(allocations::held < 32 * n + 100000);
}
