// SPDX-License-Identifier: BSL-1.0
/// \file
/// Vectors on their way to one thread: each comes once, in order, whatever their number, depth and size,
/// and again from another place; the threads of a block do not wait for each other.

#include <smelt/policies/cuda/ring.hpp>

#include <doctest/doctest.h>

#include <support/emulated_device.hpp>

#include <cstdint>
#include <vector>

using namespace smelt;
using namespace smelt_test;

namespace {

template <int Bytes>
struct alignas(Bytes) piece {
  std::uint32_t words[static_cast<std::size_t>(Bytes) / 4];
};

template <int Bytes>
struct pieces {
  const piece<Bytes>* from;
  std::uint32_t* to;      // the first word of each piece, as they came
  int first_count;        // of thread t: so many and t more
  smelt::index apart;     // from one piece of a thread to its next
  smelt::index most;      // places of a thread in `to`
};
template <int Bytes, int Depth>
struct ring_body {
  template <class Context>
  SMELT_HD static void run(Context& ctx, const pieces<Bytes>& p) {
    detail::own_ring<Context, piece<Bytes>, Depth> coming(ctx, ctx.shared());
    std::uint32_t* to = p.to + ctx.thread() * p.most;
    // Twice: all has been taken when it begins again, three pieces on.
    for (int turn = 0; turn < 2; ++turn) {
      const int count = p.first_count + (turn == 0 ? ctx.thread() : 1);
      coming.begin(p.from + ctx.thread() + turn * 3, p.apart, static_cast<unsigned>(count));
      for (int k = 0; k < count; ++k) *to++ = coming.next().words[0];
    }
  }
};

template <int Bytes, int Depth, class Runtime>
void in_order(Runtime on, int threads, int first_count) {
  CAPTURE(Bytes);
  CAPTURE(Depth);
  CAPTURE(threads);
  CAPTURE(first_count);
  const smelt::index apart = 40;
  const smelt::index most = 2 * first_count + threads + 1;
  const smelt::index all = apart * (most + 2);
  std::vector<piece<Bytes>> from(static_cast<std::size_t>(all));
  for (std::size_t i = 0; i < from.size(); ++i) from[i].words[0] = static_cast<std::uint32_t>(i);
  auto* const there = static_cast<piece<Bytes>*>(on.allocate(from.size() * Bytes));
  auto* const out = static_cast<std::uint32_t*>(on.allocate(static_cast<std::size_t>(threads * most) * 4));
  on.copy(there, from.data(), from.size() * Bytes);
  on.clear(out, static_cast<std::size_t>(threads * most) * 4);
  const std::size_t shared = detail::ring_bytes<piece<Bytes>, Depth>(threads);
  on.template launch<ring_body<Bytes, Depth>>(1, threads, shared,
                                              pieces<Bytes>{there, out, first_count, apart, most});
  std::vector<std::uint32_t> got(static_cast<std::size_t>(threads * most));
  on.copy(got.data(), out, got.size() * 4);
  on.wait();
  on.release(out);
  on.release(there);
  int wrong = 0;
  for (int t = 0; t < threads; ++t) {
    const std::uint32_t* at = got.data() + t * most;
    for (int turn = 0; turn < 2; ++turn)
      for (int k = 0; k < first_count + (turn == 0 ? t : 1); ++k)
        wrong += *at++ != static_cast<std::uint32_t>(t + turn * 3 + k * apart);
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("pieces come in order, of fewer than are under way at a time up to many more") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed)
    for (int count : {0, 1, 4, 5, 6, 7, 30}) {
      in_order<16, 6>(emulated_runtime({.seed = seed}), 32, count);
      in_order<8, 6>(emulated_runtime({.seed = seed}), 32, count);
      in_order<4, 12>(narrow_emulated_runtime({.seed = seed}), 7, count);
      in_order<16, 2>(narrow_emulated_runtime({.seed = seed}), 4, count);
      in_order<16, 6>(narrow_emulated_runtime({.seed = seed}), 1, count);
    }
}
