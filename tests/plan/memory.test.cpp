// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is asked of the heap: no block that grows with the rows, in a fit and in a transform into
/// given memory; nothing at all for one row on on::eigen; nothing between batches.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/allocation_hook.hpp>
#include <support/tables.hpp>

using namespace smelt;
using smelt_test::asked_for;
using smelt_test::blocks_of;
using smelt_test::noise;

namespace {

constexpr smelt::index few_rows = 10000;
constexpr smelt::index many_rows = 100000;
constexpr smelt::index cols = 7;

const table<float> few = noise<float>(few_rows, cols, 50);
const table<float> many = noise<float>(many_rows, cols, 50);

/// Rows of one task of a map: a worker keeps those that stay until their place is known.
constexpr std::size_t task_bytes = 32768 * sizeof(float);

/// The largest block for many rows is no larger than that for few, and no larger than a task.
void check_small(const asked_for& for_few, const asked_for& for_many) {
  CAPTURE(for_few.blocks);
  CAPTURE(for_many.blocks);
  CHECK(for_many.largest <= for_few.largest);
  CHECK(for_many.largest <= task_bytes);
}

}  // namespace

TEST_CASE("the hook sees every form of new") {
  CHECK(blocks_of([] { ::operator delete(::operator new(100)); }).largest == 100);
  CHECK(blocks_of([] { ::operator delete[](::operator new[](1000)); }).largest == 1000);
  CHECK(blocks_of([] { table<double> t(10, 10); }).largest == 800);
  std::vector<int> kept;  // outside, or a compiler may do without its memory
  CHECK(blocks_of([&] { kept = std::vector<int>(7); }).blocks == 1);
  CHECK(blocks_of([] { std::vector<int> none; }).blocks == 0);
}

TEST_CASE("a fit asks for no block that grows with the rows") {
  workers pool{2};
  auto fits = [&](const auto& chain) {
    auto on_policy = [&](const auto& policy) {
      check_small(blocks_of([&] { fit(policy, chain, few); }),
                  blocks_of([&] { fit(policy, chain, many); }));
    };
    on_policy(on::seq);
    on_policy(on::eigen.on(pool));
  };
  SUBCASE("one pass") { fits(clean(fill::mean) | standardize() | normalize(min_max{-1, 1})); }
  SUBCASE("two passes through a mask, rows across") {
    fits(clean(drop::any) | standardize() | normalize(l2) | standardize());
  }
  SUBCASE("a sample") { fits(sample(take{500, seed{1}}) | standardize()); }
}

TEST_CASE("a transform into given memory asks for no block that grows with the rows") {
  workers pool{2};
  table<float> out(many_rows, cols);
  auto transforms = [&](const auto& chain) {
    const auto f = fit(on::seq, chain, few);
    auto on_policy = [&](const auto& policy) {
      check_small(blocks_of([&] { transform(policy, f, few, out); }),
                  blocks_of([&] { transform(policy, f, many, out); }));
    };
    on_policy(on::seq);
    on_policy(on::eigen.on(pool));
  };
  SUBCASE("values") { transforms(clean(fill::mean) | standardize() | normalize(min_max{-1, 1})); }
  SUBCASE("rows drop, a row is scaled") {
    transforms(clean(drop::any) | standardize() | normalize(l2));
  }
  SUBCASE("rows are drawn") { transforms(standardize() | sample(shuffled{seed{2}})); }
}

TEST_CASE("one row of 64 columns into given memory: no block at all") {
  const auto source = noise<float>(1000, 64, 50);
  const table<float> row = noise<float>(1, 64);
  table<float> out(1, 64);
  auto asks = [&](const auto& f) {
    return blocks_of([&] { transform(on::eigen, f, row, out); }).blocks;
  };
  CHECK(asks(fit(on::seq, clean(fill::mean) | standardize() | normalize(min_max{-1, 1}), source)) ==
        0);
  CHECK(asks(fit(on::seq, clean(fill::mean) | standardize() | normalize(l2), source)) == 0);
  CHECK(asks(fit(on::seq, standardize() | sample(shuffled{seed{1}}), source)) == 0);
  CHECK(asks(fit(on::seq, drop::any | standardize(), source).values_only()) == 0);
}

TEST_CASE("batches ask for nothing after the first") {
  const auto labels = std::vector<std::int64_t>(static_cast<std::size_t>(few_rows), 7);
  const auto data = labelled(few, labels);
  auto later_blocks = [&](const auto& f, const auto& policy, smelt::index rows) {
    auto epoch = batches(policy, f, data, {.rows = rows});
    auto at = epoch.begin();
    return blocks_of([&] {
             for (++at; at != epoch.end(); ++at) {
             }
           })
        .blocks;
  };
  SUBCASE("the chain everyone reads first") {
    const auto f =
        fit(on::seq, clean(fill::mean) | standardize() | sample(shuffled{seed{3}}), data);
    CHECK(later_blocks(f, on::eigen, 32) == 0);
    CHECK(later_blocks(f, on::eigen, 1000) == 0);
  }
  SUBCASE("rows that are scaled") {
    const auto f = fit(on::seq, clean(fill::mean) | normalize(l2), data);
    CHECK(later_blocks(f, on::eigen, 32) == 0);
  }
  SUBCASE("values alone, rows in order") {
    const auto f = fit(on::seq, standardize(), data);
    CHECK(later_blocks(f, on::eigen, 32) == 0);
    CHECK(later_blocks(f, on::eigen, 500) == 0);
  }
  SUBCASE("columns that leave") {
    const auto f = fit(on::seq, drop::columns(columns{1}) | standardize(), data);
    CHECK(later_blocks(f, on::eigen, 32) == 0);
  }
  SUBCASE("rows that drop") {
    const auto f = fit(on::seq, clean(drop::any) | standardize(), data);
    CHECK(later_blocks(f, on::eigen, 32) == 0);
  }
}
