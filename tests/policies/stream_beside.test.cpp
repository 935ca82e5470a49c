// SPDX-License-Identifier: BSL-1.0
/// \file
/// Batches on two streams of a device: what orders them is in the log of the emulated one. A batch is made
/// before it is used, its memory is not filled again before, and nothing else orders the two: the next
/// batch is made beside the use of this one.

#include <smelt/policies/stream_beside.hpp>

#include <doctest/doctest.h>

#include <smelt/policies/cuda/transfer.hpp>
#include <smelt/smelt.hpp>
#include <support/emulated_device.hpp>
#include <support/tables.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>  // std::nothrow
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

using policy_type = cuda_policy<emulated_runtime>;
static_assert(detail::stream_beside<policy_type>::possible);
static_assert(!detail::stream_beside<std::remove_cvref_t<decltype(on::seq)>>::possible);

policy_type quick() { return policy_type(emulated_runtime({.watch = false, .processors = 2}), 32); }

/// Of each launch in the log: its stream, and how many launches of each stream come before it for
/// certain, itself among them.
struct ordered_launch {
  int stream;
  std::array<int, 2> after;
};
std::vector<ordered_launch> order_of(const std::vector<emulated_call>& log) {
  std::array<std::array<int, 2>, 2> known{};
  std::vector<ordered_launch> made;
  for (const auto& call : log) {
    auto& mine = known[static_cast<std::size_t>(call.stream)];
    if (call.what == emulated_call::follow) {
      const auto& other = known[static_cast<std::size_t>(call.other)];
      for (std::size_t s = 0; s < 2; ++s) mine[s] = std::max(mine[s], other[s]);
    }
    if (call.what != emulated_call::launch) continue;
    ++mine[static_cast<std::size_t>(call.stream)];
    made.push_back({call.stream, mine});
  }
  return made;
}

}  // namespace

TEST_CASE("made before it is used, used before its memory is filled again, and not otherwise ordered") {
  const auto gpu = quick();
  const auto x = noise<float>(500, 3, 0);
  const auto there = to_device(gpu, x);
  const auto f = fit(on::seq, standardize() | sample(shuffled{seed{2}}), x);
  const auto use = fit(on::seq, as_chain(standardize()), x);
  auto out = gpu.make_table<float>(64, 3);
  auto range = batches(gpu, f, there, {.rows = 64, .prefetch = 1});
  for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
    gpu.runtime().forget_log();
    int used = 0;
    for (const auto& b : range.restart(epoch)) {
      transform(gpu, use, b.x, out);  // the caller's own kernel, in the policy's stream
      ++used;
    }
    CHECK(used == 8);
    std::vector<ordered_launch> uses, makes;
    for (const auto& launch : order_of(gpu.runtime().log()))
      (launch.stream == 0 ? uses : makes).push_back(launch);
    REQUIRE(uses.size() == 8);
    REQUIRE(makes.size() == 8);
    for (int n = 0; n < 8; ++n) {
      const auto at = static_cast<std::size_t>(n);
      CHECK(uses[at].after[1] >= n + 1);                    // batch n was made
      if (n >= 2) CHECK(makes[at].after[0] >= n - 1);       // batch n - 2, whose memory it has, was used
      if (n >= 1) CHECK(makes[at].after[0] < n);            // batch n - 1 need not have been
      if (n < 7) CHECK(uses[at].after[1] < n + 2);          // nor need batch n + 1 be made
    }
  }
}

TEST_CASE("nothing is waited for between batches, nor allocated; the same rows, and memory goes back") {
  const auto gpu = quick();
  const auto x = noise<float>(500, 3, 0);
  std::vector<std::int64_t> id(500);
  for (std::size_t r = 0; r < id.size(); ++r) id[r] = static_cast<std::int64_t>(r);
  const auto f = fit(on::seq, standardize() | sample(shuffled{seed{2}}), x);
  const auto whole = transform(on::seq, f, labelled(x, id));
  const auto there = to_device(gpu, x);
  auto ids = gpu.make_column<std::int64_t>(500);
  gpu.runtime().copy(ids.data(), id.data(), id.size() * sizeof id[0]);
  gpu.runtime().wait();
  const auto before = gpu.runtime().live_allocations();
  {
    auto range = batches(gpu, f, labelled(there.view(), ids.view()),
                         {.rows = 64, .last = last::pad, .prefetch = 1});
    smelt::index at = 0;
    for (auto b = range.begin(); b != range.end();) {
      const auto shown = to_host(gpu, b->x);
      for (smelt::index r = 0; r < b->valid; ++r)
        CHECK(std::memcmp(&shown(r, 0), &whole.x(at + r, 0), 3 * sizeof(float)) == 0);
      at += b->valid;
      gpu.runtime().forget_log();
      ++b;
      if (at == 500) break;
      CHECK(gpu.runtime().count(emulated_call::allocate) == 0);
      // The host waits once, behind the last batch, for what the passes have met.
      CHECK(gpu.runtime().count(emulated_call::wait) == (at >= 448 ? 1 : 0));
      CHECK(gpu.runtime().count(emulated_call::follow) == 2);
    }
    CHECK(at == 500);
    // Left in the middle of an epoch, with one batch made that nobody takes.
    for (const auto& b : range.restart(1)) {
      CHECK(b.rows() == 64);
      break;
    }
    gpu.runtime().forget_log();
  }
  const auto& log = gpu.runtime().log();
  CHECK(log.front().what == emulated_call::follow);  // before its memory goes
  CHECK(log.front().stream == 1);
  for (const auto& call : log)
    if (call.what == emulated_call::release) CHECK(call.stream == 1);
  CHECK(gpu.runtime().live_allocations() == before);
}

TEST_CASE("where rows drop, and without prefetch, there is one stream; an error is told where it is met") {
  const auto gpu = quick();
  auto x = noise<float>(200, 3, 9);
  const auto f = fit(on::seq, drop::any | standardize(), x);
  const auto there = to_device(gpu, x);
  smelt::index rows = 0;
  for (const auto& b : batches(gpu, f, there, {.rows = 64, .prefetch = 1})) rows += b.rows();
  CHECK(rows == transform(on::seq, f, x).rows());
  const auto g = fit(on::seq, as_chain(standardize()), x);
  x(130, 1) = std::numeric_limits<float>::infinity();
  const auto bad = to_device(gpu, x);
  for (const auto& b : batches(gpu, g, there, {.rows = 64})) rows += b.rows();
  CHECK(gpu.runtime().count(emulated_call::follow) == 0);
  auto range = batches(std::nothrow, gpu, g, bad, {.rows = 64, .prefetch = 1});
  smelt::index handed = 0;
  for (const auto& b : range) handed += b.rows();
  CHECK(handed == 200);
  CHECK(range.ended().kind() == failure::value);
  CHECK(range.ended().first_row == 130);
}
