// SPDX-License-Identifier: BSL-1.0
/// \file
/// batches: together the whole transform, whatever their size; the last one; epochs; drops; labels.

#include <smelt/batches.hpp>

#include <support/later_policy.hpp>
#include <support/on_both.hpp>

#include <algorithm>
#include <new>  // std::nothrow
#include <numeric>
#include <set>
#include <string>

using namespace smelt;
using namespace smelt_test;

namespace {

/// The batches of an epoch put together, and what is wrong with them.
template <class T>
struct gathered {
  std::vector<T> x;
  std::vector<std::int64_t> y;
  std::vector<smelt::index> sizes;
  smelt::index misnumbered = 0;
};
template <class Range>
auto gather(Range& range) {
  gathered<typename std::remove_cvref_t<decltype((*range.begin()).x)>::value_type> all;
  for (const auto& batch : range) {
    all.misnumbered += batch.number != static_cast<smelt::index>(all.sizes.size());
    all.sizes.push_back(batch.rows());
    for (smelt::index r = 0; r < batch.valid; ++r)
      for (smelt::index c = 0; c < batch.x.cols(); ++c) all.x.push_back(batch.x(r, c));
    if constexpr (requires { batch.y.size(); }) {
      all.misnumbered += batch.y.size() != batch.rows();
      for (smelt::index r = 0; r < batch.valid; ++r)
        all.y.push_back(static_cast<std::int64_t>(batch.y[r]));
    }
  }
  return all;
}
template <class T, class Table>
bool is_whole(const std::vector<T>& parts, const Table& whole) {
  return static_cast<smelt::index>(parts.size()) == whole.rows() * whole.cols() &&
         (parts.empty() || std::memcmp(parts.data(), whole.data(), parts.size() * sizeof(T)) == 0);
}

}  // namespace

TEST_CASE("the example") {
  table<float> x(100, 2);
  for (smelt::index i = 0; i < 200; ++i) x.data()[i] = static_cast<float>(i);
  std::vector<int> y(100, 1);
  // [batches example]
  auto data = labelled(x, y);
  auto fitted = fit(on::seq, standardize() | sample(shuffled{seed{42}}), data);
  smelt::index steps = 0;
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch)
    for (auto& batch : batches(on::seq, fitted, data, {.rows = 32, .last = last::drop, .epoch = epoch}))
      steps += batch.x.rows() == 32 && batch.y.size() == 32;  // 3 batches an epoch
  // [batches example]
  CHECK(steps == 9);
}

TEST_CASE("put together they are the whole transform, for any size") {
  const auto x = noise(101, 3, 6);
  std::vector<std::int64_t> id(101);
  std::iota(id.begin(), id.end(), (std::int64_t{1} << 55) + 1);
  const auto data = labelled(x, id);
  const auto f = fitted_on_both(fill::mean | standardize() | sample(shuffled{seed{7}}), data);
  const auto whole = transform(on::seq, f, data);
  for (smelt::index size : {1, 7, 32, 101, 102}) {
    CAPTURE(size);
    auto range = batches(on::seq, f, data, {.rows = size});
    const auto all = gather(range);
    CHECK(all.misnumbered == 0);
    CHECK(is_whole(all.x, whole.x));
    CHECK(all.y == whole.y);
    CHECK(static_cast<smelt::index>(all.sizes.size()) == range.size());
    CHECK(all.sizes.back() == (101 % size == 0 ? std::min<smelt::index>(size, 101) : 101 % size));
    auto packets = batches(on::eigen, f, data, {.rows = size});
    const auto same = gather(packets);
    CHECK(is_whole(same.x, whole.x));
    CHECK(same.y == all.y);
  }
}

TEST_CASE("the last batch: kept, dropped, or padded with zeros") {
  const auto x = noise(10, 2, 0);
  const std::vector<std::int64_t> id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const auto data = labelled(x, id);
  const auto f = fit(on::seq, fill::constant(0), data);
  auto kept = batches(on::seq, f, data, {.rows = 4});
  CHECK(gather(kept).sizes == std::vector<smelt::index>{4, 4, 2});
  CHECK(kept.size() == 3);
  auto dropped = batches(on::seq, f, data, {.rows = 4, .last = last::drop});
  CHECK(gather(dropped).sizes == std::vector<smelt::index>{4, 4});
  CHECK(dropped.size() == 2);
  auto padded = batches(on::seq, f, data, {.rows = 4, .last = last::pad});
  const auto all = gather(padded);
  CHECK(all.sizes == std::vector<smelt::index>{4, 4, 4});
  CHECK(all.y == id);
  CHECK(padded.size() == 3);
  for (const auto& batch : padded)
    if (batch.number == 2) {
      CHECK(batch.valid == 2);
      CHECK((batch.x(1, 0) == x(9, 0) && batch.x(2, 0) == 0.0 && batch.x(3, 1) == 0.0));
      CHECK((batch.y[1] == 10 && batch.y[2] == 0 && batch.y[3] == 0));
    }
  // Rows that divide: the three agree, and a full batch is not padded.
  auto even = batches(on::seq, f, data, {.rows = 5, .last = last::pad});
  CHECK(gather(even).sizes == std::vector<smelt::index>{5, 5});
  // A batch larger than the data takes the memory of the data.
  auto huge = batches(on::seq, f, data, {.rows = smelt::index{1} << 60});
  CHECK((huge.size() == 1 && (*huge.begin()).rows() == 10));
  auto too_few = batches(on::seq, f, data, {.rows = 11, .last = last::drop});
  CHECK(gather(too_few).sizes.empty());
}

TEST_CASE("epochs: each a permutation, none the same, and epoch 0 that of transform") {
  table<float> x(257, 1);
  for (smelt::index r = 0; r < 257; ++r) x(r, 0) = static_cast<float>(r);
  const auto f = fit(on::seq, as_chain(sample(shuffled{seed{7}})), x);
  const auto whole = transform(on::seq, f, x);
  std::set<std::vector<float>> orders;
  for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
    auto range = batches(on::seq, f, x, {.rows = 32, .epoch = epoch});
    auto rows = gather(range).x;
    if (epoch == 0) CHECK(is_whole(rows, whole));
    orders.insert(rows);
    std::sort(rows.begin(), rows.end());
    smelt::index wrong = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) wrong += rows[r] != static_cast<float>(r);
    CHECK(rows.size() == 257);
    CHECK(wrong == 0);
  }
  CHECK(orders.size() == 5);
}

TEST_CASE("without a sampler every epoch is in order") {
  const auto x = noise(20, 2);
  const auto f = fit(on::seq, standardize(), x);
  auto first = batches(on::seq, f, x, {.rows = 6});
  auto later = batches(on::seq, f, x, {.rows = 6, .epoch = 9});
  CHECK(gather(first).x == gather(later).x);
  const auto g = fit(on::seq, standardize() | sample(shuffled{seed{1}}), x);
  auto unsampled = batches(on::seq, g.without_sampling(), x, {.rows = 6});
  CHECK(gather(unsampled).x == gather(first).x);
}

TEST_CASE("rows that drop leave no gap: batches are full, labels stay with their rows") {
  const auto x = noise(500, 2, 4);
  std::vector<std::int64_t> id(500);
  std::iota(id.begin(), id.end(), 0);
  const auto data = labelled(x, id);
  const auto f = fit(on::seq, drop::any | sample(shuffled{seed{2}}), data);
  const auto whole = transform(on::seq, f, data);
  REQUIRE((whole.rows() > 200 && whole.rows() < 400));
  for (smelt::index size : {1, 7, 64}) {
    CAPTURE(size);
    auto range = batches(on::eigen, f, data, {.rows = size});
    const auto all = gather(range);
    CHECK(is_whole(all.x, whole.x));
    CHECK(all.y == whole.y);
    smelt::index short_ones = 0;
    for (smelt::index rows : all.sizes) short_ones += rows != size;
    CHECK(short_ones == (whole.rows() % size == 0 ? 0 : 1));
    CHECK(all.sizes.back() == (whole.rows() % size == 0 ? size : whole.rows() % size));
    auto marked = batches(on::seq, f.values_only(), data, {.rows = size});
    CHECK(gather(marked).y == id);
  }
  auto exact = batches(on::eigen, f, data, {.rows = 64, .last = last::drop});
  CHECK(static_cast<smelt::index>(gather(exact).sizes.size()) == whole.rows() / 64);
}

TEST_CASE("a range can be walked again, and left in the middle") {
  const auto x = noise(50, 2, 5);
  const auto f = fit(on::seq, drop::any | sample(shuffled{seed{2}}), x);
  auto range = batches(on::seq, f, x, {.rows = 8});
  const auto once = gather(range).x;
  for (const auto& batch : range)
    if (batch.number == 1) break;
  CHECK(gather(range).x == once);
  auto at = range.begin();
  ++at;
  CHECK(at->number == 1);
  at++;
  CHECK((*at).number == 2);
}

TEST_CASE("two companions, the rows of a part, another element type") {
  const auto x = noise<std::uint8_t>(60, 2);
  std::vector<std::int64_t> id(60);  // not const: a batch hands it on read-only
  std::iota(id.begin(), id.end(), 0);
  std::vector<char> letter(60);
  for (std::size_t r = 0; r < 60; ++r) letter[r] = static_cast<char>('a' + r % 26);
  const auto parts = split<struct batch_split>(labelled(x, id, letter), {.train = 0.5, .test = 0.5}, seed{1});
  const auto f = fit(on::seq, clip(0, 9), parts.train);
  smelt::index wrong = 0;
  smelt::index seen = 0;
  for (const auto& batch : batches<float>(on::eigen, f, parts.test, {.rows = 7})) {
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(batch.x(0, 0))>, float>);
    for (smelt::index r = 0; r < batch.rows(); ++r, ++seen) {
      const auto source = batch.companion<0>()[r];
      wrong += source != parts.test.map(seen) || batch.companion<1>()[r] != letter[static_cast<std::size_t>(source)];
      wrong += batch.x(r, 1) != std::min<float>(x(source, 1), 9.0f);
    }
  }
  CHECK(seen == 30);
  CHECK(wrong == 0);
}

TEST_CASE("no rows, no batches") {
  const auto f = fit(on::seq, standardize(), noise(5, 2));
  const table<double> none(0, 2);
  auto range = batches(on::eigen, f, none, {.rows = 3});
  CHECK(gather(range).sizes.empty());
  CHECK(range.size() == 0);
  auto padded = batches(on::seq, f, none, {.rows = 3, .last = last::pad});
  CHECK(gather(padded).sizes.empty());
  CHECK_THROWS_WITH_AS(batches(on::seq, f, none, {.rows = 0}),
                       "batches: a batch needs at least 1 row, not 0", value_error);
}

TEST_CASE("by value: an epoch goes on to its end, or says why it does not") {
  auto x = noise(10, 2, 0);
  const auto f = fit(on::seq, drop::any | standardize(), x);
  auto all = batches(std::nothrow, on::seq, f, x, {.rows = 4});
  CHECK(all.size() == 3);
  CHECK(gather(all).sizes == std::vector<smelt::index>{4, 4, 2});
  CHECK(all.ended().ok());
  CHECK((all.ended().rows == 10 && all.ended().dropped == 0));
  x(1, 0) = gone;
  x(5, 1) = gone;
  auto some = batches(std::nothrow, on::seq, f, x, {.rows = 3});
  CHECK(gather(some).sizes == std::vector<smelt::index>{3, 3, 2});
  CHECK((some.ended().rows == 8 && some.ended().dropped == 2));
  CHECK(gather(some).sizes.size() == 3);  // again, counted anew
  CHECK((some.ended().rows == 8 && some.ended().dropped == 2));
  x(7, 0) = endless;
  auto spoiled = batches(std::nothrow, on::seq, f, x, {.rows = 3});
  CHECK(gather(spoiled).sizes == std::vector<smelt::index>{3});
  CHECK(spoiled.ended().what() ==
        std::string("batches: 1 infinite value(s), the first in row 7, column 0; say "
                    "clean(infinity::missing) or clean(infinity::keep) if they are meant"));
  CHECK((spoiled.ended().rows == 3 && spoiled.ended().infinities == 1));
  CHECK(spoiled.ended().dropped == 3);  // row 7 too: what is infinite is judged as missing
  const auto other = noise(10, 3, 0);
  auto none = batches(std::nothrow, on::seq, f, other, {.rows = 3});
  CHECK(none.size() == 0);
  CHECK(gather(none).sizes.empty());
  CHECK(none.ended().kind() == failure::shape);
  CHECK((none.ended().rows == 0 && none.ended().dropped == 0));
  auto empty = batches(std::nothrow, on::seq, f, x, {.rows = 0});
  CHECK(empty.ended().what() == std::string("batches: a batch needs at least 1 row, not 0"));
  CHECK(empty.size() == 0);
  // A batch that is left out has not been handed over.
  const auto even = noise(10, 2, 0);
  auto full = batches(std::nothrow, on::seq, f, even, {.rows = 4, .last = last::drop});
  CHECK(gather(full).sizes == std::vector<smelt::index>{4, 4});
  CHECK(full.ended().rows == 8);
}

TEST_CASE("a policy that returns early: the same batches, padded in memory of its own") {
  const auto x = noise(10, 2, 0);
  const std::vector<std::int64_t> id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const auto data = labelled(x, id);
  const auto f = fit(on::seq, standardize(), data);
  const auto whole = transform(on::seq, f, data);
  auto padded = batches(later_policy(), f, data, {.rows = 4, .last = last::pad});
  const auto all = gather(padded);
  CHECK(all.sizes == std::vector<smelt::index>{4, 4, 4});
  CHECK(is_whole(all.x, whole.x));
  CHECK(all.y == id);
  for (const auto& batch : padded)
    if (batch.number == 2) {
      CHECK((batch.x(2, 0) == 0.0 && batch.x(2, 1) == 0.0 && batch.x(3, 0) == 0.0 && batch.x(3, 1) == 0.0));
      CHECK((batch.y[1] == 10 && batch.y[2] == 0 && batch.y[3] == 0));
      CHECK((batch.mask[0] == 1 && batch.mask[1] == 1 && batch.mask[2] == 0 && batch.mask[3] == 0));
    }
  for (const auto& batch : batches(later_policy(), f, data, {.rows = 1})) CHECK(batch.mask[0] == 1);
  const table<double> none(0, 2);
  auto nothing = batches(later_policy(), fit(on::seq, standardize(), noise(5, 2)), none, {.rows = 3});
  CHECK(gather(nothing).sizes.empty());
}
