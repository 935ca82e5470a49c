// SPDX-License-Identifier: BSL-1.0
//
// From a file to an accuracy: 1797 handwritten digits are split, cleaned, standardized, put on
// [-1, 1], shuffled anew for each epoch and fed to a small network in batches of 32. The same
// network on raw pixels stands beside it, for five seeds, and the preprocessing is timed alone.
//
//   digits [file] [--quick]        --quick: one seed, 3 epochs, a smaller table to time

#include "network.hpp"  // the network; it knows nothing of smelt

#include <smelt/eigen.hpp>  // on::eigen, as_eigen
#include <smelt/smelt.hpp>  // the language and the verbs

#include <algorithm>  // std::copy_n, std::nth_element
#include <chrono>     // std::chrono::steady_clock
#include <cstdint>    // std::uint64_t
#include <cstdio>     // std::printf, for columns of figures
#include <exception>  // std::exception
#include <span>
#include <string>
#include <string_view>
#include <vector>

#ifndef SMELT_DATA_DIR
#define SMELT_DATA_DIR "examples/data"
#endif

namespace {

using namespace smelt;

constexpr smelt::index pixels = 64;

struct options {
  std::string file = SMELT_DATA_DIR "/digits.csv";
  std::uint64_t epochs = 20;
  std::uint64_t seeds = 5;
  smelt::index copies = 256;  // of the digits, in the larger of the two tables that are timed
};

options read_options(int count, char** arguments) {
  options chosen;
  for (int i = 1; i < count; ++i) {
    if (arguments[i] == std::string_view("--quick")) {
      chosen.epochs = 3;
      chosen.seeds = 1;
      chosen.copies = 16;
    } else {
      chosen.file = arguments[i];
    }
  }
  return chosen;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double percent(double fraction) { return 100.0 * fraction; }

// --- learning ---------------------------------------------------------------------------------

auto prepared(seed order) {
  return clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) | sample(shuffled{order});
}

/// The pixels as they are, in the same order.
auto raw(seed order) { return sample(shuffled{order}); }

template <class Data>
auto parts_of(const Data& digits, seed order) {
  return split<struct digits_split>(digits, {.train = 0.8, .validation = 0.1, .test = 0.1}, order);
}

/// The labels of a batch, as the range that the network takes.
template <class Column>
auto labels_of(const Column& y) {
  return std::span(y.data(), static_cast<std::size_t>(y.size()));
}

/// Trains one network and returns its accuracy on the test part, which nothing before has seen.
/// (Batch size and learning rate were chosen on seeds 101 to 300, none of which is reported.)
template <class Fitted, class Parts>
double learn(const Fitted& fitted, const Parts& parts, seed weights, const options& chosen,
             bool progress) {
  examples::network net({pixels, 64, 64, 10}, weights.value, {.rate = 2e-3});  // relu between, Adam
  const auto validation = transform(on::eigen, fitted.values_only(), parts.validation);

  for (std::uint64_t epoch = 1; epoch <= chosen.epochs; ++epoch) {
    double loss = 0.0;
    for (const auto& batch : batches(on::eigen, fitted, parts.train, {.rows = 16, .epoch = epoch}))
      loss += net.train(as_eigen(batch.x), labels_of(batch.y)) * static_cast<double>(batch.rows());
    if (progress)
      std::printf("epoch %2d   loss %6.4f   validation accuracy %5.1f %%\n",
                  static_cast<int>(epoch), loss / static_cast<double>(parts.train.rows()),
                  percent(net.accuracy(as_eigen(validation.x), validation.y)));
  }

  const auto test = transform(on::eigen, fitted.values_only(), parts.test);
  return net.accuracy(as_eigen(test.x), test.y);
}

template <class Data>
void first_seed(const Data& digits, const options& chosen) {
  const auto parts = parts_of(digits, seed{1});
  std::printf("rows       %d train, %d validation, %d test\n", static_cast<int>(parts.train.rows()),
              static_cast<int>(parts.validation.rows()), static_cast<int>(parts.test.rows()));
  const auto fitted = fit(on::eigen, prepared(seed{1}), parts.train);  // the train part alone
  std::printf("%s\n", describe(fitted).c_str());
  const double accuracy = learn(fitted, parts, seed{1}, chosen, true);
  std::printf("test accuracy %.1f %%\n\n", percent(accuracy));
}

/// A seed decides the parts, the order of the rows and the first weights, for both networks alike.
template <class Data>
void all_seeds(const Data& digits, const options& chosen) {
  std::printf("test accuracy after %d epochs\nseed     prepared   raw pixels\n",
              static_cast<int>(chosen.epochs));
  std::vector<double> with, without;
  int ahead = 0, behind = 0;
  for (std::uint64_t number = 1; number <= chosen.seeds; ++number) {
    const seed each{number};
    const auto parts = parts_of(digits, each);
    with.push_back(learn(fit(on::eigen, prepared(each), parts.train), parts, each, chosen, false));
    without.push_back(learn(fit(on::eigen, raw(each), parts.train), parts, each, chosen, false));
    std::printf("%4d      %5.1f %%      %5.1f %%\n", static_cast<int>(number), percent(with.back()),
                percent(without.back()));
    ahead += with.back() > without.back();
    behind += with.back() < without.back();
  }
  std::printf("median    %5.1f %%      %5.1f %%\n", percent(median(with)),
              percent(median(without)));
  std::printf("prepared is ahead for %d of %d seeds, behind for %d; one test row is %.2f %%\n\n",
              ahead, static_cast<int>(chosen.seeds), behind,
              percent(1.0 / static_cast<double>(parts_of(digits, seed{1}).test.rows())));
}

// --- time -------------------------------------------------------------------------------------

/// The median of nine runs, after one that is not counted.
template <class Work>
double seconds(const Work& work) {
  std::vector<double> runs;
  for (int run = 0; run <= 9; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (run > 0) runs.push_back(taken.count());
  }
  return median(runs);
}

template <class Data>
void time_on(const Data& digits) {
  const auto chain = prepared(seed{1});
  const auto fitted = fit(on::eigen, chain, digits);
  const double read = static_cast<double>(digits.rows() * pixels) * sizeof(float);
  const auto line = [&](const char* what, double bytes, double time) {
    std::printf("%6d   %-24s %9.3f ms %7.2f GB/s\n", static_cast<int>(digits.rows()), what,
                1e3 * time, bytes / time / 1e9);
  };
  table<float> out(digits.rows(), pixels);
  float seen = 0.0F;  // of each batch, so that somebody looks at it

  line("a copy by one thread", 2 * read, seconds([&] {
         for (smelt::index row = 0; row < digits.rows(); ++row)
           std::copy_n(&digits.x(row, 0), pixels, &out(row, 0));
       }));
  line("fit", read, seconds([&] { fit(on::eigen, chain, digits); }));
  line("transform", 2 * read,
       seconds([&] { transform(on::eigen, fitted.values_only(), digits, out); }));
  line("batches of 32, shuffled", 2 * read, seconds([&] {
         for (const auto& batch : batches(on::eigen, fitted, digits, {.rows = 32}))
           seen += batch.x(0, 0);
       }));
  if (missing(seen)) std::printf("a batch holds missing values\n");
}

table<float> repeated(const table<float>& digits, smelt::index copies) {
  table<float> made(digits.rows() * copies, digits.cols());
  const smelt::index size = digits.rows() * digits.cols();
  for (smelt::index copy = 0; copy < copies; ++copy)
    std::copy_n(digits.data(), size, made.data() + copy * size);
  return made;
}

}  // namespace

int main(int count, char** arguments) try {
  const options chosen = read_options(count, arguments);
  const auto file = read_csv<float>(chosen.file);
  const auto labelled_rows = [](const table<float>& rows) {
    return labelled(rows.columns(0, pixels), rows.column(pixels));  // views: nothing is copied
  };
  const auto digits = labelled_rows(file);

  first_seed(digits, chosen);
  all_seeds(digits, chosen);

  std::printf("threads    %4d\n", default_workers().size());
  std::printf(
      "preprocessing alone, the median of nine warm runs; a fit reads the pixels once, the\n"
      "others read and write them once, and the rate counts those bytes\n");
  time_on(digits);
  const auto larger = repeated(file, chosen.copies);
  time_on(labelled_rows(larger));
} catch (const std::exception& problem) {
  std::fprintf(stderr, "digits: %s\nusage: digits [file] [--quick]\n", problem.what());
  return 1;
}

// With --quick, # being a digit or a blank where machines and compilers differ.
// Prints:
// rows       1437 train, 180 validation, 180 test
// chain      fill::mean | standardize() | normalize(min_max{-1, 1}) | sample(shuffled{seed{1}})
// fit        1 read
//   pass 1   fill::mean, standardize(), normalize(min_max{-1, 1})
// transform  1 pass, 1 read and 1 write of each element
//   rows     sample(shuffled{seed{1}})
//   op 1     fill::mean
//   op 2     standardize() + normalize(min_max{-1, 1})
// fitted     on 1437 rows x 64 columns; 64 columns out
// numbers    7 a column, 3584 bytes
// zero rule  standardize(): columns 0 32 39
// zero rule  normalize(min_max{-1, 1}): columns 0 32 39
//
// epoch  1   loss #.####   validation accuracy ###.# %
// epoch  2   loss #.####   validation accuracy ###.# %
// epoch  3   loss #.####   validation accuracy ###.# %
// test accuracy ##.# %
//
// test accuracy after 3 epochs
// seed     prepared   raw pixels
//    1      ###.# %      ###.# %
// median    ###.# %      ###.# %
// prepared is ahead for # of 1 seeds, behind for #; one test row is 0.56 %
//
// threads    ####
// preprocessing alone, the median of nine warm runs; a fit reads the pixels once, the
// others read and write them once, and the rate counts those bytes
//   1797   a copy by one thread     #####.### ms ####.## GB/s
//   1797   fit                      #####.### ms ####.## GB/s
//   1797   transform                #####.### ms ####.## GB/s
//   1797   batches of 32, shuffled  #####.### ms ####.## GB/s
//  28752   a copy by one thread     #####.### ms ####.## GB/s
//  28752   fit                      #####.### ms ####.## GB/s
//  28752   transform                #####.### ms ####.## GB/s
//  28752   batches of 32, shuffled  #####.### ms ####.## GB/s
