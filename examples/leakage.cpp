// SPDX-License-Identifier: BSL-1.0
//
// The mistake of the textbooks: columns are chosen by the labels of all rows, and only then are rows
// set aside to judge the choice by. Here every value is noise and every label a coin's, so that no
// choice is right on more than half of new rows. Chosen on the train part, none is; chosen before
// the split, the same chain seems to be right on four of five.
//
// With smelt the mistake does not compile:
//
//   const auto fitted = fit(on::seq, selection, noise);
//   right_on(fitted, parts.train, parts.test);
//   // smelt: this chain was fitted on a whole table, which may hold the rows of this part. Fit it on
//   // the train part, or say whole_population to fit if you mean it.
//
// To show what it costs, this program says whole_population: a word that a review can look for.
// (After "Inconsistent preprocessing" and "Data leakage" in scikit-learn's page on common pitfalls.)

#include <smelt/smelt.hpp>  // the language, the verbs and on::seq

#include <cstdio>  // std::printf
#include <exception>
#include <numeric>  // std::accumulate
#include <random>   // std::mt19937_64, whose numbers are the same everywhere
#include <vector>

namespace {

using namespace smelt;

/// Columns stay whose mean lies further from 0 than chance lets it, by so many standard errors.
struct telling {
  static constexpr effect does = effect::columns;
  using needs = statistics<moments>;
  double errors;
  template <class Slot>
  bool solve(const Slot& s) const {
    const auto& m = s.template get<moments>();
    return m.mean * m.mean * m.count * m.count > errors * errors * m.m2;
  }
  std::string text() const { return message("telling{", errors, "}"); }
};

/// The share of rows of `test` that are on the side of 0 where the mean row of `train` is. Rows are
/// turned to their labels beforehand, so that this is how often a straight line is right.
template <class Fitted, class Train, class Test>
double right_on(const Fitted& fitted, const Train& train, const Test& test) {
  const auto known = transform(on::seq, fitted, train);
  const auto asked = transform(on::seq, fitted, test);
  std::vector<double> mean(static_cast<std::size_t>(known.cols()));
  for (smelt::index r = 0; r < known.rows(); ++r)
    for (smelt::index c = 0; c < known.cols(); ++c) mean[static_cast<std::size_t>(c)] += known(r, c);
  int right = 0;
  for (smelt::index r = 0; r < asked.rows(); ++r) {
    double side = 0.0;
    for (smelt::index c = 0; c < asked.cols(); ++c)
      side += mean[static_cast<std::size_t>(c)] * asked(r, c);
    right += side > 0.0;
  }
  return right / static_cast<double>(asked.rows());
}

template <class Scores>
double average(const Scores& scores) {
  return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
}

}  // namespace

int main() try {
  // 200 rows of 2000 columns of noise, each turned to its label, which is 1 or -1.
  std::mt19937_64 coin(2);
  table<double> noise(200, 2000);
  for (smelt::index r = 0; r < noise.rows(); ++r) {
    const double label = coin() % 2 == 0 ? 1.0 : -1.0;
    for (smelt::index c = 0; c < noise.cols(); ++c)
      noise(r, c) = label * (static_cast<double>(coin() >> 11) * 0x1p-52 - 1.0);
  }
  const telling selection{2.6};

  const auto parts = split<struct held_out_rows>(noise, {.train = 0.75, .test = 0.25}, seed{7});
  const auto honest = fit(on::seq, selection, parts.train);
  const auto leaked = fit(on::seq, selection, noise, whole_population);

  std::printf("200 rows, labels by a coin; 2000 columns of noise\n\n");
  std::printf("%-34s %7s %9s %9s\n", "columns chosen", "columns", "train", "test");
  std::printf("%-34s %7d %9.2f %9.2f\n", "on the train part", static_cast<int>(honest.cols_out()),
              right_on(honest, parts.train, parts.train), right_on(honest, parts.train, parts.test));
  std::printf("%-34s %7d %9.2f %9.2f\n\n", "on all rows, before the split",
              static_cast<int>(leaked.cols_out()), right_on(leaked, parts.train, parts.train),
              right_on(leaked, parts.train, parts.test));

  // Folds do not save a choice that was made before them.
  const auto ten = folds<struct cv, 10>(noise, k_fold{seed{8}});
  std::printf("right on what ten folds hold out, on average\n");
  std::printf("  chosen in each fold     %.2f\n",
              average(ten.each([&](const auto& train, const auto& held_out) {
                return right_on(fit(on::seq, selection, train), train, held_out);
              })));
  std::printf("  chosen before           %.2f\n",
              average(ten.each([&](const auto& train, const auto& held_out) {
                return right_on(leaked, train, held_out);
              })));
} catch (const std::exception& problem) {
  std::fprintf(stderr, "leakage: %s\n", problem.what());
  return 1;
}

// Prints:
// 200 rows, labels by a coin; 2000 columns of noise
//
// columns chosen                     columns     train      test
// on the train part                       24      0.89      0.44
// on all rows, before the split           25      0.80      0.86
//
// right on what ten folds hold out, on average
//   chosen in each fold     0.50
//   chosen before           0.80
