// SPDX-License-Identifier: BSL-1.0
/// \file
/// Batches over epochs and ranks: batches of so many bytes, epochs one after another in one memory,
/// going on from two integers, shares of ranks, and the mask of what is real.

#include <smelt/batch_range.hpp>

#include <support/allocation_hook.hpp>
#include <support/on_both.hpp>

#include <algorithm>
#include <new>  // std::nothrow
#include <numeric>
#include <string>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

/// Two chains, one of which drops, on values with companions of two types: few enough to be compiled
/// for all policies.
struct source {
  explicit source(smelt::index rows) : x(noise<float>(rows, 3, 9)), id(static_cast<std::size_t>(rows)), letter(id.size()) {
    std::iota(id.begin(), id.end(), (std::int64_t{1} << 55) + 1);
    for (std::size_t r = 0; r < letter.size(); ++r) letter[r] = static_cast<char>('a' + r % 26);
  }
  table<float> x;
  std::vector<std::int64_t> id;
  std::vector<char> letter;
  auto data() const { return labelled(x, id, letter); }
};
const auto& keeping() {
  static const auto f = [] {
    const source s(120);
    return fit(on::seq, clean(fill::mean) | standardize() | sample(shuffled{seed{7}}), s.data());
  }();
  return f;
}
const auto& dropping() {
  static const auto f = [] {
    const source s(120);
    return fit(on::seq, drop::any | standardize() | sample(shuffled{seed{7}}), s.data());
  }();
  return f;
}

/// One batch, or the real rows of several, as the host has it.
struct seen_batch {
  smelt::index number = 0;
  smelt::index rows = 0;
  smelt::index valid = 0;
  std::vector<float> x;
  std::vector<std::int64_t> id;
  std::vector<char> letter;
  std::vector<unsigned char> mask;

  friend bool operator==(const seen_batch&, const seen_batch&) = default;
};
template <class Space, class T>
std::vector<T> list_of(const column_view<const T, Space>& column) {
  std::vector<T> made(static_cast<std::size_t>(column.size()));
  if constexpr (std::is_same_v<Space, host>) {
    for (smelt::index i = 0; i < column.size(); ++i) made[static_cast<std::size_t>(i)] = column[i];
  } else {
#if SMELT_TESTS_ON_DEVICE
    auto runtime = on_device().runtime();
    runtime.copy(made.data(), column.data(), made.size() * sizeof(T));
    runtime.wait();
#endif
  }
  return made;
}
template <class Batch>
seen_batch seen_of(const Batch& b) {
  const column_view<const float, typename decltype(b.x)::space> values(b.x.data(), b.x.rows() * b.x.cols());
  return {b.number,       b.rows(),
          b.valid,        list_of(values),
          list_of(b.y),   list_of(b.template companion<1>()),
          list_of(b.mask)};
}
template <class Range>
std::vector<seen_batch> walk(Range& range, smelt::index most = -1) {
  std::vector<seen_batch> all;
  for (const auto& batch : range) {
    all.push_back(seen_of(batch));
    if (static_cast<smelt::index>(all.size()) == most) break;
  }
  return all;
}
/// An epoch of every policy, asked to be the same.
template <class Fitted>
std::vector<seen_batch> everywhere(const Fitted& f, const source& s, batch_options o) {
  auto range = batches(on::seq, f, s.data(), o);
  const auto here = walk(range);
  o.prefetch = static_cast<int>(o.rank % 2);
  auto packets = batches(on::eigen, f, s.data(), o);
  CHECK(walk(packets) == here);
  CHECK(packets.size() == range.size());
#if SMELT_TESTS_ON_DEVICE
  const moved<table<float>> x(on_device(), s.x);
  auto id = on_device().make_column<std::int64_t>(static_cast<smelt::index>(s.id.size()));
  auto letter = on_device().make_column<char>(id.size());
  auto runtime = on_device().runtime();
  runtime.copy(id.data(), s.id.data(), s.id.size() * sizeof(std::int64_t));
  runtime.copy(letter.data(), s.letter.data(), s.letter.size());
  auto there = batches(on_device(), f, labelled(x.view(), id.view(), letter.view()), o);
  CHECK(walk(there) == here);
#endif
  return here;
}
/// The ids of the real rows, in order.
std::vector<std::int64_t> ids_of(const std::vector<seen_batch>& all) {
  std::vector<std::int64_t> made;
  for (const auto& b : all) made.insert(made.end(), b.id.begin(), b.id.begin() + b.valid);
  return made;
}
/// What is wrong with a batch's mask, and with what fills it up after row `from`.
smelt::index misfilled(const seen_batch& b, smelt::index from) {
  smelt::index wrong = 0;
  for (smelt::index r = 0; r < b.rows; ++r) {
    const auto at = static_cast<std::size_t>(r);
    wrong += b.mask[at] != (r < b.valid ? 1 : 0);
    if (r >= from) wrong += b.id[at] != 0 || b.letter[at] != 0 || b.x[3 * at] != 0.0f || b.x[3 * at + 2] != 0.0f;
  }
  return wrong + (static_cast<smelt::index>(b.mask.size()) != b.rows);
}

}  // namespace

TEST_CASE("the example") {
  const source s(100);
  const auto data = labelled(s.x, s.id);
  const auto fitted = fit(on::seq, fill::mean | standardize() | sample(shuffled{seed{42}}), data);
  smelt::index steps = 0;
  // [epochs example]
  batch_position stopped;
  auto range = batches(on::eigen, fitted, data, {.bytes = 320, .prefetch = 1});  // 16 rows
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch)
    for (auto& batch : range.restart(epoch)) {
      steps += batch.rows() == 16;
      if (epoch == 1 && batch.number == 2) stopped = range.position();
    }
  auto rest = batches(on::eigen, fitted, data, {.bytes = 320, .epoch = stopped.epoch, .from = stopped.batch});
  for (auto& batch : rest) steps += batch.number >= 3;  // 4 of the 7 batches of epoch 1
  // [epochs example]
  CHECK(stopped == batch_position{1, 3});
  CHECK(steps == 3 * 6 + 4);
}

TEST_CASE("a budget of bytes counts the result and its companions") {
  const source s(50);
  auto range = batches(on::seq, keeping(), s.data(), {.bytes = 100});  // 12 + 8 + 1 in a row
  CHECK(range.rows() == 4);
  CHECK(range.size() == 13);
  CHECK(walk(range).front().rows == 4);
  auto doubled = batches<double>(on::seq, keeping(), s.data(), {.bytes = 100});
  CHECK(doubled.rows() == 3);
  auto tight = batches(on::seq, keeping(), s.data(), {.bytes = 1});
  CHECK((tight.rows() == 1 && tight.size() == 50));
  auto wide = batches(on::seq, keeping(), s.data(), {.bytes = smelt::index{1} << 40});
  CHECK((wide.size() == 1 && walk(wide).front().rows == 50));
}

TEST_CASE("epochs one after another are those of ranges made for them") {
  const source s(40);
  auto range = batches(on::eigen, dropping(), s.data(), {.rows = 6, .epoch = 9, .from = 2});
  CHECK(range.position() == batch_position{9, 2});
  auto own = batches(on::seq, dropping(), s.data(), {.rows = 6, .epoch = 9});
  const auto ninth = walk(own);
  CHECK(walk(range) == std::vector<seen_batch>(ninth.begin() + 2, ninth.end()));
  for (std::uint64_t epoch : {std::uint64_t{3}, std::uint64_t{0}, std::uint64_t{9}}) {
    auto alone = batches(on::seq, dropping(), s.data(), {.rows = 6, .epoch = epoch});
    const auto expected = walk(alone);
    CHECK(walk(range.restart(epoch)) == expected);
    CHECK(walk(range) == expected);
    walk(range.restart(epoch + 1), 2);  // left in the middle
  }
}

TEST_CASE("an epoch may have more rows than the first one had") {
  const source s(10);
  const auto every_third =
      fit(on::seq, clean(fill::mean) | sample(systematic::every(3, seed{1})), s.data());
  auto range = batches(on::eigen, every_third, s.data(), {.rows = 100, .prefetch = 1});
  smelt::index least = 10;
  smelt::index most = 0;
  for (std::uint64_t epoch = 0; epoch < 12; ++epoch) {
    auto alone = batches(on::eigen, every_third, s.data(), {.rows = 100, .epoch = epoch});
    const auto expected = walk(alone);
    CHECK(walk(range.restart(epoch)) == expected);
    least = std::min(least, expected[0].rows);
    most = std::max(most, expected[0].rows);
    if (epoch == 0) CHECK(most == 3);
  }
  CHECK((least == 3 && most == 4));
}

TEST_CASE("an epoch goes on from two integers, wherever it was left") {
  const source s(61);
  const auto goes_on = [&](const auto& f, const batch_options& o) {
    auto whole = batches(on::seq, f, s.data(), o);
    const auto all = walk(whole);
    const auto count = static_cast<smelt::index>(all.size());
    smelt::index wrong = 0;
    for (smelt::index stop = 1; stop <= count; ++stop) {
      auto first = batches(on::eigen, f, s.data(), o);
      auto seen = walk(first, stop);
      const batch_position at = first.position();
      wrong += at != batch_position{o.epoch, stop};
      auto again = o;
      again.epoch = at.epoch;
      again.from = at.batch;
      auto second = batches(on::eigen, f, s.data(), again);
      const auto left = walk(second);
      seen.insert(seen.end(), left.begin(), left.end());
      wrong += seen != all;
      wrong += walk(second) != left;  // and again
      wrong += walk(first.restart(at.epoch, at.batch)) != left;
    }
    CHECK(count > 3);
    CHECK(wrong == 0);
    for (smelt::index beyond : {count, count + 1, std::numeric_limits<smelt::index>::max()}) {
      auto none = o;
      none.from = beyond;
      auto range = batches(on::seq, f, s.data(), none);
      CHECK(walk(range).empty());
      CHECK(range.position() == batch_position{o.epoch, beyond});
    }
  };
  goes_on(keeping(), {.rows = 7, .epoch = 4});
  goes_on(dropping(), {.rows = 7, .epoch = 4});
  goes_on(keeping(), {.rows = 5, .last = last::pad, .rank = 1, .ranks = 3, .shard = shard::pad});
  goes_on(dropping(), {.rows = 5, .last = last::drop, .rank = 0, .ranks = 3, .shard = shard::pad});
}

TEST_CASE("what cannot be gone on with") {
  const source s(9);
  auto range = batches(on::seq, keeping(), s.data(), {.rows = 3});
  CHECK_THROWS_WITH_AS(range.restart(0, -1), "batches: an epoch has no batch -1 to begin with",
                       value_error);
  CHECK(walk(range).empty());
  CHECK(walk(range.restart(0)).size() == 3);
  auto quiet = batches(std::nothrow, on::seq, keeping(), s.data(), {.rows = 3});
  CHECK(walk(quiet.restart(0, -1)).empty());
  CHECK(quiet.ended().what() == std::string("batches: an epoch has no batch -1 to begin with"));
  CHECK(walk(quiet.restart(1)).size() == 3);
  CHECK((quiet.ended().ok() && quiet.ended().rows == 9));
  auto closed = batches(std::nothrow, on::seq, keeping(), s.data(), {.rows = 0});
  CHECK(walk(closed.restart(1)).empty());
  CHECK(closed.ended().kind() == failure::value);
}

TEST_CASE("an epoch that fails at its first batch stands where it began") {
  source s(9);
  auto range = batches(std::nothrow, on::seq, keeping(), s.data(), {.rows = 3, .from = 1});
  CHECK(walk(range).size() == 2);
  CHECK(range.position() == batch_position{0, 3});
  for (smelt::index r = 0; r < 9; ++r) s.x(r, 1) = std::numeric_limits<float>::infinity();
  CHECK(walk(range).empty());
  CHECK(!range.ended().ok());
  CHECK(range.position() == batch_position{0, 1});
}

TEST_CASE("memory for a second batch is taken where one is made ahead") {
  const source s(5000);
  const auto held = [&](int prefetch) {
    return blocks_of([&] {
             batches(on::eigen, keeping(), s.data(), {.rows = 5000, .prefetch = prefetch});
           }).most_held;
  };
  CHECK(held(1) - held(0) > 5000 * 12);
  auto range = batches(on::eigen, keeping(), s.data(), {.rows = 100});
  smelt::index seen = 0;
  const auto asked = blocks_of([&] {
    for (const auto& batch : range.restart(1)) seen += batch.rows();
  });
  CHECK(seen == 5000);
  CHECK(asked.blocks == 0);
}

TEST_CASE("ranks see every row once, as many batches each, or a whole number of rows each") {
  for (smelt::index rows : {0, 1, 3, 5, 29, 61}) {
    const source s(rows);
    auto alone = batches(on::seq, keeping(), s.data(), {.rows = 4, .epoch = 2});
    const auto order = ids_of(walk(alone));
    for (smelt::index ranks = 1; ranks <= 7; ++ranks) {
      if (rows == 61 && ranks % 3 != 0) continue;
      CAPTURE(rows);
      CAPTURE(ranks);
      std::vector<std::int64_t> exact;
      std::vector<std::int64_t> padded;
      std::vector<std::int64_t> dropped;
      smelt::index wrong = 0;
      for (smelt::index rank = 0; rank < ranks; ++rank) {
        batch_options o{.rows = 4, .epoch = 2, .rank = rank, .ranks = ranks};
        const auto mine = ids_of(everywhere(keeping(), s, o));
        exact.insert(exact.end(), mine.begin(), mine.end());
        o.shard = shard::pad;
        const auto all = everywhere(keeping(), s, o);
        const auto real = ids_of(all);
        padded.insert(padded.end(), real.begin(), real.end());
        wrong += static_cast<smelt::index>(all.size()) != ((rows + ranks - 1) / ranks + 3) / 4;
        smelt::index handed = 0;
        for (const auto& b : all) {
          handed += b.rows;
          wrong += misfilled(b, b.rows);
          // The last row of this rank again, or where it has none the last of the epoch.
          if (b.valid < b.rows)
            wrong += b.rows != b.valid + 1 || b.id.back() != (mine.empty() ? order.back() : mine.back());
        }
        wrong += handed != (rows + ranks - 1) / ranks;
        o.shard = shard::drop;
        const auto some = ids_of(everywhere(keeping(), s, o));
        wrong += static_cast<smelt::index>(some.size()) != rows / ranks;
        dropped.insert(dropped.end(), some.begin(), some.end());
      }
      CHECK(wrong == 0);
      CHECK(exact == order);
      CHECK(padded == order);
      CHECK(dropped == std::vector<std::int64_t>(order.begin(), order.begin() + rows / ranks * ranks));
    }
  }
}

TEST_CASE("ranks of a chain that drops: every row that stays once, and as many batches each") {
  const source s(61);
  auto alone = batches(on::seq, dropping(), s.data(), {.rows = 4});
  const auto order = ids_of(walk(alone));
  REQUIRE((order.size() > 30 && order.size() < 61));
  for (const auto ends : {last::keep, last::pad, last::drop}) {
    std::vector<std::int64_t> exact;
    std::vector<std::int64_t> padded;
    smelt::index wrong = 0;
    smelt::index filled = 0;
    for (smelt::index rank = 0; rank < 4; ++rank) {
      batch_options o{.rows = 5, .last = ends, .rank = rank, .ranks = 4};
      const auto mine = ids_of(everywhere(dropping(), s, o));
      exact.insert(exact.end(), mine.begin(), mine.end());
      o.shard = shard::pad;  // 16 rows each
      const auto all = everywhere(dropping(), s, o);
      const auto real = ids_of(all);
      padded.insert(padded.end(), real.begin(), real.end());
      wrong += all.size() != (ends == last::drop ? 3u : 4u);
      for (const auto& b : all) {
        wrong += misfilled(b, b.valid);
        wrong += b.rows != (b.number == 3 && ends == last::keep ? 1 : 5);
        filled += b.valid == 0;
      }
    }
    CHECK(wrong == 0);
    CHECK(filled > 0);
    CHECK(padded == order);
    if (ends != last::drop) CHECK(exact == order);
  }
  CHECK_THROWS_WITH_AS(
      batches(on::seq, dropping(), s.data(), {.ranks = 2, .shard = shard::drop}),
      "batches: shard::drop makes as many batches of every rank, but how many rows a chain leaves "
      "that drops some is not known beforehand; say shard::pad or shard::exact",
      value_error);
  auto one = batches(on::seq, dropping(), s.data(), {.rows = 4, .shard = shard::drop});
  CHECK(ids_of(walk(one)) == order);
  auto padded_alone = batches(on::seq, dropping(), s.data(), {.rows = 4, .shard = shard::pad});
  const auto all = walk(padded_alone);
  CHECK(ids_of(all) == order);
  for (const auto& b : all) CHECK(b.rows == b.valid);
  auto marked = batches(on::seq, dropping().values_only(), s.data(), {.ranks = 2, .shard = shard::drop});
  CHECK(ids_of(walk(marked)).size() == 30);
}

TEST_CASE("a padded batch says which rows are real") {
  const source s(10);
  const auto all = everywhere(keeping(), s, {.rows = 4, .last = last::pad});
  REQUIRE(all.size() == 3);
  for (const auto& b : all) CHECK(misfilled(b, b.valid) == 0);
  CHECK(all.back().mask == std::vector<unsigned char>{1, 1, 0, 0});
  CHECK(all.front().mask == std::vector<unsigned char>{1, 1, 1, 1});
}
