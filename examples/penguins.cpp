// SPDX-License-Identifier: BSL-1.0
//
// Data as it was collected: 344 penguins, words among the numbers, and NA where nobody measured.
// Columns are chosen by name, two columns of words become class codes, and one chain cleans by
// rule: birds without any measurement leave, an unknown sex becomes the share of males. Each
// column is then scaled in its own way, and the species follows its bird.
//
//   penguins [file]

#include <smelt/eigen.hpp>  // on::eigen
#include <smelt/smelt.hpp>  // the language and the verbs

#include <cmath>    // std::abs, std::sqrt
#include <cstddef>  // std::size_t
#include <cstdio>   // std::printf, for columns of figures
#include <exception>
#include <limits>
#include <string>
#include <vector>

#ifndef SMELT_DATA_DIR
#define SMELT_DATA_DIR "examples/data"
#endif

namespace {

using namespace smelt;

/// Without "-0.000".
double shown(double x) { return std::abs(x) < 5e-4 ? 0.0 : x; }

/// One line for each column: how many values are missing, and what the others are like.
template <class View>
void print_columns(const char* title, const View& x) {
  std::printf("%-20s %8s %10s %10s %10s %10s\n", title, "missing", "mean", "deviation", "least",
              "most");
  for (smelt::index c = 0; c < x.cols(); ++c) {
    double n = 0.0, sum = 0.0, squares = 0.0;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (smelt::index r = 0; r < x.rows(); ++r) {
      const double value = static_cast<double>(x(r, c));
      if (missing(value)) continue;
      n += 1.0;
      sum += value;
      squares += value * value;
      least = value < least ? value : least;
      most = value > most ? value : most;
    }
    const double mean = sum / n;
    std::printf("%-20s %8.0f %10.3f %10.3f %10.3f %10.3f\n",
                x.names()[static_cast<std::size_t>(c)].c_str(), static_cast<double>(x.rows()) - n,
                shown(mean), std::sqrt(squares / n - mean * mean), least, most);
  }
}

}  // namespace

int main(int count, char** arguments) try {
  const std::string file = count > 1 ? arguments[1] : SMELT_DATA_DIR "/penguins.csv";
  const auto measured = read_csv<float>(
      file, {.columns = {"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"}});
  const auto species = read_csv_labels(file, "species");
  const auto sex = read_csv_labels(file, "sex", {.missing_value = -1});  // female 0, male 1, NA -1

  // Columns of two element types, where they already lie: nothing is copied.
  const auto birds = select(measured, columns::range(0, 4)).add(sex.codes, "sex");
  const auto data = labelled(birds, species.codes);

  const auto chain =
      clean(at(columns{"sex"}, sentinel(-1)), at(columns::range(0, 4), drop::all), fill::mean) |
      at(columns{"bill_length_mm", "bill_depth_mm"}, standardize()) |
      at(columns{"flipper_length_mm", "body_mass_g"}, normalize(min_max{0, 1}));

  const auto fitted = fit(on::eigen, chain, data);
  const auto ready = transform(on::eigen, fitted, data);

  std::printf("before: %d birds; an unknown sex is -1\n", static_cast<int>(birds.rows()));
  print_columns("", birds);
  std::printf("\nafter: %d birds\n", static_cast<int>(ready.rows()));
  print_columns("", ready.x);

  std::printf("\nbill length by species\n");
  for (std::size_t kind = 0; kind < species.names.size(); ++kind) {
    int n = 0;
    double sum = 0.0;
    for (std::size_t bird = 0; bird < ready.y.size(); ++bird) {
      if (static_cast<std::size_t>(ready.y[bird]) != kind) continue;
      ++n;
      sum += ready.x(static_cast<smelt::index>(bird), 0);
    }
    std::printf("%-10s %4d birds %8.3f\n", species.names[kind].c_str(), n, sum / n);
  }

  std::printf("\n%s", describe(fitted).c_str());
} catch (const std::exception& problem) {
  std::fprintf(stderr, "penguins: %s\n", problem.what());
  return 1;
}

// Prints:
// before: 344 birds; an unknown sex is -1
//                       missing       mean  deviation      least       most
// bill_length_mm              2     43.922      5.452     32.100     59.600
// bill_depth_mm               2     17.151      1.972     13.100     21.500
// flipper_length_mm           2    200.915     14.041    172.000    231.000
// body_mass_g                 2   4201.754    800.781   2700.000   6300.000
// sex                         0      0.456      0.559     -1.000      1.000
//
// after: 342 birds
//                       missing       mean  deviation      least       most
// bill_length_mm              0      0.000      1.000     -2.169      2.876
// bill_depth_mm               0      0.000      1.000     -2.054      2.205
// flipper_length_mm           0      0.490      0.238      0.000      1.000
// body_mass_g                 0      0.417      0.222      0.000      1.000
// sex                         0      0.505      0.493      0.000      1.000
//
// bill length by species
// Adelie      151 birds   -0.941
// Chinstrap    68 birds    0.901
// Gentoo      123 birds    0.657
//
// chain      at(columns{'sex'}, sentinel(-1)) | at(columns{0, 1, 2, 3}, drop::all) | fill::mean | at(columns{'bill_length_mm', 'bill_depth_mm'}, standardize()) | at(columns{'flipper_length_mm', 'body_mass_g'}, normalize(min_max{0, 1}))
// fit        1 read
//   pass 1   fill::mean, at(columns{'bill_length_mm', 'bill_depth_mm'}, standardize()), at(columns{'flipper_length_mm', 'body_mass_g'}, normalize(min_max{0, 1}))
// transform  1 pass, 1 read and 1 write of each element
//   op 1     at(columns{'sex'}, sentinel(-1))
//   op 2     at(columns{0, 1, 2, 3}, drop::all)
//   op 3     fill::mean
//   op 4     at(columns{'bill_length_mm', 'bill_depth_mm'}, standardize()) + at(columns{'flipper_length_mm', 'body_mass_g'}, normalize(min_max{0, 1}))
// fitted     on 342 rows x 5 columns; 5 columns out
// numbers    10 a column, 640 bytes
