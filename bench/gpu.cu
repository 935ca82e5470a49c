// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bench of on::cuda: every line beside a ceiling of the same card in the same run, from noise
/// with 1 % missing, in memory larger than its cache. A result is compared with on::seq before it is
/// timed. gpu.sh builds and runs it; compiled by a C++ compiler it runs on the emulated device.
///   gpu [--quick] [--json <file>] [--table <file>]
///
/// With SMELT_BENCH_PART=0...8 one part of it is compiled, so that nine compilers share the work.

#include "gpu/cases.hpp"

#if defined(SMELT_BENCH_PART)
#define SMELT_BENCH_HAS(part) (SMELT_BENCH_PART == (part))
#else
#define SMELT_BENCH_HAS(part) 1
#endif

#if SMELT_BENCH_HAS(0)
#include <cstdlib>  // EXIT_SUCCESS
#include <cstring>  // std::strcmp
#endif

namespace smelt_bench {

#if SMELT_BENCH_HAS(1)
void time_floats_by_row(bench& b) { time_scaling<float, float, row_major>(b); }
void time_both(bench& b) { time_fit_and_transform(b); }
void time_launches(bench& b) { time_small_calls(b); }
#endif
#if SMELT_BENCH_HAS(2)
void time_floats_by_column(bench& b) { time_scaling<float, float, column_major>(b); }
#endif
#if SMELT_BENCH_HAS(3)
void time_bytes(bench& b) { time_scaling<std::uint8_t, float, row_major>(b); }
#endif
#if SMELT_BENCH_HAS(4)
void time_doubles(bench& b) { time_scaling<double, double, row_major>(b); }
#endif
#if SMELT_BENCH_HAS(5)
void time_norms(bench& b) { time_row_norms(b); }
void time_drops(bench& b) { time_row_drops(b); }
#endif
#if SMELT_BENCH_HAS(6)
void time_gathers(bench& b) { time_row_gathers(b); }
#endif

#if SMELT_BENCH_HAS(7)
void time_bf16(bench& b) { time_scaling<smelt::bf16, smelt::bf16, row_major>(b); }
#endif
#if SMELT_BENCH_HAS(8)
void time_f16(bench& b) { time_scaling<smelt::f16, smelt::f16, row_major>(b); }
#endif

#if SMELT_BENCH_HAS(0)

namespace {

/// What a kernel and the driver reach with nothing to compute: the best of each is the ceiling.
template <class Call>
double ceiling(bench& b, figure f, Call&& call) {
  double rate = 0;
  add(b, f, [&](figure& timed) {
    timed.call = measured(b.repetitions(), b.calls(), call);
    rate = timed.bytes / timed.call.median;
  });
  return rate;
}

/// What the sums of all warps of a launch add up to.
unsigned total_of(const bench& b, int blocks, const word16* from, index words) {
  const auto sums = b.gpu.make_column<unsigned>(index{blocks} * (block_threads / 32));
  b.launch<sum_body>(blocks, sum_params{from, sums.data(), words});
  unsigned total = 0;
  for (unsigned sum : b.gpu.fetch(sums)) total += sum;
  return total;
}

}  // namespace

void time_ceilings(bench& b) {
  const index words = b.pool / 16;
  const index floats = b.pool / 4;
  for (int turn = 0; turn < bench::sets; ++turn)
    b.fill(b.in<float, row_major>(turn, floats, 1), 2 + static_cast<unsigned>(turn));
  const index chunk = index{ahead} * block_threads;
  const int once = static_cast<int>((words + chunk - 1) / chunk);
  const auto table = static_cast<double>(b.pool);
  auto from = [&](int turn) { return b.in<const word16, row_major>(turn, words, 1).data(); };
  auto to = [&](int turn) { return b.to<word16, row_major>(turn, words, 1).data(); };
  // Cards lower their clocks when they have nothing to do.
  for (int turn = 0; turn < (emulated ? 1 : 500); ++turn)
    b.launch<copy_body>(b.grid(), copy_params{from(turn), to(turn), words});

  figure copy{.what = "ceiling: copy of the driver", .rows = floats, .cols = 1, .bytes = 2 * table};
  b.top.copy = ceiling(b, copy, [&](int turn) {
    b.gpu.runtime().copy(to(turn), from(turn), static_cast<std::size_t>(b.pool));
  });
  figure sum{.rows = floats, .cols = 1, .bytes = table};
  const index last = std::min(floats, index{1} << 22);
  for (bool stay : {true, false}) {
    const int blocks = stay ? b.grid() : once;
    const std::string how = stay ? "blocks that stay" : "a block for each chunk";
    copy.what = "ceiling: copy, " + how;
    b.fill(b.to<float, row_major>(0, floats, 1), 99);
    b.launch<copy_body>(blocks, copy_params{from(0), to(0), words});
    copy.wrong = difference(
        to_host(b.gpu, b.in<float, row_major>(0, floats, 1).row_range(floats - last, floats)),
        to_host(b.gpu, b.to<float, row_major>(0, floats, 1).row_range(floats - last, floats)));
    b.top.copy = std::max(b.top.copy, ceiling(b, copy, [&](int turn) {
      b.launch<copy_body>(blocks, copy_params{from(turn), to(turn), words});
    }));
    sum.what = "ceiling: sum, " + how;
    if (total_of(b, blocks, from(0), words) != total_of(b, 1, from(0), words))
      sum.wrong = "another sum";
    const auto sums = b.gpu.make_column<unsigned>(index{blocks} * (block_threads / 32));
    b.top.sum = std::max(b.top.sum, ceiling(b, sum, [&](int turn) {
      b.launch<sum_body>(blocks, sum_params{from(turn), sums.data(), words});
    }));
  }

  int bits = 0;
  while ((index{2} << bits) <= words) ++bits;
  for (int size = 0; size < 3; ++size) {
    const int shift = 2 * size;
    const index count = index{1} << bits;
    figure gather{.what = smelt::message("ceiling: gather of rows of ", 16 << shift, " bytes"),
                  .rows = count >> shift,
                  .cols = 4 << shift,
                  .bytes = 32 * static_cast<double>(count)};
    // Every row comes once: the sum stays.
    b.launch<gather_body>(b.grid(), gather_params{from(0), to(0), count, shift, bits - shift});
    if (total_of(b, once, from(0), count) != total_of(b, once, to(0), count))
      gather.wrong = "no permutation";
    for (int blocks : {b.grid(), once})
      b.top.gather[size] = std::max(b.top.gather[size], ceiling(b, gather, [&](int turn) {
        b.launch<gather_body>(blocks, gather_params{from(turn), to(turn), count, shift, bits - shift});
      }));
  }
}

#endif

}  // namespace smelt_bench

#if SMELT_BENCH_HAS(0)

int main(int count, char** given) {
  using namespace smelt_bench;
  options o;
  for (int i = 1; i < count; ++i) {
    const bool more = i + 1 < count;
    if (std::strcmp(given[i], "--quick") == 0) {
      o.quick = true;
    } else if (std::strcmp(given[i], "--json") == 0 && more) {
      o.json = given[++i];
    } else if (std::strcmp(given[i], "--table") == 0 && more) {
      o.table = given[++i];
    } else {
      std::fprintf(stderr, "usage: %s [--quick] [--json <file>] [--table <file>]\n", given[0]);
      return 2;
    }
  }
  try {
    if (emulated) std::puts("emulated: no figure means anything");
    bench b(o);
    time_ceilings(b);
    const auto part = [&](const char* name, void (*time)(bench&)) {
      try {
        time(b);
      } catch (const std::exception& e) {
        b.out.add({.what = name, .wrong = e.what()});
      }
    };
    part("floats by row", time_floats_by_row);
    part("floats by column", time_floats_by_column);
    part("bytes", time_bytes);
    part("doubles", time_doubles);
    part("bf16", time_bf16);
    part("f16", time_f16);
    part("row norms", time_norms);
    part("row drops", time_drops);
    part("shuffled rows", time_gathers);
    part("small calls", time_launches);
    part("fit and transform", time_both);
    return b.out.close() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
  }
}

#endif
