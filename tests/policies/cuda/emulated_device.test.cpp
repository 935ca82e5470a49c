// SPDX-License-Identifier: BSL-1.0
// The emulated device of the tests must see what it promises to see: each mistake below is one that
// a kernel could make and that most runs on a device would not show.
#include "support/emulated_device.hpp"

#include <smelt/core/config.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>  // std::memset
#include <new>      // std::bad_alloc
#include <set>
#include <string>
#include <type_traits>  // std::remove_reference_t
#include <vector>

using smelt_test::emulated_call;
using smelt_test::emulated_runtime;
using smelt_test::emulated_settings;
using smelt_test::emulation_error;
using smelt_test::narrow_emulated_runtime;

namespace {

/// What a compaction is told.
struct compaction {
  const float* x;
  float* y;
  int n;
  unsigned long long* state;  ///< a tile: how many it keeps (1), or it and all before it (2)
  unsigned* ticket;
  unsigned* total;
};

/// What is wrong with it.
enum class mistake { none, no_last_barrier, block_as_tile, plain_flag };

/// Stream compaction in one pass with decoupled look-back: negative numbers go, order stays.
template <mistake Wrong>
struct compact {
  static constexpr int items = 4;
  static constexpr unsigned long long own = 1ull << 32, all = 2ull << 32;

  template <class Context>
  SMELT_HD static void run(Context& ctx, const compaction& p) {
    auto* const tile_at = reinterpret_cast<unsigned*>(ctx.shared());
    unsigned* const base_at = tile_at + 1;
    unsigned* const sums = tile_at + 2;
    const int t = ctx.thread();
    const int lane = t % Context::warp;
    const int warps = ctx.threads() / Context::warp;

    if (t == 0) {
      ctx.put(tile_at, ctx.add(p.ticket, 1u));
      ctx.put(base_at, 0u);
    }
    ctx.sync();
    const unsigned tile =
        Wrong == mistake::block_as_tile ? static_cast<unsigned>(ctx.block()) : ctx.get(tile_at);
    const int size = ctx.threads() * items;
    const int first = static_cast<int>(tile) * size + t * items;
    float value[items];
    unsigned kept = 0;
    for (int i = 0; i < items; ++i) {
      value[i] = first + i < p.n ? p.x[first + i] : -1.0f;
      kept += value[i] >= 0.0f ? 1u : 0u;
    }
    unsigned before = kept;  // and its own
    for (int by = 1; by < Context::warp; by *= 2) {
      const unsigned left = ctx.from_lane(before, lane - by < 0 ? 0 : lane - by);
      if (lane >= by) before += left;
    }
    if (lane == Context::warp - 1) ctx.put(sums + t / Context::warp, before);
    ctx.sync();
    unsigned offset = before - kept;
    unsigned of_tile = 0;
    for (int w = 0; w < warps; ++w) {
      const unsigned sum = ctx.get(sums + w);
      if (w < t / Context::warp) offset += sum;
      of_tile += sum;
    }
    if (t == 0) {
      unsigned base = 0;
      if (tile != 0) {
        publish(ctx, p, tile, own | of_tile);
        for (unsigned look = tile - 1;;) {
          const unsigned long long seen = ctx.acquire(p.state + look);
          if (seen < own) {
            ctx.pause();
            continue;
          }
          base += static_cast<unsigned>(seen);
          if (seen >= all) break;
          --look;
        }
      }
      publish(ctx, p, tile, all | (base + of_tile));
      ctx.put(base_at, base);
      if (static_cast<int>(tile) * size + size >= p.n) *p.total = base + of_tile;
    }
    if (Wrong != mistake::no_last_barrier) ctx.sync();
    unsigned to = ctx.get(base_at) + offset;
    for (int i = 0; i < items; ++i)
      if (value[i] >= 0.0f) p.y[to++] = value[i];
  }

 private:
  template <class Context>
  SMELT_HD static void publish(Context& ctx, const compaction& p, unsigned tile,
                               unsigned long long what) {
    if (Wrong == mistake::plain_flag)
      ctx.put(p.state + tile, what);
    else
      ctx.release(p.state + tile, what);
  }
};

float value_of(int i) {
  const auto u = static_cast<std::uint32_t>(i) * 2654435761u;
  return (u >> 13) % 3 == 0 ? -1.0f : static_cast<float>(u >> 8);
}

/// Compacts n numbers with blocks of `threads`; compares with a loop.
template <class Body, class Runtime>
bool right(Runtime device, int n, int threads) {
  std::vector<float> x;
  std::vector<float> expected;
  for (int i = 0; i < n; ++i) {
    x.push_back(value_of(i));
    if (x.back() >= 0.0f) expected.push_back(x.back());
  }
  const int tile = threads * 4;
  const int blocks = n == 0 ? 1 : (n + tile - 1) / tile;
  const auto bytes = x.size() * sizeof(float);
  const std::size_t state_bytes = static_cast<std::size_t>(blocks) * 8 + 8;
  struct owned {
    explicit owned(Runtime on, std::size_t size) : device(on), at(device.allocate(size)) {}
    ~owned() { device.release(at); }
    owned(const owned&) = delete;
    owned& operator=(const owned&) = delete;
    Runtime device;
    void* at;
  };
  const owned in(device, bytes);
  const owned out(device, bytes);
  const owned state(device, state_bytes);
  const owned total(device, sizeof(unsigned));
  device.copy(in.at, x.data(), bytes);
  device.clear(state.at, state_bytes);
  auto* const flags = static_cast<unsigned long long*>(state.at);
  const compaction params{static_cast<const float*>(in.at),
                          static_cast<float*>(out.at),
                          n,
                          flags,
                          reinterpret_cast<unsigned*>(flags + blocks),
                          static_cast<unsigned*>(total.at)};
  device.template launch<Body>(blocks, threads, 4 * (2 + static_cast<std::size_t>(threads) / 4),
                               params);
  unsigned count = 0;
  std::vector<float> y(x.size());
  device.copy(&count, total.at, sizeof count);
  device.copy(y.data(), out.at, bytes);
  device.wait();
  if (count != expected.size()) return false;
  y.resize(count);
  return y == expected;
}

/// A kernel written down as a lambda.
template <class F>
struct body_of {
  template <class Context, class Params>
  static void run(Context& ctx, const Params& params) {
    F{}(ctx, params);
  }
};

/// Global memory of a small kernel.
struct scratch {
  unsigned* words;
  unsigned long long* flag;
  double* numbers;
};

/// A device with a scratch of 1024 zeroed words, 64 flags and 512 numbers.
template <class Runtime = emulated_runtime>
class bench {
 public:
  explicit bench(const emulated_settings& settings = {})
      : device(settings), at_(device.allocate(4096 + 512 + 4096)) {
    device.clear(at_, 4096 + 512 + 4096);
  }
  ~bench() { device.release(at_); }
  bench(const bench&) = delete;
  bench& operator=(const bench&) = delete;

  template <class F>
  void run(int blocks, int threads, std::size_t shared, F) {
    device.template launch<body_of<F>>(blocks, threads, shared, params());
  }
  /// The message of what `run` throws.
  template <class F>
  std::string failure(int blocks, int threads, std::size_t shared, F f) {
    try {
      run(blocks, threads, shared, f);
    } catch (const emulation_error& e) {
      return e.what();
    }
    return "nothing";
  }
  scratch params() const {
    auto* const from = static_cast<std::byte*>(at_);
    return {reinterpret_cast<unsigned*>(from), reinterpret_cast<unsigned long long*>(from + 4096),
            reinterpret_cast<double*>(from + 4608)};
  }

  Runtime device;

 private:
  void* at_;
};

emulated_settings with_seed(std::uint64_t seed, int resident = 3, bool watch = true) {
  emulated_settings settings;
  settings.seed = seed;
  settings.resident = resident;
  settings.watch = watch;
  return settings;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The first word of shared memory, and those after it.
template <class Context>
unsigned* shared_words(Context& ctx) {
  return reinterpret_cast<unsigned*>(ctx.shared());
}

/// What the compaction reports over some seeds: "right", "wrong" or the message.
template <class Body>
std::vector<std::string> outcomes(int n, int resident, int seeds, bool watch = true) {
  std::vector<std::string> all;
  for (int seed = 0; seed < seeds; ++seed) try {
      const emulated_runtime device(with_seed(static_cast<std::uint64_t>(seed), resident, watch));
      all.push_back(right<Body>(device, n, 128) ? "right" : "wrong");
    } catch (const emulation_error& e) {
      all.push_back(e.what());
    }
  return all;
}
int count_of(const std::vector<std::string>& all, const std::string& part) {
  int found = 0;
  for (const auto& one : all) found += contains(one, part) ? 1 : 0;
  return found;
}

/// Host variables that count the blocks that run.
struct residents {
  int* here;
  int* most;
};

}  // namespace

TEST_CASE("a compaction with look-back is right in every schedule, and free of races") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    const int resident = 1 + static_cast<int>(seed % 7);
    for (const int n : {0, 1, 511, 512, 513, 2049}) {
      CAPTURE(n);
      using body = compact<mistake::none>;
      const std::uint64_t own = seed * 7919 + static_cast<std::uint64_t>(n);
      CHECK(right<body>(emulated_runtime(with_seed(own, resident)), n, 128));
      CHECK(right<body>(emulated_runtime(with_seed(own, resident, false)), n, 128));
      CHECK(right<body>(narrow_emulated_runtime(with_seed(own, resident)), n, 8));
      CHECK(right<body>(narrow_emulated_runtime(with_seed(own, resident, false)), n, 16));
    }
  }
}

TEST_CASE("a barrier that is missing is a race, in every schedule") {
  const auto all = outcomes<compact<mistake::no_last_barrier>>(2049, 3, 20);
  CHECK(count_of(all, "race (read/write): ") == 20);
  CHECK(count_of(all, "no barrier between") == 20);
  CHECK(contains(all[0], "compact<"));
  CHECK(contains(all[0], "shared+4"));
}

TEST_CASE("a flag that is a plain store is a race between blocks") {
  const auto all = outcomes<compact<mistake::plain_flag>>(4000, 3, 20);
  CHECK(count_of(all, "no release and acquire between") == 20);
  // One block has nobody to tell.
  CHECK(count_of(outcomes<compact<mistake::plain_flag>>(511, 3, 5), "right") == 5);
}

TEST_CASE("look-back by the block's index ends where no earlier block is resident") {
  using body = compact<mistake::block_as_tile>;
  const auto one = outcomes<body>(2049, 1, 20);
  CHECK(count_of(one, "deadlock: ") >= 15);
  CHECK(count_of(one, "thread 0 looks at a flag in vain") >= 15);
  CHECK(count_of(one, "blocks have not begun") >= 15);
  CHECK(count_of(one, "race") == 0);
  CHECK(count_of(one, "wrong") == 0);
  // With room for all of them it is right: the mistake is in what it takes for granted.
  CHECK(count_of(outcomes<body>(2049, 7, 10), "right") == 10);
}

TEST_CASE("collectives of a warp give what the device gives") {
  const auto check = [](auto& ctx, const scratch& p) {
    constexpr int warp = std::remove_reference_t<decltype(ctx)>::warp;
    const int t = ctx.thread();
    const int lane = t % warp;
    bool good = ctx.down(t * 10, 3) == (lane + 3 < warp ? (t + 3) * 10 : t * 10);
    good = good && ctx.down(0.5 * t, 1) == 0.5 * (lane + 1 < warp ? t + 1 : t);
    good = good && ctx.from_lane(static_cast<float>(t), 2) == static_cast<float>(t - lane + 2);
    good = good && ctx.from_lane(1000ull + static_cast<unsigned>(t), warp - 1 - lane) ==
                       1000ull + static_cast<unsigned>(t - lane + warp - 1 - lane);
    good = good && ctx.across(0.25 * t, 2) == 0.25 * (t ^ 2);
    const unsigned even = static_cast<unsigned>(0x55555555ull & ((1ull << warp) - 1));
    good = good && ctx.ballot(lane % 2 == 0) == even;
    if (good) ctx.add(p.words, 1u);
  };
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    for (const bool watch : {true, false}) {
      bench<> wide(with_seed(seed, 2, watch));
      wide.run(3, 96, 0, check);
      CHECK(wide.params().words[0] == 3 * 96);
      bench<narrow_emulated_runtime> narrow(with_seed(seed, 2, watch));
      narrow.run(3, 12, 0, check);
      CHECK(narrow.params().words[0] == 3 * 12);
    }
}

TEST_CASE("barriers and collectives that not all reach") {
  for (const bool watch : {true, false}) {
    bench<> on(with_seed(3, 2, watch));
    const std::string ended = on.failure(2, 64, 0, [](auto& ctx, const scratch&) {
      if (ctx.thread() != 5) ctx.sync();
    });
    CHECK(contains(ended, "deadlock: "));
    CHECK(contains(ended, "threads 0-4, 6-63 wait at a barrier (line "));
    CHECK(contains(ended, "thread 5 has ended"));

    // Inside of a macro all lines are one: what depends on lines stands outside.
    const std::string two_barriers = on.failure(1, 64, 0, [](auto& ctx, const scratch&) {
      if (ctx.thread() < 32)
        ctx.sync();
      else
        ctx.sync();
    });
    CHECK(contains(two_barriers, "divergent barrier: "));
    CHECK(contains(on.failure(1, 32, 0,
                              [](auto& ctx, const scratch&) {
                                if (ctx.thread() < 16) ctx.down(1, 1);
                              }),
                   "divergent collective: "));
    const std::string two_ballots = on.failure(1, 32, 0, [](auto& ctx, const scratch&) {
      if (ctx.thread() % 2 == 0)
        ctx.ballot(true);
      else
        ctx.ballot(true);
    });
    CHECK(contains(two_ballots, "divergent collective: "));
    // The rest of a warp that is not full does not exist.
    CHECK(contains(on.failure(1, 40, 0, [](auto& ctx, const scratch&) { ctx.ballot(true); }),
                   "do not exist"));
    const std::string apart = on.failure(1, 32, 0, [](auto& ctx, const scratch&) {
      if (ctx.thread() < 8) ctx.ballot(true);
      ctx.sync();
    });
    CHECK(contains(apart, "deadlock: "));
    CHECK(contains(apart, "threads 0-7 wait at a collective of their warp"));
    CHECK(contains(apart, "threads 8-31 wait at a barrier"));
    // The device is as good as new.
    on.run(2, 64, 0, [](auto& ctx, const scratch& p) { ctx.add(p.words, 1u); });
    CHECK(on.params().words[0] == 128);
  }
}

TEST_CASE("looks at a flag that never comes, with pauses and without") {
  for (const bool watch : {true, false}) {
    bench<> on(with_seed(5, 3, watch));
    CHECK(contains(on.failure(3, 32, 0,
                              [](auto& ctx, const scratch& p) {
                                while (ctx.acquire(p.flag) == 0) ctx.pause();
                              }),
                   "deadlock: "));
    CHECK(contains(on.failure(3, 32, 0,
                              [](auto& ctx, const scratch& p) {
                                while (ctx.acquire(p.flag) == 0) {
                                }
                              }),
                   "deadlock: "));
    // Looks of a whole warp pass through collectives, which are no progress.
    CHECK(contains(on.failure(2, 32, 0,
                              [](auto& ctx, const scratch& p) {
                                while (ctx.ballot(ctx.acquire(p.flag + ctx.thread()) != 0) == 0) {
                                }
                              }),
                   "deadlock: "));
    // Nor is it progress to tell the block again that nothing has come.
    CHECK(contains(on.failure(2, 64, 4,
                              [](auto& ctx, const scratch& p) {
                                for (bool found = false; !found;) {
                                  if (ctx.thread() == 0)
                                    ctx.put(shared_words(ctx), ctx.acquire(p.flag) != 0 ? 1u : 0u);
                                  ctx.sync();
                                  found = ctx.get(shared_words(ctx)) != 0;
                                  ctx.sync();
                                }
                              }),
                   "deadlock: "));
    // A flag that comes is no deadlock, however long the others look.
    on.run(3, 64, 0, [](auto& ctx, const scratch& p) {
      if (ctx.add(p.words, 1u) == 100) {
        for (int i = 0; i < 3000; ++i) ctx.get(p.words + 1);
        ctx.release(p.flag, 1);
      }
      while (ctx.acquire(p.flag) == 0) {
      }
    });
    CHECK(on.params().flag[0] == 1);
  }
}

TEST_CASE("shared memory must be written before it is read, in each block anew") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    bench<> on(with_seed(seed, 1));
    const std::string report = on.failure(2, 32, 64, [](auto& ctx, const scratch& p) {
      // The blocks come one after the other: the second finds the place as if nobody had been
      // there.
      const bool first = ctx.add(p.words, 1u) < 32;
      if (first && ctx.thread() < 16) ctx.put(shared_words(ctx) + ctx.thread(), 7u);
      if (ctx.thread() == 3) ctx.get(shared_words(ctx) + 3);
    });
    CHECK(contains(report, "reads shared+12 that nobody has written"));
    const std::string fresh = on.failure(1, 32, 64, [](auto& ctx, const scratch&) {
      if (ctx.thread() == 3) ctx.get(shared_words(ctx) + 3);
    });
    CHECK(contains(fresh, "block 0: thread 3 (line "));
    CHECK(contains(fresh, "reads shared+12 that nobody has written"));
    // Plain pointers see the poison.
    on.run(1, 1, 64, [](auto& ctx, const scratch& p) { p.words[9] = shared_words(ctx)[5]; });
    CHECK(on.params().words[9] == 0xCDCDCDCDu);
  }
}

TEST_CASE("what orders the threads of a block") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    bench<> on(with_seed(seed));
    // A barrier.
    on.run(2, 64, 256, [](auto& ctx, const scratch&) {
      unsigned* const words = shared_words(ctx);
      for (int round = 0; round < 3; ++round) {
        ctx.put(words + ctx.thread(), 1u);
        ctx.sync();
        ctx.get(words + (ctx.thread() + 33) % 64);
        ctx.sync();
      }
    });
    // Reads of before the barrier are over, those of after are not.
    CHECK(contains(on.failure(1, 64, 256,
                              [](auto& ctx, const scratch&) {
                                unsigned* const words = shared_words(ctx);
                                ctx.put(words + ctx.thread(), 1u);
                                ctx.sync();
                                ctx.get(words + (ctx.thread() + 33) % 64);
                                ctx.put(words + ctx.thread(), 2u);
                              }),
                   "race (read/write)"));
    CHECK(contains(
        on.failure(1, 64, 4, [](auto& ctx, const scratch&) { ctx.put(shared_words(ctx), 1u); }),
        "race (write/write)"));
    // A collective orders the lanes of a warp, and no others.
    on.run(1, 64, 256, [](auto& ctx, const scratch&) {
      ctx.put(shared_words(ctx) + ctx.thread(), 1u);
      ctx.ballot(true);
      ctx.get(shared_words(ctx) + (ctx.thread() ^ 7));
    });
    CHECK(contains(on.failure(1, 64, 256,
                              [](auto& ctx, const scratch&) {
                                unsigned* const words = shared_words(ctx);
                                ctx.put(words + ctx.thread(), 0u);
                                ctx.sync();
                                ctx.put(words + ctx.thread(), 1u);
                                ctx.ballot(true);
                                ctx.get(words + (ctx.thread() ^ 32));
                              }),
                   "no barrier between"));
    // Many readers, of two warps, and then a writer of one of them.
    CHECK(contains(on.failure(1, 64, 4,
                              [](auto& ctx, const scratch&) {
                                if (ctx.thread() == 0) ctx.put(shared_words(ctx), 1u);
                                ctx.sync();
                                ctx.get(shared_words(ctx));
                                ctx.ballot(true);
                                if (ctx.thread() == 0) ctx.put(shared_words(ctx), 2u);
                              }),
                   "race (read/write)"));
    // Atomics do not race with one another; a plain look among them does.
    const auto count = [](auto& ctx, const scratch&) {
      if (ctx.thread() == 0) ctx.put(shared_words(ctx), 0u);
      ctx.sync();
      ctx.add(shared_words(ctx), 2u);
      ctx.least(shared_words(ctx), 1000u);
      ctx.sync();
      if (ctx.get(shared_words(ctx)) != 128) ctx.pause(), ctx.put(shared_words(ctx) + 99, 0u);
    };
    on.run(2, 64, 4, count);
    CHECK(contains(on.failure(1, 64, 4,
                              [](auto& ctx, const scratch&) {
                                if (ctx.thread() == 0) ctx.put(shared_words(ctx), 0u);
                                ctx.sync();
                                ctx.add(shared_words(ctx), 1u);
                                ctx.get(shared_words(ctx));
                              }),
                   "race (read/write)"));
  }
}

TEST_CASE("bytes of one word are apart, and parts of it overlap") {
  bench<> on;
  on.run(1, 64, 64, [](auto& ctx, const scratch& p) {
    ctx.put(reinterpret_cast<unsigned char*>(ctx.shared()) + ctx.thread(),
            static_cast<unsigned char>(1));
    ctx.sync();
    ctx.get(shared_words(ctx) + ctx.thread() % 16);
    ctx.put(p.numbers + ctx.thread(), 0.5);
  });
  CHECK(contains(on.failure(1, 2, 8,
                            [](auto& ctx, const scratch&) {
                              if (ctx.thread() == 0)
                                ctx.put(ctx.shared() + 6, std::byte{1});
                              else
                                ctx.put(reinterpret_cast<unsigned long long*>(ctx.shared()), 1ull);
                            }),
                 "race (write/write)"));
}

TEST_CASE("what orders blocks: release and acquire, and nothing else") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    bench<> on(with_seed(seed, 4));
    // All threads write, a barrier, one tells; one learns, a barrier, all read. Through a third.
    on.run(3, 64, 0, [](auto& ctx, const scratch& p) {
      const int place = ctx.thread();
      if (ctx.block() == 0) {
        ctx.put(p.words + place, 5u);
        ctx.sync();
        if (ctx.thread() == 0) ctx.release(p.flag, 1);
      } else {
        const int from = ctx.block() - 1;
        if (ctx.thread() == 7)
          while (ctx.acquire(p.flag + from) == 0) ctx.pause();
        ctx.sync();
        ctx.get(p.words + (place ^ 1));
        if (ctx.thread() == 9) ctx.release(p.flag + ctx.block(), 1);
      }
    });
    // Two warps of one block, without a barrier.
    on.run(1, 64, 0, [](auto& ctx, const scratch& p) {
      if (ctx.thread() == 3) {
        ctx.put(p.words + 100, 5u);
        ctx.release(p.flag + 20, 1);
      } else if (ctx.thread() == 40) {
        while (ctx.acquire(p.flag + 20) == 0) ctx.pause();
        ctx.get(p.words + 100);
      }
    });
    // Without the barrier it tells of the work of others that goes on.
    CHECK(contains(on.failure(2, 64, 0,
                              [](auto& ctx, const scratch& p) {
                                if (ctx.block() == 0) {
                                  ctx.put(p.words + ctx.thread(), 5u);
                                  if (ctx.thread() == 0) ctx.release(p.flag + 10, 1);
                                } else {
                                  while (ctx.acquire(p.flag + 10) == 0) ctx.pause();
                                  ctx.get(p.words + ctx.thread());
                                }
                              }),
                   "race"));
    // What is written after the release is not told.
    CHECK(contains(on.failure(2, 1, 0,
                              [](auto& ctx, const scratch& p) {
                                if (ctx.block() == 0) {
                                  ctx.release(p.flag + 11, 1);
                                  ctx.put(p.words, 6u);
                                } else {
                                  while (ctx.acquire(p.flag + 11) == 0) ctx.pause();
                                  ctx.get(p.words);
                                }
                              }),
                   "no release and acquire between"));
    // A relaxed counter is no flag.
    CHECK(contains(on.failure(2, 1, 0,
                              [](auto& ctx, const scratch& p) {
                                if (ctx.block() == 0) {
                                  ctx.put(p.words + 1, 6u);
                                  ctx.add(p.words + 2, 1u);
                                } else {
                                  while (ctx.add(p.words + 2, 0u) == 0) ctx.pause();
                                  ctx.get(p.words + 1);
                                }
                              }),
                   "no release and acquire between"));
    // The next launch is ordered after the last one.
    on.run(4, 32, 0, [](auto& ctx, const scratch& p) {
      ctx.put(p.words + ctx.block() * 32 + ctx.thread(), 1u);
    });
    on.run(4, 32, 0, [](auto& ctx, const scratch& p) {
      ctx.put(p.words + (3 - ctx.block()) * 32 + ctx.thread(), 2u);
    });
    // Readers in several blocks, and a writer whom only one of them has told.
    CHECK(contains(on.failure(3, 1, 0,
                              [](auto& ctx, const scratch& p) {
                                if (ctx.block() != 2) ctx.get(p.words);
                                if (ctx.block() == 1) ctx.release(p.flag + 12, 1);
                                if (ctx.block() != 2) return;
                                while (ctx.acquire(p.flag + 12) == 0) ctx.pause();
                                ctx.put(p.words, 1u);
                              }),
                   "race (read/write)"));
  }
}

TEST_CASE("words that are told and looked at order nothing else; who arrives last sees what all wrote") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    bench<> on(with_seed(seed, 4));
    CHECK(contains(on.failure(2, 1, 0,
                              [](auto& ctx, const scratch& p) {
                                if (ctx.block() == 0) {
                                  ctx.put(p.words, 6u);
                                  ctx.tell(p.flag, 1);
                                } else {
                                  while (ctx.look(p.flag) == 0) ctx.pause();
                                  ctx.get(p.words);
                                }
                              }),
                   "no release and acquire between"));
    on.run(3, 1, 0, [](auto& ctx, const scratch& p) {
      ctx.put(p.words + 10 + ctx.block(), 7u);
      if (ctx.arrive(p.words + 20) < 2) return;
      unsigned sum = 0;
      for (int b = 0; b < 3; ++b) sum += ctx.get(p.words + 10 + b);
      ctx.put(p.words + 21, sum);
    });
    CHECK(on.params().words[21] == 21);
    // What was written after the arrival is not told.
    CHECK(contains(on.failure(2, 1, 0,
                              [](auto& ctx, const scratch& p) {
                                const bool last = ctx.arrive(p.words + 22) == 1;
                                if (last) ctx.get(p.words + 30);
                                if (!last) ctx.put(p.words + 30, 1u);
                              }),
                   "race"));
  }
}

TEST_CASE("copies into shared memory are there when they have been waited for, group by group") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    bench<> on(with_seed(seed, 2));
    on.run(1, 32, 512, [](auto& ctx, const scratch& p) {
      unsigned* const held = shared_words(ctx);
      const int t = ctx.thread();
      ctx.put(p.words + t, static_cast<unsigned>(t));
      ctx.fetch(held + t, p.words + t);
      ctx.fetch_group();
      ctx.fetch(held + 32 + t, p.words + t);
      ctx.fetch_group();
      ctx.template fetched<1>();
      ctx.sync();
      const bool first = ctx.get(held + (t ^ 1)) == static_cast<unsigned>(t ^ 1);
      const bool early = held[32 + t] != 0xCDCDCDCDu;
      ctx.template fetched<0>();
      ctx.sync();
      if (first && !early && ctx.get(held + 32 + (t ^ 3)) == static_cast<unsigned>(t ^ 3))
        ctx.add(p.words + 40, 1u);
    });
    CHECK(on.params().words[40] == 32);
    // Not waited for; and waited for, but not by all.
    CHECK(contains(on.failure(1, 32, 512,
                              [](auto& ctx, const scratch& p) {
                                unsigned* const held = shared_words(ctx);
                                ctx.fetch(held + ctx.thread(), p.words + ctx.thread());
                                ctx.fetch_group();
                                ctx.sync();
                                ctx.get(held + ctx.thread());
                              }),
                   "that nobody has written"));
    CHECK(on.failure(1, 32, 512, [](auto& ctx, const scratch& p) {
            unsigned* const held = shared_words(ctx);
            ctx.fetch(held + ctx.thread(), p.words + ctx.thread());
            ctx.fetch_group();
            ctx.template fetched<0>();
            ctx.get(held + (ctx.thread() ^ 1));
          }) != "");
  }
}

TEST_CASE("addresses that nobody may touch") {
  bench<> on;
  CHECK(contains(
      on.failure(1, 32, 64,
                 [](auto& ctx, const scratch&) { ctx.put(shared_words(ctx) + ctx.thread(), 1u); }),
      "at shared+"));
  CHECK(contains(
      on.failure(1, 1, 0, [](auto& ctx, const scratch& p) { ctx.get(p.words + (1 << 20)); }),
      "neither shared memory nor in an allocation"));
  CHECK(contains(on.failure(1, 1, 0,
                            [](auto& ctx, const scratch& p) {
                              const auto odd = reinterpret_cast<std::byte*>(p.words) + 2;
                              ctx.get(reinterpret_cast<unsigned*>(odd));
                            }),
                 "misaligned address"));
  auto* const gone = static_cast<unsigned*>(on.device.allocate(64));
  on.device.release(gone);
  const auto use = [](auto& ctx, unsigned* const at) { ctx.put(at, 1u); };
  CHECK_THROWS_WITH_AS((on.device.launch<body_of<decltype(use)>>(1, 1, 0, gone)),
                       doctest::Contains("of memory that was released"), emulation_error);
  CHECK_THROWS_AS(on.device.clear(gone, 4), emulation_error);
  char host[8];
  CHECK_THROWS_AS(on.device.clear(host, 8), emulation_error);
  auto* const few = static_cast<std::byte*>(on.device.allocate(16));
  CHECK_THROWS_AS(on.device.clear(few + 12, 8), emulation_error);
  CHECK_THROWS_AS(on.device.copy(host, few + 12, 8), emulation_error);
  on.device.release(few);
}

TEST_CASE("writes by plain pointers around an allocation, or after its end") {
  if (smelt_test::emulated::sanitized_zones) return;  // AddressSanitizer ends the program there
  emulated_runtime device;
  auto* const at = static_cast<unsigned char*>(device.allocate(100));
  CHECK(reinterpret_cast<std::uintptr_t>(at) % 256 == 0);
  device.wait();
  at[100] = 1;
  CHECK_THROWS_WITH_AS(device.wait(),
                       doctest::Contains("write outside of allocation #1 of 100 bytes"),
                       emulation_error);
  at[100] = 0xFA;
  device.wait();
  at[-1] = 1;
  CHECK_THROWS_AS(device.wait(), emulation_error);
  device.release(at);  // finds it again
  at[7] = 1;
  CHECK_THROWS_WITH_AS(device.wait(), doctest::Contains("write into released allocation #1"),
                       emulation_error);
  int host = 0;
  device.release(&host);
  CHECK_THROWS_WITH_AS(device.allocate(1), doctest::Contains("not allocated"), emulation_error);
  bench<> on;
  CHECK(contains(
      on.failure(1, 1, 8, [](auto& ctx, const scratch&) { ctx.shared()[8] = std::byte{1}; }),
      "write outside of its 8 bytes of shared memory"));
  CHECK(on.failure(1, 1, 8, [](auto&, const scratch&) {}) == "nothing");
}

TEST_CASE("memory ends, and launches have limits") {
  emulated_settings settings;
  settings.memory = 1000;
  settings.shared_limit = 512;
  settings.processors = 7;
  emulated_runtime device(settings);
  CHECK(device.processors() == 7);
  CHECK(device.shared_limit() == 512);
  void* const some = device.allocate(600);
  try {
    device.allocate(401);
    FAIL("there is no room");
  } catch (const smelt::cuda_error& e) {
    CHECK(std::string(e.name()) == "cudaErrorMemoryAllocation");
    CHECK(contains(e.what(), "401 bytes"));
    CHECK(contains(e.what(), "400 bytes are free"));
  }
  device.release(device.allocate(400));
  device.release(some);
  CHECK(device.live_allocations() == 0);
  device.release(device.allocate(1000));
  device.release(nullptr);

  const auto nothing = [](auto&, int) {};
  using body = body_of<decltype(nothing)>;
  device.launch<body>(1, 128, 512, 0);
  CHECK_THROWS_AS(device.launch<body>(0, 32, 0, 0), smelt::cuda_error);
  CHECK_THROWS_AS(device.launch<body>(1, 0, 0, 0), smelt::cuda_error);
  CHECK_THROWS_AS(device.launch<body>(1, 129, 0, 0), smelt::cuda_error);
  CHECK_THROWS_AS(device.launch<body>(1, 1025, 0, 0), smelt::cuda_error);
  CHECK_THROWS_AS(device.launch<body>(1, 32, 513, 0), smelt::error);
}

TEST_CASE("the log tells what was asked for") {
  emulated_runtime device;
  emulated_runtime same = device;
  void* const at = device.allocate(64);
  int host = 3;
  device.copy(at, &host, sizeof host);
  device.clear(at, 64);
  auto* const words = static_cast<unsigned*>(at);
  const compaction params{nullptr,   nullptr,  0, static_cast<unsigned long long*>(at),
                          words + 8, words + 9};
  device.launch<compact<mistake::none>>(1, 128, 256, params);
  device.wait();
  device.release(at);
  const auto& log = same.log();
  REQUIRE(log.size() == 6);
  CHECK(log[0].what == emulated_call::allocate);
  CHECK(log[0].bytes == 64);
  CHECK(log[1].what == emulated_call::copy);
  CHECK(log[1].bytes == sizeof host);
  CHECK(log[2].what == emulated_call::clear);
  CHECK(log[3].what == emulated_call::launch);
  CHECK(log[3].bytes == 256);
  CHECK(log[3].blocks == 1);
  CHECK(log[3].threads == 128);
  CHECK(contains(log[3].body, "compact<"));
  CHECK(log[4].what == emulated_call::wait);
  CHECK(log[5].what == emulated_call::release);
  CHECK(log[5].bytes == 64);
  CHECK(device.count(emulated_call::launch) == 1);
  same.forget_log();
  CHECK(device.log().empty());
}

TEST_CASE("memory that the host has too is reached from every device, and given back after a wait") {
  emulated_runtime device;
  using smelt::detail::reach;
  void* const mine = device.allocate(8);
  void* const ours = device.allocate(8, smelt::pinned{});
  device.settings().device = 1;
  CHECK(device.reach_of(mine).leads == reach::other);
  CHECK(device.reach_of(mine).device == 0);
  CHECK(device.reach_of(ours).leads == reach::here);
  CHECK(device.reach_of(&device).leads == reach::host);
  device.forget_log();
  device.release(ours, smelt::pinned{});
  CHECK(device.count(emulated_call::wait) == 1);
  device.release(mine, smelt::managed{});
  CHECK_THROWS_WITH_AS(device.wait(), doctest::Contains("release of memory of another space"),
                       emulation_error);
}

TEST_CASE("a capture takes launches, clears and copies on the device, and nothing else") {
  emulated_runtime device;
  auto* const at = static_cast<int*>(device.allocate(16));
  int host = 3;
  device.clear(at, 16);
  device.settings().capturing = true;
  device.clear(at, 8);
  device.copy(at + 2, at, 8);
  CHECK(device.reach_of(at).leads == smelt::detail::reach::here);
  CHECK_THROWS_WITH_AS(device.allocate(8), "allocate while the stream is captured", emulation_error);
  CHECK_THROWS_WITH_AS(device.wait(), "wait while the stream is captured", emulation_error);
  const char* const pageable = "copy of pageable host memory while the stream is captured";
  CHECK_THROWS_WITH_AS(device.copy(at, &host, sizeof host), pageable, emulation_error);
  CHECK_THROWS_WITH_AS(device.copy(&host, at, sizeof host), pageable, emulation_error);
  device.release(at);
  CHECK_THROWS_WITH_AS(device.clear(at, 8), doctest::Contains("release while the stream is captured"),
                       emulation_error);
}

TEST_CASE("copies reach the host with wait, and have read it when they return") {
  emulated_runtime device;
  auto* const at = static_cast<int*>(device.allocate(8));
  auto* const other = static_cast<int*>(device.allocate(8));
  int from[2] = {1, 2};
  device.copy(at, from, 8);
  from[0] = 9;
  device.copy(other, at, 8);
  int to[2] = {0, 0};
  device.copy(to, other, 8);
  device.clear(other, 8);
  CHECK(to[1] == 0);
  device.wait();
  CHECK(to[0] == 1);
  CHECK(to[1] == 2);
  device.release(at);
  device.release(other);
}

TEST_CASE("what a kernel throws comes out of launch, again and again") {
  for (int i = 0; i < 200; ++i) {
    bench<> on(with_seed(static_cast<std::uint64_t>(i), 3, i % 2 == 0));
    CHECK_THROWS_AS(on.run(4, 64, 0,
                           [](auto& ctx, const scratch&) {
                             ctx.ballot(true);
                             char room[2000];
                             std::memset(room, ctx.thread(), sizeof room);
                             if (ctx.block() == 2 && ctx.thread() == 40) throw std::bad_alloc();
                             if (ctx.thread() < 30) ctx.pause();
                             ctx.sync();
                             if (room[1999] != static_cast<char>(ctx.thread()))
                               ctx.put(shared_words(ctx), 0u);
                           }),
                    std::bad_alloc);
  }
}

TEST_CASE("a schedule is drawn from its seed") {
  const auto tickets = [](std::uint64_t seed) {
    bench<> on(with_seed(seed, 7));
    on.run(8, 4, 0, [](auto& ctx, const scratch& p) {
      const unsigned at = ctx.add(p.words + 1000, 1u);
      p.words[at] = static_cast<unsigned>(ctx.block() * 4 + ctx.thread());
    });
    return std::vector<unsigned>(on.params().words, on.params().words + 32);
  };
  CHECK(tickets(1) == tickets(1));
  std::set<std::vector<unsigned>> seen;
  std::set<unsigned> first;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    const auto order = tickets(seed);
    seen.insert(order);
    first.insert(order[0] / 4);
  }
  CHECK(seen.size() > 60);
  CHECK(first.size() == 8);
}

TEST_CASE("no more blocks are resident than there is room for, and sometimes as many") {
  for (const int room : {1, 3, 7}) {
    int most = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      bench<> on(with_seed(seed, room, seed % 2 == 0));
      int here = 0;
      const auto body = [](auto& ctx, const residents& r) {
        ++*r.here;
        if (*r.here > *r.most) *r.most = *r.here;
        for (int i = 0; i < 8; ++i) ctx.pause();
        --*r.here;
      };
      on.device.launch<body_of<decltype(body)>>(20, 1, 0, residents{&here, &most});
    }
    CHECK(most == room);
  }
}
