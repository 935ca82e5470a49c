// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bench of on::eigen: fit, transform and batches of tables with 1 % missing values, beside the
/// machine's own ceilings in the same run; bench/cpu.py makes a page of it. Bytes are those read and written; every figure is
/// from random data.

#include <benchmark/benchmark.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <algorithm>  // std::clamp
#include <cstdint>
#include <cstring>  // std::memcpy, std::memset
#include <type_traits>

namespace {

using smelt::matrix_view;

/// As many values as a table larger than any cache here, whatever its width and layout.
constexpr smelt::index elements = smelt::index{1} << 25;

/// Normal-like values of seven scales, 1 % missing, as elements of type T.
template <class T>
const T* values() {
  static const smelt::buffer<T> made = [] {
    smelt::buffer<T> all(elements);
    for (smelt::index i = 0; i < elements; ++i) {
      const auto words = smelt::philox(smelt::counter_of(static_cast<std::uint64_t>(i), 65536),
                                       smelt::key_of(smelt::seed{1}));
      const double sum = static_cast<double>(words.word[0]) + static_cast<double>(words.word[1]) +
                         static_cast<double>(words.word[2]);
      const double value = (sum * 0x1p-32 - 1.5) * static_cast<double>(1 + i % 7) + 3.0;
      if constexpr (std::is_floating_point_v<T>)
        all.data()[i] = words.word[3] < 42949673u ? smelt::missing_value<T> : static_cast<T>(value);
      else
        all.data()[i] = static_cast<T>(std::clamp(value * 10.0, 0.0, 255.0));
    }
    return all;
  }();
  return made.data();
}
template <class T = float, class Layout = smelt::row_major>
matrix_view<const T, Layout> data(smelt::index cols) {
  return matrix_view<const T, Layout>(values<T>(), elements / cols, cols);
}
template <class Layout = smelt::row_major>
matrix_view<float, Layout> output(smelt::index cols) {
  static smelt::buffer<float> made = [] {
    smelt::buffer<float> all(elements);
    std::memset(all.data(), 1, static_cast<std::size_t>(elements) * sizeof(float));
    return all;
  }();
  return matrix_view<float, Layout>(made.data(), elements / cols, cols);
}

auto chain() {
  using namespace smelt;
  return clean(fill::mean) | standardize() | normalize(min_max{-1, 1});
}

void bytes(benchmark::State& state, double each) {
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<double>(state.iterations()) * each));
}
template <class View>
double table_bytes(const View& v) {
  return static_cast<double>(v.rows() * v.cols()) * sizeof(typename View::value_type);
}

/// All default threads over equal parts of `n` elements, a multiple of 64 each.
template <class F>
void in_parts(smelt::index n, F&& f) {
  const smelt::index each = n / 64 / 64 * 64;
  smelt::default_workers().run(64, [&](smelt::index task, int) { f(task * each, each); });
}

/// Ceiling: memcpy.
void copy_ceiling(benchmark::State& state) {
  const auto x = data(64);
  const auto y = output(64);
  for (auto _ : state)
    in_parts(x.rows() * 64, [&](smelt::index at, smelt::index n) {
      std::memcpy(y.data() + at, x.data() + at, static_cast<std::size_t>(n) * sizeof(float));
    });
  bytes(state, 2 * table_bytes(x));
}

/// Ceiling: a copy that writes past the caches.
void streamed_copy_ceiling(benchmark::State& state) {
  using smelt::detail::float_packet;
  const auto x = data(64);
  const auto y = output(64);
  for (auto _ : state)
    in_parts(x.rows() * 64, [&](smelt::index at, smelt::index n) {
      for (smelt::index i = at; i < at + n; i += float_packet::size)
        smelt::detail::stream_raw(y.data() + i, smelt::detail::load_floats(x.data() + i));
      smelt::detail::fence_streams();
    });
  bytes(state, 2 * table_bytes(x));
}

/// Ceiling: a float sum of everything, in enough lanes to be bound by memory.
void read_ceiling(benchmark::State& state) {
  const auto x = data(64);
  for (auto _ : state)
    in_parts(x.rows() * 64, [&](smelt::index at, smelt::index n) {
      using lanes = Eigen::Array<float, 64, 1>;
      lanes sum = lanes::Zero();
      for (smelt::index i = at; i < at + n; i += 64) sum += Eigen::Map<const lanes>(x.data() + i);
      float total = sum.sum();  // of all lanes: one alone would be read alone
      benchmark::DoNotOptimize(total);
    });
  bytes(state, table_bytes(x));
}

template <class T = float, class Layout = smelt::row_major>
void fit_chain(benchmark::State& state) {
  const auto x = data<T, Layout>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(smelt::fit(smelt::on::eigen, chain(), x).rows());
  bytes(state, table_bytes(x));
}
void fit_alone(benchmark::State& state) {
  const auto x = data(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(smelt::fit(smelt::on::eigen.alone(), chain(), x).rows());
  bytes(state, table_bytes(x));
}

template <class Fitted, class View, class Out>
void transform_bench(benchmark::State& state, const Fitted& fitted, const View& x, const Out& y) {
  for (auto _ : state) smelt::transform(smelt::on::eigen, fitted, x, y);
  bytes(state, table_bytes(x) + table_bytes(y));
}
template <class T = float, class Layout = smelt::row_major, class OutLayout = smelt::row_major>
void transform_chain(benchmark::State& state) {
  const auto x = data<T, Layout>(state.range(0));
  transform_bench(state, smelt::fit(smelt::on::eigen, chain(), x.row_range(0, 4096)), x,
                  output<OutLayout>(state.range(0)));
}
void transform_alone(benchmark::State& state) {
  const auto x = data(state.range(0));
  const auto y = output(state.range(0));
  const auto fitted = smelt::fit(smelt::on::eigen, chain(), x.row_range(0, 4096));
  for (auto _ : state) smelt::transform(smelt::on::eigen.alone(), fitted, x, y);
  bytes(state, 2 * table_bytes(x));
}
/// Columns 0 to 63 of 65, into a table of 64.
void transform_strided(benchmark::State& state) {
  const auto x = data(65).columns(0, 64);
  const auto y = output(65).columns(0, 64);
  transform_bench(state, smelt::fit(smelt::on::eigen, chain(), x.row_range(0, 4096)), x, y);
}
/// One, three or six stages: the same read and write.
void transform_stages(benchmark::State& state) {
  using namespace smelt;
  const auto x = data(64);
  const auto y = output(64);
  const auto head = x.row_range(0, 4096);
  if (state.range(0) == 1)
    transform_bench(state, fit(on::eigen, standardize(), head), x, y);
  else if (state.range(0) == 3)
    transform_bench(state, fit(on::eigen, chain(), head), x, y);
  else
    transform_bench(state,
                    fit(on::eigen,
                        clean(fill::mean) | clip(-9, 9) | standardize() | clip(-3, 3) |
                            normalize(min_max{0, 1}) | clip(0.1, 0.9),
                        head),
                    x, y);
}

void transform_with_row_norm(benchmark::State& state) {
  const auto x = data(state.range(0));
  const auto y = output(state.range(0));
  const auto fitted = smelt::fit(smelt::on::eigen, chain() | normalize(smelt::l2),
                                 x.row_range(0, 4096));
  for (auto _ : state) smelt::transform(smelt::on::eigen, fitted, x, y);
  bytes(state, 2 * table_bytes(x));
}

void transform_with_drops(benchmark::State& state) {
  const auto x = data(state.range(0));
  const auto y = output(state.range(0));
  const auto fitted = smelt::fit(smelt::on::eigen, clean(smelt::drop::at_least(2)) | chain(),
                                 x.row_range(0, 4096));
  for (auto _ : state) smelt::transform(smelt::on::eigen, fitted, x, y);
  bytes(state, 2 * table_bytes(x));
}

void shuffled_batches(benchmark::State& state) {
  using namespace smelt;
  const auto x = data(64);
  const auto fitted = fit(on::eigen, chain() | sample(shuffled{seed{7}}), x.row_range(0, 4096));
  std::uint64_t epoch = 0;
  for (auto _ : state)
    for (auto& batch : batches(on::eigen, fitted, x.row_range(0, 65536),
                               {.rows = state.range(0), .epoch = epoch++}))
      benchmark::DoNotOptimize(batch.x.data());
  bytes(state, 2.0 * 65536 * 64 * sizeof(float));
}

void one_row(benchmark::State& state) {
  const auto x = data(64);
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

#define SMELT_BENCH(...) BENCHMARK(__VA_ARGS__)->UseRealTime()->Unit(benchmark::kMillisecond)
#define SMELT_WIDTHS \
  Arg(1)->Arg(2)->Arg(3)->Arg(7)->Arg(8)->Arg(13)->Arg(16)->Arg(28)->Arg(64)->Arg(65)->Arg(100)->Arg( \
      256)->Arg(1024)

SMELT_BENCH(copy_ceiling);
SMELT_BENCH(streamed_copy_ceiling);
SMELT_BENCH(read_ceiling);
SMELT_BENCH(fit_chain<>)->SMELT_WIDTHS;
SMELT_BENCH(fit_chain<float, smelt::column_major>)->Arg(13)->Arg(64);
SMELT_BENCH(fit_chain<double>)->Arg(64);
SMELT_BENCH(fit_chain<std::uint8_t>)->Arg(64);
SMELT_BENCH(fit_chain<std::int32_t>)->Arg(64);
SMELT_BENCH(fit_alone)->Arg(64);
SMELT_BENCH(transform_chain<>)->SMELT_WIDTHS;
SMELT_BENCH(transform_chain<float, smelt::column_major, smelt::column_major>)->Arg(13)->Arg(64);
SMELT_BENCH(transform_chain<float, smelt::row_major, smelt::column_major>)->Arg(64);
SMELT_BENCH(transform_chain<float, smelt::column_major>)->Arg(64);
SMELT_BENCH(transform_chain<double>)->Arg(64);
SMELT_BENCH(transform_chain<std::uint8_t>)->Arg(64);
SMELT_BENCH(transform_chain<std::int32_t>)->Arg(64);
SMELT_BENCH(transform_strided);
SMELT_BENCH(transform_stages)->Arg(1)->Arg(3)->Arg(6);
SMELT_BENCH(transform_alone)->Arg(64);
SMELT_BENCH(transform_with_row_norm)->Arg(13)->Arg(64);
SMELT_BENCH(transform_with_drops)->Arg(13)->Arg(64);
SMELT_BENCH(shuffled_batches)->Arg(32)->Arg(256);
BENCHMARK(one_row)->UseRealTime();
