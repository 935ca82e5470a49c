// SPDX-License-Identifier: BSL-1.0
//
// Training that is interrupted and goes on: the handwritten digits in shuffled batches over epochs,
// stopped in the middle of one. All that is kept is two integers; a new program that has them reads
// the rows that were left, in the order they would have come. Then the same epoch for four ranks,
// each with its own share of the rows and as many batches as the others.
//
//   epochs [file]

#include <smelt/eigen.hpp>  // on::eigen
#include <smelt/smelt.hpp>  // the language and the verbs

#include <cstdint>
#include <cstdio>  // std::printf, for columns of figures
#include <exception>
#include <numeric>  // std::iota
#include <string>
#include <vector>

#ifndef SMELT_DATA_DIR
#define SMELT_DATA_DIR "examples/data"
#endif

namespace {

using namespace smelt;

/// What a training step looks at here: which rows these are, and a sum of what they hold.
struct log_of_rows {
  std::vector<std::int64_t> rows;
  double sum = 0.0;

  template <class Batch>
  void step(const Batch& batch) {
    for (smelt::index r = 0; r < batch.rows(); ++r) {
      if (batch.mask[r] == 0) continue;  // it only fills up
      rows.push_back(batch.template companion<1>()[r]);
      for (smelt::index c = 0; c < batch.x.cols(); ++c) sum += static_cast<double>(batch.x(r, c));
    }
  }
};

}  // namespace

int main(int count, char** arguments) try {
  const auto digits = read_csv<float>(count > 1 ? arguments[1] : SMELT_DATA_DIR "/digits.csv");
  std::vector<std::int64_t> number(static_cast<std::size_t>(digits.rows()));
  std::iota(number.begin(), number.end(), 0);
  // The class and the number of its row follow every digit.
  const auto data = labelled(digits.columns(0, 64), digits.column(64), number);
  const auto chain = clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) |
                     sample(shuffled{seed{42}});
  const auto fitted = fit(on::eigen, chain, data);

  // An epoch after the other in one memory, the next batch made while this one is looked at.
  constexpr smelt::index bytes = 1 << 15;  // of digits and companions
  log_of_rows seen;
  batch_position stopped;
  auto range = batches(on::eigen, fitted, data, {.bytes = bytes, .prefetch = 1});
  std::printf("%d digits in batches of %d: %d an epoch\n", static_cast<int>(digits.rows()),
              static_cast<int>(range.rows()), static_cast<int>(range.size()));
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
    seen = {};
    for (const auto& batch : range.restart(epoch)) {
      seen.step(batch);
      stopped = range.position();
      if (epoch == 2 && batch.number == 5) break;  // the machine is wanted back
    }
    std::printf("epoch %d: %4d rows, the first three %4d %4d %4d, sum %11.3f\n",
                static_cast<int>(epoch), static_cast<int>(seen.rows.size()),
                static_cast<int>(seen.rows[0]), static_cast<int>(seen.rows[1]),
                static_cast<int>(seen.rows[2]), seen.sum);
  }
  std::printf("stopped in epoch %d before batch %d\n", static_cast<int>(stopped.epoch),
              static_cast<int>(stopped.batch));

  // Later, from two integers.
  log_of_rows rest;
  auto again = batches(on::eigen, fitted, data,
                       {.bytes = bytes, .epoch = stopped.epoch, .from = stopped.batch});
  for (const auto& batch : again) rest.step(batch);
  std::printf("gone on:  %4d rows, the first three %4d %4d %4d, sum %11.3f\n",
              static_cast<int>(rest.rows.size()), static_cast<int>(rest.rows[0]),
              static_cast<int>(rest.rows[1]), static_cast<int>(rest.rows[2]), rest.sum);

  // Together they are the epoch as a program reads it that nobody stops.
  log_of_rows whole;
  auto alone = batches(on::seq, fitted, data, {.bytes = bytes, .epoch = stopped.epoch});
  for (const auto& batch : alone) whole.step(batch);
  seen.rows.insert(seen.rows.end(), rest.rows.begin(), rest.rows.end());
  std::printf("the rows of that epoch, in its order: %s\n", seen.rows == whole.rows ? "yes" : "no");

  // Four ranks, which meet after every batch: a row that would be missing comes again, masked.
  std::vector<std::int64_t> together;
  for (smelt::index rank = 0; rank < 4; ++rank) {
    log_of_rows mine;
    smelt::index shown = 0;
    auto share = batches(on::eigen, fitted, data,
                         {.rows = 100, .epoch = 2, .rank = rank, .ranks = 4, .shard = shard::pad});
    for (const auto& batch : share) {
      mine.step(batch);
      shown += batch.rows();
    }
    std::printf("rank %d of 4: %d batches, %d rows, %d of them real\n", static_cast<int>(rank),
                static_cast<int>(share.size()), static_cast<int>(shown),
                static_cast<int>(mine.rows.size()));
    together.insert(together.end(), mine.rows.begin(), mine.rows.end());
  }
  std::printf("every row once, in the order of the epoch: %s\n",
              together == whole.rows ? "yes" : "no");
} catch (const std::exception& problem) {
  std::fprintf(stderr, "epochs: %s\n", problem.what());
  return 1;
}

// Prints:
// 1797 digits in batches of 122: 15 an epoch
// epoch 0: 1797 rows, the first three  916  289  423, sum  -44360.014
// epoch 1: 1797 rows, the first three 1528 1637  933, sum  -44360.014
// epoch 2:  732 rows, the first three 1610    0 1074, sum  -18057.162
// stopped in epoch 2 before batch 6
// gone on:  1065 rows, the first three 1760 1008 1041, sum  -26302.852
// the rows of that epoch, in its order: yes
// rank 0 of 4: 5 batches, 450 rows, 450 of them real
// rank 1 of 4: 5 batches, 450 rows, 449 of them real
// rank 2 of 4: 5 batches, 450 rows, 449 of them real
// rank 3 of 4: 5 batches, 450 rows, 449 of them real
// every row once, in the order of the epoch: yes
