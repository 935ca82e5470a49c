// SPDX-License-Identifier: BSL-1.0
/// \file
/// read_csv beside its ceiling: std::from_chars called on the same fields, one after another, by as
/// many threads in the same repetition. Rates are bytes of text for each second of processor time,
/// so that they are per core and that other work on the machine counts little; `ratio` is that of
/// the reader to that of the ceiling. What a reader returns is a new table: its pages, which the
/// system clears at their first touch, are in the reader's time, and the ceiling writes nothing.
///
///   read_csv_bench --benchmark_repetitions=9 --benchmark_report_aggregates_only=true

#include <benchmark/benchmark.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <unistd.h>  // ::getpid

#include <charconv>
#include <chrono>
#include <cmath>  // std::pow
#include <cstdio>
#include <ctime>  // std::clock
#include <filesystem>
#include <map>
#include <random>
#include <string>

namespace {

using smelt::index;

/// How numbers are written: as they are measured, with all their digits, as counts, or one of these
/// in each column; or digits.csv as it is.
enum class kind { measured, all_digits, counts, mixed, digits };

std::string number(kind of, std::mt19937_64& random, int column) {
  static std::normal_distribution<double> normal;
  const double value = normal(random) * std::pow(10.0, column % 5 - 1);
  if (of == kind::mixed)
    of = column % 3 == 0 ? kind::measured : column % 3 == 1 ? kind::all_digits : kind::counts;
  char text[32];
  switch (of) {
    case kind::measured:
      std::snprintf(text, sizeof text, "%.*f", 1 + column % 4, value);
      break;
    case kind::all_digits:
      std::snprintf(text, sizeof text, "%.17g", value);
      break;
    default:
      std::snprintf(text, sizeof text, "%d", static_cast<int>(random() % 17));
  }
  return text;
}

/// 64 MiB of rows of 32 columns.
const std::string& text_of(kind of) {
  static std::map<kind, std::string> made;
  std::string& text = made[of];
  if (text.empty() && of == kind::digits)
    text = smelt::mapped_file(SMELT_DATA_DIR "/digits.csv").text();
  std::mt19937_64 random(1);
  while (text.size() < (std::size_t{64} << 20) && of != kind::digits)
    for (int column = 0; column < 32; ++column)
      text += number(of, random, column) + (column == 31 ? '\n' : ',');
  return text;
}

/// The same in a file, which goes when the program ends.
const std::string& file_of(kind of) {
  struct files {
    std::map<kind, std::string> made;
    ~files() {
      for (const auto& [of, path] : made) std::filesystem::remove(path);
    }
  };
  static files all;
  std::string& path = all.made[of];
  if (path.empty()) {
    path =
        (std::filesystem::temp_directory_path() / ("smelt_read_csv_" + std::to_string(::getpid()) +
                                                   "_" + std::to_string(static_cast<int>(of))))
            .string();
    std::FILE* file = std::fopen(path.c_str(), "wb");
    std::fwrite(text_of(of).data(), 1, text_of(of).size(), file);
    std::fclose(file);
  }
  return path;
}

/// from_chars on every field of a text whose fields are numbers.
template <class T>
T parse(const char* at, const char* end) {
  T sum = 0;
  while (at < end) {
    T value = 0;
    at = std::from_chars(at, end, value).ptr + 1;
    sum += value;
  }
  return sum;
}

/// The same on every thread of a pool, each with its share of the lines.
template <class T>
void ceiling(smelt::workers& pool, const std::string& text) {
  const index tasks = 8 * pool.size();
  const auto cut = [&](index task) {
    const auto at = text.size() * static_cast<std::size_t>(task) / static_cast<std::size_t>(tasks);
    return task == 0 ? 0 : task == tasks ? text.size() : text.find('\n', at) + 1;
  };
  pool.run(tasks, [&](index task, int) {
    benchmark::DoNotOptimize(parse<T>(text.data() + cut(task), text.data() + cut(task + 1)));
  });
}

/// Seconds of processor time that f takes, in all threads.
template <class F>
double seconds(const F& f) {
  const std::clock_t start = std::clock();
  f();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

template <class T>
void read(benchmark::State& state, kind of, int threads, bool from_file) {
  const std::string& text = text_of(of);
  const int times = text.size() < (1 << 20) ? 100 : 1;
  smelt::workers pool{threads};
  const auto policy = smelt::on::eigen.on(pool);
  double bound = 0;
  double taken = 0;
  double bytes = 0;
  for (auto _ : state) {
    bound += seconds([&] {
      for (int i = 0; i < times; ++i) ceiling<T>(pool, text);
    });
    const auto start = std::chrono::steady_clock::now();
    taken += seconds([&] {
      for (int i = 0; i < times; ++i)
        benchmark::DoNotOptimize(
            from_file ? smelt::read_csv<T>(policy, file_of(of), {.header = smelt::header::none})
                      : smelt::read_csv_text<T>(policy, text, {.header = smelt::header::none}));
    });
    state.SetIterationTime(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    bytes += static_cast<double>(times) * static_cast<double>(text.size());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["from_chars_MB/s"] = bytes / bound / 1e6;
  state.counters["read_MB/s"] = bytes / taken / 1e6;
  state.counters["ratio"] = bound / taken;
}

/// What the pages of a table cost that is written for the first time: bytes of the text it is of.
template <class T>
void first_touch(benchmark::State& state) {
  const std::string& text = text_of(kind::mixed);
  const auto shape = smelt::read_csv_text<T>(text, {.header = smelt::header::none});
  constexpr index page = 4096 / sizeof(T);
  for (auto _ : state) {
    smelt::table<T> made(shape.rows(), shape.cols());
    for (index i = 0; i < made.rows() * made.cols(); i += page) made.data()[i] = 1;
    benchmark::DoNotOptimize(made.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

template <class T>
void add(const std::string& element) {
  const std::map<std::string, kind> kinds = {{"measured", kind::measured},
                                             {"all_digits", kind::all_digits},
                                             {"counts", kind::counts},
                                             {"mixed", kind::mixed},
                                             {"digits.csv", kind::digits}};
  const auto measure = [&](const std::string& name, kind of, int threads, bool file) {
    const auto title = "read_csv<" + element + ">/" + name + (file ? "/file/" : "/text/") +
                       std::to_string(threads);
    benchmark::RegisterBenchmark(
        title.c_str(),
        [of, threads, file](benchmark::State& state) { read<T>(state, of, threads, file); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  };
  for (const int threads : {1, smelt::default_concurrency()}) {
    for (const auto& [name, of] : kinds) measure(name, of, threads, false);
    measure("mixed", kind::mixed, threads, true);
  }
  benchmark::RegisterBenchmark(("first_touch<" + element + ">/mixed").c_str(), first_touch<T>)
      ->Unit(benchmark::kMillisecond);
}

const bool added = [] {
  add<float>("float");
  add<double>("double");
  return true;
}();

}  // namespace
