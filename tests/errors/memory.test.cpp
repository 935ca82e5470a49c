// SPDX-License-Identifier: BSL-1.0
/// \file
/// Each block of memory that a call asks for, refused once: the throwing form lets std::bad_alloc
/// through, the form by value says `failure::memory`, no thread waits for ever, and what was there
/// before is used again without a trace.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/allocation_hook.hpp>
#include <support/tables.hpp>

#include <type_traits>

using namespace smelt;
using smelt_test::blocks_of;
using smelt_test::noise;
using smelt_test::refusing_after;

namespace {

/// What a refused block makes of a call: nothing went wrong, memory, or something else.
struct tally_of {
  int fine = 0;
  int memory = 0;
  int other = 0;
};

/// Calls `call(std::nothrow)` with every block refused in turn, and `call()` with a few of them.
template <class Call>
void refuses_each_block(Call&& call) {
  tally_of by_value;
  long long block = 0;
  for (bool asked = true; asked; ++block) {
    failure kind = failure::none;
    asked = refusing_after(block, [&] { kind = call(std::nothrow); });
    by_value.fine += kind == failure::none;
    by_value.memory += kind == failure::memory;
    by_value.other += kind != failure::none && kind != failure::memory;
  }
  CHECK(block > 1);
  CHECK(by_value.other == 0);
  CHECK(by_value.fine == 1);  // the last time, when no block was left to refuse
  CHECK(by_value.memory == block - 1);
  for (long long at : {0ll, (block - 1) / 2, block - 2}) {
    bool thrown = false;
    refusing_after(at, [&] {
      try {
        call();
      } catch (const std::bad_alloc&) {
        thrown = true;
      }
    });
    CHECK(thrown);
  }
}

const auto x = noise(3000, 7, 20);
const auto everyday = clean(fill::mean) | standardize() | normalize(min_max{-1, 1});

/// The kind of a status, or of what a throwing form made.
template <class Made>
failure kind_of(const Made& made) {
  if constexpr (std::is_base_of_v<status, Made>)
    return made.kind();
  else
    return failure::none;
}

}  // namespace

TEST_CASE("fit, merge and fit_transform") {
  workers pool{3};
  const auto policy = on::eigen.on(pool);
  const auto first = fit(on::seq, everyday, x.row_range(0, 2000));
  const auto second = fit(on::seq, everyday, x.row_range(2000, 3000), continues(first));
  SUBCASE("one pass on on::seq") {
    refuses_each_block([&](auto... quiet) { return kind_of(fit(quiet..., on::seq, everyday, x)); });
  }
  SUBCASE("two passes on threads") {
    const auto two = clean(drop::any) | standardize() | normalize(l2) | standardize();
    refuses_each_block([&](auto... quiet) { return kind_of(fit(quiet..., policy, two, x)); });
  }
  SUBCASE("a merge") {
    refuses_each_block([&](auto... quiet) { return kind_of(merge(quiet..., first, second)); });
  }
  SUBCASE("fit_transform") {
    refuses_each_block(
        [&](auto... quiet) { return kind_of(fit_transform(quiet..., policy, everyday, x)); });
  }
}

TEST_CASE("transform and inverse") {
  workers pool{3};
  const auto policy = on::eigen.on(pool);
  const auto f = fit(on::seq, everyday, x);
  const std::vector<std::int64_t> labels(3000, 5);
  const auto data = labelled(x, labels);
  SUBCASE("a new table with companions") {
    refuses_each_block(
        [&](auto... quiet) { return kind_of(transform(quiet..., policy, f, data)); });
  }
  SUBCASE("marked rows") {
    const auto marking = fit(on::seq, clean(drop::any) | standardize(), x).values_only();
    refuses_each_block(
        [&](auto... quiet) { return kind_of(transform(quiet..., policy, marking, x)); });
  }
  SUBCASE("the plain policy, into given memory") {
    table<double> out(3000, 7);
    refuses_each_block(
        [&](auto... quiet) { return kind_of(transform(quiet..., on::seq, f, x, out)); });
  }
  SUBCASE("an inverse") {
    refuses_each_block([&](auto... quiet) { return kind_of(inverse(quiet..., policy, f, x)); });
  }
}

TEST_CASE("rows that drop on several threads: none waits for one that has failed") {
  workers pool{3};
  const auto policy = on::eigen.on(pool);
  const auto many = noise(40000, 7, 20);
  const auto f = fit(on::seq, clean(drop::any) | standardize(), x);
  const auto right = transform(on::seq, f, many);
  table<double> out(40000, 7);
  refuses_each_block(
      [&](auto... quiet) { return kind_of(transform(quiet..., policy, f, many, out)); });
  transform(policy, f, many, out);
  out.shrink(right.rows());
  CHECK(smelt_test::difference(out, right) == "");
}

TEST_CASE("split, batches, describe and files") {
  const auto f = fit(on::seq, everyday, x);
  SUBCASE("a split") {
    refuses_each_block([&](auto... quiet) {
      return kind_of(
          split<struct parts>(quiet..., x, fractions{.train = 0.5, .test = 0.5}, seed{7}));
    });
  }
  SUBCASE("an epoch") {
    const auto names =
        column_set(3000).add(column_view<const double>(x.data(), 3000, 7), "a long name");
    const auto one = fit(on::seq, standardize(), names);
    refuses_each_block([&](auto... quiet) {
      auto epoch = batches(quiet..., on::seq, one, names, {.rows = 1000});
      for (auto& batch : epoch) static_cast<void>(batch);
      if constexpr (sizeof...(quiet) > 0)
        return epoch.ended().kind();
      else
        return failure::none;
    });
  }
  SUBCASE("words") {
    refuses_each_block([&](auto... quiet) { return kind_of(describe(quiet..., f)); });
  }
  SUBCASE("a file") {
    const std::string lines = "first column of three,second column of three,third\n1,2,3\n4,5,6\n";
    refuses_each_block([&](auto... quiet) {
      return kind_of(read_csv_text<float>(quiet..., std::string_view(lines)));
    });
  }
}

TEST_CASE("a status is said without a block of memory, as far as the call needs none") {
  const auto f = fit(on::seq, everyday, x);
  table<double> out(1, 7);
  const auto row = x.row_range(0, 1);
  const auto wide = noise(1, 8);
  bool ok = false;
  CHECK(blocks_of([&] { ok = transform(std::nothrow, on::eigen, f, row, out).ok(); }).blocks == 0);
  CHECK(ok);
  ok = false;
  CHECK(blocks_of([&] { ok = inverse(std::nothrow, on::eigen, f, row, out).ok(); }).blocks == 0);
  CHECK(ok);
  // An error without the memory for its words is one of memory.
  failure kind = failure::none;
  CHECK(refusing_after(0, [&] { kind = transform(std::nothrow, on::eigen, f, wide, out).kind(); }));
  CHECK(kind == failure::memory);
}
