// SPDX-License-Identifier: BSL-1.0
/// \file
/// Batches made ahead: by another thread, never over one that is in use, nothing allocated between
/// them, errors told where a plain walk tells them, and a walk that may be left at any moment.

#include <smelt/batches.hpp>

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/allocation_hook.hpp>
#include <support/later_policy.hpp>
#include <support/tables.hpp>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>  // std::nothrow
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

constexpr smelt::index cols = 32;
constexpr smelt::index row_count = 9000;  // batches of 2048 are two tasks

const table<float>& values() {
  static const auto x = noise<float>(row_count, cols, 200);
  return x;
}
const std::vector<std::int64_t>& ids() {
  static const std::vector<std::int64_t> made = [] {
    std::vector<std::int64_t> id;
    for (smelt::index r = 0; r < row_count; ++r) id.push_back((std::int64_t{1} << 60) + r);
    return id;
  }();
  return made;
}
auto labelled_rows() { return labelled(values(), ids()); }
const auto& dropping() {
  static const auto f = fit(on::seq, drop::any | standardize() | sample(shuffled{seed{4}}), labelled_rows());
  return f;
}

/// Whether what a batch shows is rows `at`, `at + 1`, ... of a whole transform.
template <class Batch, class Whole>
bool shows(const Batch& b, const Whole& whole, smelt::index at) {
  for (smelt::index r = 0; r < b.valid; ++r)
    if (b.y[r] != whole.y[static_cast<std::size_t>(at + r)]) return false;
  return std::memcmp(b.x.data(), whole.x.data() + at * cols,
                     static_cast<std::size_t>(b.valid * cols) * sizeof(float)) == 0;
}

/// A parallel loop that says in which threads it was called, and may throw.
struct watched_loop {
  std::vector<std::thread::id>* callers;
  std::size_t throws_at;

  void operator()(smelt::index n, auto&& body) const {
    callers->push_back(std::this_thread::get_id());
    if (callers->size() == throws_at) throw std::out_of_range("the loop's own");
    for (smelt::index i = n - 1; i >= 0; --i) body(i);
  }
};

}  // namespace

TEST_CASE("made by another thread while the one before is used, and never over it") {
  const auto whole = transform(on::seq, dropping(), labelled_rows());
  std::vector<std::thread::id> callers;
  host_loop loop(2, watched_loop{&callers, 0});
  auto range = batches(on::eigen.on(loop), dropping(), labelled_rows(), {.rows = 2048, .prefetch = 1});
  smelt::index at = 0;
  for (const auto& b : range) {
    if (b.number == 1) std::this_thread::sleep_for(std::chrono::milliseconds(5));  // the next is there
    CHECK(shows(b, whole, at));
    at += b.valid;
  }
  CHECK(at == whole.rows());
  REQUIRE(callers.size() >= 4);
  CHECK(callers.front() == std::this_thread::get_id());  // nobody has to be waited for at first
  smelt::index mine = 0;
  for (const auto& id : callers) mine += id == std::this_thread::get_id();
  CHECK(mine < static_cast<smelt::index>(callers.size()) - 1);
}

TEST_CASE("nothing is allocated after the range is made, over epochs") {
  const auto f = fit(on::seq, clean(fill::mean) | standardize() | sample(shuffled{seed{3}}), labelled_rows());
  const auto later_blocks = [&](const auto& fitted, const auto& policy, smelt::index size) {
    auto range = batches(policy, fitted, labelled_rows(), {.rows = size, .last = last::pad, .prefetch = 1});
    smelt::index seen = 0;
    const auto asked = blocks_of([&] {
      for (std::uint64_t epoch = 0; epoch < 3; ++epoch)
        for (const auto& b : range.restart(epoch, static_cast<smelt::index>(epoch))) seen += b.valid;
    });
    CHECK(seen > row_count);
    return asked.blocks;
  };
  CHECK(later_blocks(f, on::eigen.alone(), 100) == 0);
  CHECK(later_blocks(dropping(), on::eigen.alone(), 100) == 0);
  workers pool{2};
  CHECK(later_blocks(f, on::eigen.on(pool), 2048) == 0);
}

TEST_CASE("the thread's error comes where a plain walk meets it, whatever kind it is") {
  auto spoiled = values();
  spoiled(700, 3) = std::numeric_limits<float>::infinity();
  const auto f = fit(on::seq, standardize(), values());
  const auto walk = [&](auto&& range) {
    smelt::index seen = 0;
    const auto said = thrown_by([&] {
      for (const auto& b : range) seen += b.rows();
    });
    return said + " after " + std::to_string(seen);
  };
  const auto plain = walk(batches(on::seq, f, spoiled, {.rows = 100}));
  CHECK(plain.find("batches: 1 infinite value(s), the first in row 700, column 3") == 0);
  CHECK(plain.find(" after 700") != std::string::npos);
  auto ahead = batches(on::eigen, f, spoiled, {.rows = 100, .prefetch = 1});
  CHECK(walk(ahead) == plain);
  CHECK(ahead.position() == batch_position{0, 7});
  CHECK(walk(ahead) == plain);               // again
  CHECK(walk(ahead.restart(0, 8)) == " after 8200");  // and beyond it
  auto quiet = batches(std::nothrow, on::eigen, f, spoiled, {.rows = 100, .prefetch = 1});
  CHECK(walk(quiet) == " after 700");
  CHECK(quiet.ended().what() + std::string(" after 700") == plain);
  CHECK((quiet.ended().rows == 700 && quiet.ended().infinities == 1));
  // An exception that is not of smelt's arrives as what it is.
  std::vector<std::thread::id> callers;
  host_loop loop(2, watched_loop{&callers, 3});
  auto thrown = batches(on::eigen.on(loop), f, values(), {.rows = 2048, .prefetch = 1});
  smelt::index seen = 0;
  CHECK_THROWS_WITH_AS(
      [&] {
        for (const auto& b : thrown) seen += b.rows();
      }(),
      "the loop's own", std::out_of_range);
  CHECK(seen == 2 * 2048);
  thrown.restart(0);  // waits for the thread, which went on
  CHECK(callers.back() != std::this_thread::get_id());
  // It ends the walk; in a batch that nobody takes it is forgotten when the next epoch begins.
  callers.clear();
  auto at = thrown.begin();
  ++at;
  CHECK_THROWS_AS(++at, std::out_of_range);
  CHECK(at == std::default_sentinel);
  thrown.restart(0);
  callers.clear();
  for (const auto& b : thrown)
    if (b.number == 1) break;
  seen = 0;
  for (const auto& b : thrown.restart(1)) seen += b.rows();
  CHECK(seen == row_count);
}

TEST_CASE("left at any moment: begun again, for another epoch, or ended with the thread at work") {
  const auto whole = transform(on::seq, dropping(), labelled_rows());
  smelt::index wrong = 0;
  for (smelt::index stop = 0; stop < 6; ++stop) {
    auto range = batches(on::eigen.alone(), dropping(), labelled_rows(), {.rows = 1500, .prefetch = 1});
    if (stop == 0) continue;  // not even begun
    for (int again = 0; again < 3; ++again) {
      smelt::index at = 0;
      for (const auto& b : range) {
        wrong += !shows(b, whole, at) || b.number != at / 1500;
        at += b.valid;
        if (b.number == stop) break;
      }
      if (again == 1) wrong += range.restart(5).begin()->number != 0;
      range.restart(0);
    }
    for (const auto& b : range)
      if (b.number == stop) break;
  }
  CHECK(wrong == 0);
}

TEST_CASE("policies that do not run ahead ignore it") {
  const auto f = fit(on::seq, standardize(), values());
  const auto count = [&](const auto& policy) {
    auto range = batches(policy, f, values(), {.rows = 1000, .prefetch = 1});
    smelt::index seen = 0;
    for (const auto& b : range) seen += b.valid;
    return seen;
  };
  CHECK(count(on::seq) == row_count);
  CHECK(count(later_policy()) == row_count);
}
