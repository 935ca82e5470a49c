// SPDX-License-Identifier: BSL-1.0
/// \file
/// The first bench: fit, transform and batches of a float32 table with 1 % missing values, beside
/// the machine's own ceilings in the same run. Bytes are those read and written; every figure is
/// from random data.

#include <benchmark/benchmark.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <cstring>  // std::memcpy
#include <map>
#include <memory>

namespace {

using smelt::matrix_view;
using smelt::table;

/// As many values as a table larger than any cache, whatever its width.
constexpr smelt::index elements = smelt::index{1} << 26;

/// Normal-like values of another scale in each column, 1 % missing.
const table<float>& data(smelt::index cols) {
  static std::map<smelt::index, std::unique_ptr<table<float>>> made;
  auto& t = made[cols];
  if (!t) {
    const smelt::index rows = elements / cols;
    t = std::make_unique<table<float>>(rows, cols);
    for (smelt::index r = 0; r < rows; ++r)
      for (smelt::index c = 0; c < cols; ++c) {
        const auto at = static_cast<std::uint64_t>(r * cols + c);
        const auto words = smelt::philox(smelt::counter_of(at, 65536), smelt::key_of(smelt::seed{1}));
        const double sum = static_cast<double>(words.word[0]) + static_cast<double>(words.word[1]) +
                           static_cast<double>(words.word[2]);
        const double value = (sum * 0x1p-32 - 1.5) * static_cast<double>(1 + c % 7) + 3.0;
        (*t)(r, c) = words.word[3] < 42949673u ? smelt::missing_value<float>
                                               : static_cast<float>(value);
      }
  }
  return *t;
}

table<float>& output(smelt::index cols) {
  static std::map<smelt::index, std::unique_ptr<table<float>>> made;
  auto& t = made[cols];
  if (!t) {
    t = std::make_unique<table<float>>(elements / cols, cols);
    std::memset(t->data(), 1, static_cast<std::size_t>(t->rows() * cols) * sizeof(float));
  }
  return *t;
}

auto chain() {
  using namespace smelt;
  return clean(fill::mean) | standardize() | normalize(min_max{-1, 1});
}

void bytes(benchmark::State& state, double each) {
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<double>(state.iterations()) * each));
}
double table_bytes(const table<float>& t) {
  return static_cast<double>(t.rows() * t.cols()) * sizeof(float);
}

/// Ceiling: memcpy on all default threads.
void copy_ceiling(benchmark::State& state) {
  const auto& x = data(64);
  auto& y = output(64);
  const smelt::index rows = x.rows() / 64;
  for (auto _ : state)
    smelt::default_workers().run(64, [&](smelt::index task, int) {
      std::memcpy(y.data() + task * rows * 64, x.data() + task * rows * 64,
                  static_cast<std::size_t>(rows) * 64 * sizeof(float));
    });
  bytes(state, 2 * table_bytes(x));
}

/// Ceiling: a float sum of everything, in enough lanes to be bound by memory.
void read_ceiling(benchmark::State& state) {
  const auto& x = data(64);
  const smelt::index each = x.rows() * 64 / 64;
  std::vector<float> sums(64);
  for (auto _ : state) {
    smelt::default_workers().run(64, [&](smelt::index task, int) {
      using lanes = Eigen::Array<float, 64, 1>;
      lanes sum = lanes::Zero();
      const float* from = x.data() + task * each;
      for (smelt::index i = 0; i < each; i += 64) sum += Eigen::Map<const lanes>(from + i);
      sums[static_cast<std::size_t>(task)] = sum[0];
    });
    benchmark::DoNotOptimize(sums.data());
  }
  bytes(state, table_bytes(x));
}

void fit_chain(benchmark::State& state) {
  const auto& x = data(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(smelt::fit(smelt::on::eigen, chain(), x).rows());
  bytes(state, table_bytes(x));
}

void transform_chain(benchmark::State& state) {
  const auto& x = data(state.range(0));
  auto& y = output(state.range(0));
  const auto fitted = smelt::fit(smelt::on::eigen, chain(), x.row_range(0, 4096));
  for (auto _ : state) smelt::transform(smelt::on::eigen, fitted, x, y);
  bytes(state, 2 * table_bytes(x));
}

void transform_with_row_norm(benchmark::State& state) {
  const auto& x = data(state.range(0));
  auto& y = output(state.range(0));
  const auto fitted = smelt::fit(smelt::on::eigen, chain() | normalize(smelt::l2),
                                 x.row_range(0, 4096));
  for (auto _ : state) smelt::transform(smelt::on::eigen, fitted, x, y);
  bytes(state, 2 * table_bytes(x));
}

void transform_with_drops(benchmark::State& state) {
  const auto& x = data(state.range(0));
  auto& y = output(state.range(0));
  const auto fitted = smelt::fit(smelt::on::eigen, clean(smelt::drop::at_least(2)) | chain(),
                                 x.row_range(0, 4096));
  for (auto _ : state) smelt::transform(smelt::on::eigen, fitted, x, y);
  bytes(state, 2 * table_bytes(x));
}

void shuffled_batches(benchmark::State& state) {
  using namespace smelt;
  const auto& x = data(64);
  const auto fitted = fit(on::eigen, chain() | sample(shuffled{seed{7}}), x.row_range(0, 4096));
  std::uint64_t epoch = 0;
  for (auto _ : state)
    for (auto& batch : batches(on::eigen, fitted, x.row_range(0, 65536),
                               {.rows = state.range(0), .epoch = epoch++}))
      benchmark::DoNotOptimize(batch.x.data());
  bytes(state, 2.0 * 65536 * 64 * sizeof(float));
}

void one_row(benchmark::State& state) {
  const auto& x = data(64);
  const auto fitted = smelt::fit(smelt::on::eigen, chain(), x.row_range(0, 4096));
  float out[64];
  const matrix_view<float> y(out, 1, 64);
  const auto row = x.row_range(17, 18);
  for (auto _ : state) {
    smelt::transform(smelt::on::eigen, fitted, row, y);
    benchmark::DoNotOptimize(out);
  }
}

}  // namespace

BENCHMARK(copy_ceiling)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(read_ceiling)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(fit_chain)->ArgsProduct({{1, 8, 13, 64, 65, 256}})->UseRealTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(transform_chain)
    ->ArgsProduct({{1, 8, 13, 64, 65, 256}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(transform_with_row_norm)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(transform_with_drops)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(shuffled_batches)->Arg(32)->Arg(256)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(one_row)->UseRealTime();
