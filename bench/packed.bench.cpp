// SPDX-License-Identifier: BSL-1.0
/// \file
/// Tables in smaller forms, on the host: a transform and shuffled batches of the same values as floats,
/// halves, bf16, bytes with a scale, and 12 bits, beside what each reads. Items are elements, so that
/// forms compare; bytes are those that are stored and those that are written.

#include <benchmark/benchmark.h>

#include <smelt/codecs.hpp>
#include <smelt/eigen.hpp>
#include <smelt/pack.hpp>
#include <smelt/smelt.hpp>

#include <cstdint>
#include <cstring>  // std::memset
#include <utility>

namespace {

using namespace smelt;

constexpr smelt::index rows = smelt::index{1} << 19;
constexpr smelt::index cols = 64;

/// Measurements of a tenth from -50 to 359.5, 1 % missing.
const table<float>& values() {
  static const table<float> made = [] {
    table<float> x(rows, cols);
    for (smelt::index i = 0; i < rows * cols; ++i) {
      const auto words = philox(counter_of(static_cast<std::uint64_t>(i), 65536), key_of(seed{1}));
      const auto tenths = static_cast<double>(words.word[0] % 4096u) - 500.0;
      x.data()[i] =
          words.word[3] < 42949673u ? missing_value<float> : static_cast<float>(tenths / 10.0);
    }
    return x;
  }();
  return made;
}
template <class T>
const table<T>& rounded() {
  static const table<T> made = [] {
    table<T> x(rows, cols);
    for (smelt::index i = 0; i < rows * cols; ++i) x.data()[i] = T(double{values().data()[i]});
    return x;
  }();
  return made;
}

struct floats {
  static const table<float>& data() { return values(); }
  static constexpr double stored = 4;
};
struct halves {
  static const table<f16>& data() { return rounded<f16>(); }
  static constexpr double stored = 2;
};
struct brain_halves {
  static const table<bf16>& data() { return rounded<bf16>(); }
  static constexpr double stored = 2;
};
struct quantized {
  static const affine_table<std::int8_t>& data() {
    static const auto made = quantize<std::int8_t>(on::eigen, values());
    return made;
  }
  static constexpr double stored = 1;
};
struct tenths {
  static const packed_table<float>& data() {
    static const auto made = pack(on::eigen, values(), exactly{});
    return made;
  }
  static constexpr double stored = 13.0 / 8;  // 4096 values and a missing one
};

auto chain() { return clean(fill::mean) | standardize() | normalize(min_max{-1, 1}); }

template <class Form>
void count(benchmark::State& state, double elements, double written = sizeof(float)) {
  const double all = static_cast<double>(state.iterations()) * elements;
  state.SetItemsProcessed(static_cast<std::int64_t>(all));
  state.SetBytesProcessed(static_cast<std::int64_t>(all * (Form::stored + written)));
}

template <class Form>
void transform_stored(benchmark::State& state) {
  const auto fitted = fit(on::eigen, chain(), values().row_range(0, 4096));
  static table<float> out(rows, cols);
  for (auto _ : state) transform(on::eigen, fitted, Form::data(), out);
  count<Form>(state, static_cast<double>(rows * cols));
}
template <class Form>
void fit_stored(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(fit(on::eigen, chain(), Form::data()));
  count<Form>(state, static_cast<double>(rows * cols), 0.0);
}
/// An epoch of an eighth of the rows, drawn from all of them.
template <class Form>
void batches_of_drawn(benchmark::State& state) {
  const auto fitted = fit(on::eigen, chain() | sample(take{rows / 8, seed{7}}), values().row_range(0, 100000));
  std::uint64_t epoch = 0;
  for (auto _ : state)
    for (auto& batch : batches(on::eigen, fitted, Form::data(), {.rows = 256, .epoch = epoch++}))
      benchmark::DoNotOptimize(batch.x.data());
  count<Form>(state, static_cast<double>(rows / 8 * cols));
}

}  // namespace

#define SMELT_BENCH_FORMS(name)                                                \
  BENCHMARK(name<floats>)->UseRealTime()->Unit(benchmark::kMillisecond);       \
  BENCHMARK(name<halves>)->UseRealTime()->Unit(benchmark::kMillisecond);       \
  BENCHMARK(name<brain_halves>)->UseRealTime()->Unit(benchmark::kMillisecond); \
  BENCHMARK(name<quantized>)->UseRealTime()->Unit(benchmark::kMillisecond);    \
  BENCHMARK(name<tenths>)->UseRealTime()->Unit(benchmark::kMillisecond)

SMELT_BENCH_FORMS(transform_stored);
SMELT_BENCH_FORMS(fit_stored);
SMELT_BENCH_FORMS(batches_of_drawn);
