// SPDX-License-Identifier: BSL-1.0
/// \file
/// The forms by value: none of them can throw, what goes well makes what the throwing form makes,
/// and what others throw is told too. The other files of this folder hold each error both ways.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <stdexcept>
#include <string>
#include <type_traits>

using namespace smelt;

namespace {

table<double> counting(smelt::index rows, smelt::index cols) {
  table<double> t(rows, cols);
  for (smelt::index r = 0; r < rows; ++r)
    for (smelt::index c = 0; c < cols; ++c) t(r, c) = static_cast<double>((r * 7 + c * 3) % 11);
  return t;
}

/// A stage that cannot be fitted, and says so in its own way.
struct raging {
  static constexpr effect does = effect::monotone;
  using op = clip_op;
  template <class Slot>
  std::array<double, 2> solve(const Slot&) const {
    throw std::out_of_range("raging");
  }
};

}  // namespace

TEST_CASE("no form by value can throw") {
  const table<double> x(8, 2);
  const std::vector<int> labels(8);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, counting(8, 2));
  table<double> out(8, 2);
  const auto over = in_place(out);
  const auto more = continues(fitted);
  static_assert(noexcept(fit(std::nothrow, on::seq, chain, x)));
  static_assert(noexcept(fit(std::nothrow, on::seq, chain, x, whole_population)));
  static_assert(noexcept(fit(std::nothrow, on::seq, chain, x, more)));
  static_assert(noexcept(merge(std::nothrow, fitted, fitted)));
  static_assert(noexcept(place(std::nothrow, on::seq, fitted)));
  static_assert(noexcept(transform(std::nothrow, on::seq, fitted, x)));
  static_assert(noexcept(transform(std::nothrow, on::seq, fitted, x, counted)));
  static_assert(noexcept(transform(std::nothrow, on::seq, fitted, x, out)));
  static_assert(noexcept(transform(std::nothrow, on::seq, fitted, x, out, counted)));
  static_assert(noexcept(transform(std::nothrow, on::seq, fitted, over)));
  static_assert(noexcept(transform(std::nothrow, on::seq, fitted, over, counted)));
  static_assert(noexcept(fit_transform(std::nothrow, on::seq, chain, x)));
  static_assert(noexcept(inverse(std::nothrow, on::seq, fitted, x)));
  static_assert(noexcept(inverse(std::nothrow, on::seq, fitted, x, out)));
  static_assert(noexcept(inverse(std::nothrow, on::seq, fitted, over)));
  static_assert(noexcept(split<struct one>(std::nothrow, x, fractions{}, seed{7})));
  static_assert(noexcept(split<struct two>(std::nothrow, x, counts{}, in_order)));
  static_assert(noexcept(batches(std::nothrow, on::seq, fitted, x)));
  auto epoch = batches(std::nothrow, on::seq, fitted, x);
  auto at = epoch.begin();
  static_assert(noexcept(epoch.begin())&& noexcept(epoch.end())&& noexcept(epoch.ended()));
  static_assert(noexcept(++at)&& noexcept(at++)&& noexcept(at == epoch.end()));
  static_assert(noexcept(describe(std::nothrow, chain))&& noexcept(describe(std::nothrow, fitted)));
  // A status where the caller has the memory, a value beside it where the verb makes it.
  static_assert(std::is_same_v<decltype(transform(std::nothrow, on::seq, fitted, x, out)), status>);
  static_assert(std::is_same_v<decltype(inverse(std::nothrow, on::seq, fitted, x, out)), status>);
  static_assert(std::is_same_v<decltype(transform(std::nothrow, on::seq, fitted, x)),
                               outcome<table<double>>>);
  static_assert(std::is_same_v<decltype(transform<float>(std::nothrow, on::seq, fitted, x)),
                               outcome<table<float>>>);
  static_assert(
      std::is_same_v<decltype(transform(std::nothrow, on::seq, fitted, labelled(x, labels))),
                     outcome<labelled_table<double, int>>>);
  static_assert(std::is_same_v<decltype(fit(std::nothrow, on::seq, chain, x)),
                               outcome<std::remove_const_t<decltype(fitted)>>>);
}

TEST_CASE("what goes well says so, with the rows, and makes the same") {
  const auto x = counting(8, 2);
  const auto chain = clean(fill::mean) | standardize();
  const auto fitted = fit(on::seq, chain, x);
  const auto learned = fit(std::nothrow, on::seq, chain, x);
  REQUIRE(learned);
  CHECK(*learned == fitted);
  CHECK(learned.rows == 8);
  const auto right = transform(on::seq, fitted, x);
  const auto made = transform(std::nothrow, on::seq, fitted, x);
  REQUIRE(made);
  CHECK(made.rows == 8);
  CHECK(made->rows() == 8);
  CHECK((*made)(3, 1) == right(3, 1));
  table<double> out(9, 2);
  const status given = transform(std::nothrow, on::eigen, fitted, x, out);
  CHECK(given);
  CHECK(given.rows == 8);
  CHECK(out(3, 1) == right(3, 1));
  const status back =
      inverse(std::nothrow, on::seq, fitted, out.view().row_range(0, 8), in_place(out).x);
  CHECK(back.rows == 8);
  auto over = x;
  CHECK(transform(std::nothrow, on::seq, fitted, in_place(over)).rows == 8);
  CHECK(over(3, 1) == right(3, 1));
  CHECK(inverse(std::nothrow, on::seq, fitted, in_place(over)).rows == 8);
  CHECK(over(3, 1) == doctest::Approx(x(3, 1)));
  CHECK((*inverse(std::nothrow, on::seq, fitted, right))(3, 1) == doctest::Approx(x(3, 1)));
  CHECK((*fit_transform(std::nothrow, on::seq, chain, x))(3, 1) == right(3, 1));
  const auto parts = split<struct halves>(std::nothrow, x, {.train = 0.5, .test = 0.5}, in_order);
  REQUIRE(parts);
  CHECK(parts->train.rows() == 4);
  CHECK(*describe(std::nothrow, fitted) == describe(fitted));
  CHECK(*describe(std::nothrow, chain) == describe(chain));
  CHECK(*place(std::nothrow, on::seq, fitted) == fitted);
  // A row that drops is counted, and so is one that is marked.
  auto holed = x;
  holed(2, 0) = missing_value<double>;
  const auto drops = fit(on::seq, clean(drop::any) | standardize(), holed);
  const status kept = transform(std::nothrow, on::seq, drops, holed, out);
  CHECK(kept.rows == 7);
  CHECK(kept.dropped == 1);
  const auto marked = transform(std::nothrow, on::seq, drops.values_only(), holed);
  CHECK(marked.rows == 8);
  CHECK(marked.dropped == 1);
  CHECK(marked->dropped[2] == 1);
}

TEST_CASE("an epoch by value is the epoch, with its rows") {
  auto x = counting(100, 3);
  for (smelt::index r : {5, 50, 99}) x(r, 1) = missing_value<double>;
  const std::vector<int> labels(100, 4);
  const auto data = labelled(x, labels);
  const auto fitted = fit(on::seq, clean(drop::any) | standardize(), data);
  auto epoch = batches(std::nothrow, on::seq, fitted, data, {.rows = 16});
  auto right = batches(on::seq, fitted, data, {.rows = 16});
  auto at = right.begin();
  smelt::index rows = 0;
  for (auto& batch : epoch) {
    REQUIRE(at != right.end());
    CHECK(batch.valid == at->valid);
    CHECK(batch.x(0, 1) == at->x(0, 1));
    CHECK(batch.y[0] == 4);
    rows += batch.valid;
    ++at;
  }
  CHECK(at == right.end());
  CHECK(rows == 97);
  CHECK(epoch.ended());
  CHECK(epoch.ended().rows == 97);
  CHECK(epoch.ended().dropped == 3);
}

TEST_CASE("what a stage and a loop of the user's throw is told too") {
  const auto x = counting(8, 2);
  const auto none = fit(std::nothrow, on::seq, raging{} | standardize(), x);
  CHECK(none.kind() == failure::other);
  CHECK(none.what() == std::string("raging"));
  host_loop lazy(2, [](auto, auto&&) {});
  table<double> out(40000, 2);
  const auto many = counting(40000, 2);
  const auto fitted = fit(on::seq, standardize(), x);
  const status left = transform(std::nothrow, on::eigen.on(lazy), fitted, many, out);
  CHECK(left.kind() == failure::value);
  CHECK(std::string(left.what()).find("the host's loop returned without running") == 0);
}
