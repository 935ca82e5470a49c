// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bench of batches, of which bench/batches.py makes a page beside its peers:
///   batches_bench write FOLDER    the table as x.npy, and the rows of an epoch: x of its batches and ids
///   batches_bench speed           rows a second of shuffled batches of the full chain, and the memory
///   batches_bench ahead           a batch made ahead by a thread, beside what it and its use take alone

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>  // std::atoll
#include <cstring>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

using namespace smelt;

namespace {

constexpr smelt::index cols = 64;
constexpr smelt::index table_rows = smelt::index{1} << 18;  // 64 MiB: more than a last cache
constexpr smelt::index seen_rows = smelt::index{1} << 16;   // of an epoch: those of one rank
constexpr int repetitions = 9;

/// Seconds that a call takes.
template <class F>
double seconds(const F& f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  return spent.count();
}
struct spread {
  double median;
  double least;
  double most;
};
spread spread_of(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return {all[all.size() / 2], all.front(), all.back()};
}
/// The most memory that this process has had, in MiB; since now, when what was before is to be forgotten.
double peak(bool forget = false) {
  if (forget) std::ofstream("/proc/self/clear_refs") << "5";
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("VmHWM:", 0) == 0)
      return static_cast<double>(std::atoll(line.c_str() + 6)) / 1024;
  return 0.0;
}

/// Normal-like values of seven scales, 1 % missing.
table<float> made_table() {
  table<float> x(table_rows, cols);
  for (smelt::index i = 0; i < table_rows * cols; ++i) {
    const auto words = philox(counter_of(static_cast<std::uint64_t>(i), 65536), key_of(seed{1}));
    const double sum = static_cast<double>(words.word[0]) + static_cast<double>(words.word[1]) +
                       static_cast<double>(words.word[2]);
    x.data()[i] = words.word[3] < 42949673u
                      ? missing_value<float>
                      : static_cast<float>((sum * 0x1p-32 - 1.5) * static_cast<double>(1 + i % 7) + 3.0);
  }
  return x;
}
auto full_chain() {
  return clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) | sample(shuffled{seed{7}});
}

void write(const std::string& folder) {
  const auto x = made_table();
  std::vector<std::int64_t> id(static_cast<std::size_t>(table_rows));
  for (std::size_t r = 0; r < id.size(); ++r) id[r] = static_cast<std::int64_t>(r);
  const auto data = labelled(x, id);
  const auto f = fit(on::eigen, full_chain(), data);
  table<float> shown(seen_rows, cols);
  table<std::int64_t> ids(seen_rows, 1);
  smelt::index at = 0;
  for (const auto& b : batches(on::eigen, f, data, {.rows = 1000, .epoch = 3, .prefetch = 1})) {
    const smelt::index n = std::min(b.rows(), seen_rows - at);
    std::memcpy(shown.data() + at * cols, b.x.data(), static_cast<std::size_t>(n * cols) * sizeof(float));
    for (smelt::index r = 0; r < n; ++r) ids(at + r, 0) = b.y[r];
    if ((at += n) == seen_rows) break;
  }
  write_npy(x, folder + "/x.npy");
  write_npy(shown, folder + "/batches.npy");
  write_npy(ids, folder + "/ids.npy");
}

template <class Policy, class Fitted, class Data>
void speed_of(const char* name, const Policy& policy, const Fitted& f, const Data& data, smelt::index rows,
              int prefetch) {
  const double before = peak(true);
  auto range = batches(policy, f, data, {.rows = rows, .ranks = table_rows / seen_rows, .prefetch = prefetch});
  std::vector<double> rates;
  float sink = 0.0f;
  std::uint64_t epoch = 0;
  constexpr int epochs = 4;
  for (int run = 0; run < repetitions; ++run) {
    smelt::index seen = 0;
    const double took = seconds([&] {
      for (int e = 0; e < epochs; ++e)
        for (const auto& b : range.restart(epoch++)) {
          sink += b.x(0, 0);
          seen += b.rows();
        }
    });
    rates.push_back(static_cast<double>(seen) / took);
  }
  const auto rate = spread_of(rates);
  std::printf("%s|%d|%.0f|%.0f|%.0f|%.1f\n", name, static_cast<int>(rows), rate.median, rate.least,
              rate.most, peak() - before);
  if (sink == 1e30f) std::printf("\n");
}

void speed() {
  const auto x = made_table();
  const auto f = fit(on::eigen, full_chain(), x);
  for (const smelt::index rows : {32, 1024}) {
    speed_of("smelt, one core", on::eigen.alone(), f, x, rows, 0);
    speed_of("smelt, one core and one ahead", on::eigen.alone(), f, x, rows, 1);
    workers pool{default_concurrency()};
    if (rows > 32) speed_of("smelt, all cores", on::eigen.on(pool), f, x, rows, 0);
  }
}

/// What uses a batch: stochastic gradient steps of a linear model, in this thread alone.
class consumer {
 public:
  template <class Batch>
  void use(const Batch& b, int times) {
    for (int t = 0; t < times; ++t)
      for (smelt::index r = 0; r < b.rows(); ++r) {
        const float* x = b.x.data() + r * cols;
        float lanes[16] = {};
        for (smelt::index c = 0; c < cols; c += 16)
          for (smelt::index l = 0; l < 16; ++l) lanes[l] += x[c + l] * weights_[c + l];
        float error = 0.5f;
        for (const float lane : lanes) error -= lane;
        for (smelt::index c = 0; c < cols; ++c) weights_[c] += 1e-6f * error * x[c];
      }
  }
  float first() const { return weights_[0]; }

 private:
  float weights_[cols] = {};
};

void ahead() {
  const auto x = made_table();
  const auto f = fit(on::eigen, full_chain(), x);
  for (const smelt::index rows : {256, 1024, 4096})
    for (const int times : {1, 2, 8}) {
      auto plain = batches(on::eigen.alone(), f, x, {.rows = rows});
      auto before = batches(on::eigen.alone(), f, x, {.rows = rows, .prefetch = 1});
      const smelt::index count = table_rows / rows;
      consumer user;
      std::vector<double> loads, uses, both, aheads, ratios;
      for (int run = 0; run < repetitions; ++run) {
        const auto epoch = static_cast<std::uint64_t>(run);
        auto walk = [&](auto& range, bool loads_only) {
          return seconds([&] {
            for (const auto& b : range.restart(epoch))
              if (!loads_only) user.use(b, times);
          });
        };
        const double load = walk(plain, true);
        auto at = plain.restart(epoch).begin();
        const double use = seconds([&] {
          for (smelt::index n = 0; n < count; ++n) user.use(*at, times);
        });
        const double together = walk(before, false);
        loads.push_back(load);
        uses.push_back(use);
        both.push_back(walk(plain, false));
        aheads.push_back(together);
        ratios.push_back(together / std::max(load, use));
      }
      const auto micros = [&](const std::vector<double>& all) {
        return spread_of(all).median * 1e6 / static_cast<double>(count);
      };
      const auto ratio = spread_of(ratios);
      std::printf("%d|%.1f|%.1f|%.1f|%.1f|%.3f|%.3f|%.3f\n", static_cast<int>(rows), micros(loads),
                  micros(uses), micros(both), micros(aheads), ratio.median, ratio.least, ratio.most);
      if (user.first() == 1e30f) std::printf("\n");
    }
}

}  // namespace

int main(int count, char** arguments) try {
  const std::string what = count > 1 ? arguments[1] : "";
  if (what == "write" && count == 3) {
    write(arguments[2]);
  } else if (what == "speed") {
    speed();
  } else if (what == "ahead") {
    ahead();
  } else {
    std::fprintf(stderr, "batches_bench write FOLDER | speed | ahead\n");
    return 1;
  }
  return 0;
} catch (const std::exception& problem) {
  std::fprintf(stderr, "batches_bench: %s\n", problem.what());
  return 1;
}
