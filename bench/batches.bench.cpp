// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bench of batches, of which bench/batches.py makes a page beside its peers:
///   batches_bench write FOLDER    the table as x.npy, and the rows of an epoch: x of its batches and ids
///   batches_bench speed           rows a second of shuffled batches of the full chain, and the memory
///   batches_bench ahead           a batch made ahead by a thread, beside what it and its use take alone, and
///                                 what both take at the same time when nothing is handed over
///   batches_bench splits          rows a second of splits and folds, and the memory of them

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>  // std::atoll
#include <cstring>
#include <exception>
#include <fstream>
#include <string>
#include <thread>
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

/// Seconds until one thread has made an epoch's batches and another has used as many that are nothing to
/// do with them: what two cores can do at best. `cold`: those used lie in memory, in `from` one after
/// another, as batches do that were written past the caches; else they are one batch in the cache.
template <class Range>
double side_by_side(Range& range, std::uint64_t epoch, consumer& user, int times, const table<float>& from,
                    smelt::index rows, bool cold) {
  std::atomic<int> ready{0};
  const auto start = [&] {
    ++ready;
    while (ready < 3) std::this_thread::yield();
  };
  struct rows_used {
    matrix_view<const float> x;
    smelt::index rows() const { return x.rows(); }
  };
  std::thread uses([&] {
    start();
    for (smelt::index at = 0; at + rows <= table_rows; at += rows)
      user.use(rows_used{from.row_range(cold ? at : 0, (cold ? at : 0) + rows)}, times);
  });
  std::thread makes([&] {
    start();
    for (const auto& b : range.restart(epoch)) (void)b;
  });
  while (ready < 2) std::this_thread::yield();
  return seconds([&] {
    ++ready;
    makes.join();
    uses.join();
  });
}

void ahead() {
  const auto x = made_table();
  const auto f = fit(on::eigen, full_chain(), x);
  const auto known = transform(on::eigen, f, x);
  for (const smelt::index rows : {256, 1024, 4096})
    for (const int times : {1, 2, 8}) {
      auto plain = batches(on::eigen.alone(), f, x, {.rows = rows});
      auto before = batches(on::eigen.alone(), f, x, {.rows = rows, .prefetch = 1});
      const smelt::index count = table_rows / rows;
      consumer user;
      std::vector<double> loads, uses, both, aheads, ratios, warm, cold, of_cold;
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
        warm.push_back(side_by_side(plain, epoch, user, times, known, rows, false));
        cold.push_back(side_by_side(plain, epoch, user, times, known, rows, true));
        of_cold.push_back(together / cold.back());
      }
      const auto micros = [&](const std::vector<double>& all) {
        return spread_of(all).median * 1e6 / static_cast<double>(count);
      };
      const auto ratio = spread_of(ratios);
      std::printf("%d|%.1f|%.1f|%.1f|%.1f|%.3f|%.3f|%.3f|%.1f|%.1f|%.3f\n", static_cast<int>(rows),
                  micros(loads), micros(uses), micros(both), micros(aheads), ratio.median, ratio.least,
                  ratio.most, micros(warm), micros(cold), spread_of(of_cold).median);
      std::fflush(stdout);
      if (user.first() == 1e30f) std::printf("\n");
    }
}

/// The rows of all parts, or of all folds, made and walked through: what a library with lists has when it has
/// made them. Rows a second of `work`, and the memory beyond the table.
template <class Make>
void timed_rows(const char* name, smelt::index work, const Make& make) {
  std::vector<double> rates;
  const double before = peak(true);
  std::int64_t sum = 0;
  for (int run = 0; run < repetitions; ++run) {
    const double took = seconds([&] { sum += make(); });
    rates.push_back(static_cast<double>(work) / took);
  }
  const auto rate = spread_of(rates);
  std::printf("%s|%.0f|%.0f|%.0f|%.1f\n", name, rate.median, rate.least, rate.most, peak() - before);
  if (sum == -1) std::printf("\n");
}
std::int64_t walked(const row_map& map) {
  constexpr smelt::index block = 1024;
  smelt::index row[block];
  std::int64_t sum = 0;
  for (smelt::index first = 0; first < map.count(); first += block) {
    const smelt::index some = std::min(block, map.count() - first);
    map.rows(first, some, row);
    for (smelt::index i = 0; i < some; ++i) sum += row[i];
  }
  return sum;
}
std::int64_t walked(const partition& made) {
  std::int64_t sum = 0;
  for (const row_map& part : made.parts) sum += walked(part);
  return sum;
}

/// The splitters of scikit-learn, of `n` rows, classes of 60, 30 and 10 in a hundred, `n` / 100 groups.
void splits(smelt::index n) {
  std::vector<std::int64_t> labels(static_cast<std::size_t>(n)), groups(labels.size());
  for (smelt::index r = 0; r < n; ++r) {
    const std::uint64_t drawn = bounded(seed{1}, static_cast<std::uint64_t>(r), 65536, 0, 100);
    labels[static_cast<std::size_t>(r)] = drawn < 60 ? 0 : drawn < 90 ? 1 : 2;
    groups[static_cast<std::size_t>(r)] = static_cast<std::int64_t>(
        bounded(seed{2}, static_cast<std::uint64_t>(r), 65536, 0, static_cast<std::uint64_t>(n / 100)));
  }
  const row_map all(n);
  status found;
  const detail::part_sizes fifths{fractions{.train = 0.8, .test = 0.2}};
  const smelt::index five = 5 * n;
  timed_rows("KFold(5)", five, [&] { return walked(k_fold{}.fold(all, 5, found)); });
  timed_rows("KFold(5, shuffle)", five, [&] { return walked(k_fold{seed{7}}.fold(all, 5, found)); });
  timed_rows("StratifiedKFold(5, shuffle)", five,
             [&] { return walked(stratified_by(labels, seed{7}).fold(all, 5, found)); });
  timed_rows("GroupKFold(5)", five, [&] { return walked(grouped_by(groups).fold(all, 5, found)); });
  timed_rows("ShuffleSplit(5)", five,
             [&] { return walked(shuffle_split{0.2, seed{7}}.fold(all, 5, found)); });
  timed_rows("StratifiedShuffleSplit(1)", n,
             [&] { return walked(stratified_by(labels, seed{7}).cut(all, fifths, found)); });
  timed_rows("TimeSeriesSplit(5)", 20 * n / 6,  // 1 to 5 sixths fitted, a sixth held out by each
             [&] { return walked(time_series{}.fold(all, 5, found)); });
  found.raise();
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
  } else if (what == "splits") {
    splits(count > 2 ? std::atoll(arguments[2]) : 1000000);
  } else {
    std::fprintf(stderr, "batches_bench write FOLDER | speed | ahead | splits [ROWS]\n");
    return 1;
  }
  return 0;
} catch (const std::exception& problem) {
  std::fprintf(stderr, "batches_bench: %s\n", problem.what());
  return 1;
}
