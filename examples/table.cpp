// SPDX-License-Identifier: BSL-1.0
//
// Eight rows, two columns, small enough to check by hand: the numbers 1 to 16 standardized by the
// mean and deviation of the whole table, in batches of 32. Shows the edges: integers that come out
// as double, a split whose test part is empty, and a batch that holds fewer rows than asked for.

#include <smelt/smelt.hpp>  // the language, the verbs and on::seq

#include <cstdint>    // std::int32_t
#include <exception>  // std::exception
#include <iomanip>    // std::setw, std::setprecision
#include <iostream>
#include <numeric>  // std::iota
#include <vector>

namespace {

template <class View>
void print(const View& x) {
  for (smelt::index row = 0; row < x.rows(); ++row) {
    for (smelt::index col = 0; col < x.cols(); ++col) std::cout << std::setw(12) << x(row, col);
    std::cout << '\n';
  }
}

}  // namespace

int main() try {
  using namespace smelt;
  std::cout << std::fixed << std::setprecision(7);

  std::vector<std::int32_t> numbers(16);
  std::iota(numbers.begin(), numbers.end(), 1);
  const matrix_view<const std::int32_t> source(numbers.data(), 8, 2);  // rows one after another
  std::cout << "table\n";
  print(source);

  // The first 8 rows in the order they have. An empty part must be asked for by its count: a
  // fraction that leaves a part without rows is an error.
  const auto parts = split<struct by_hand>(source, counts{.train = 8, .test = 0}, in_order);
  std::cout << "train " << parts.train.rows() << " rows, test " << parts.test.rows() << " rows\n";

  // y = (x - centre) * slope + offset. The mean is that of 1 to 16, 17 / 2; the variance is
  // (16^2 - 1) / 12.
  const auto fitted = fit(on::seq, standardize(over::table), parts.train);
  const auto line = fitted.learned().line(0, 0);  // of stage 0 and column 0; column 1 has the same
  std::cout << "mean " << line.centre << ", deviation " << 1.0 / line.slope << '\n';

  auto epoch = batches(on::seq, fitted, parts.train, {.rows = 32});
  std::cout << "batches of 32: " << epoch.size() << '\n';
  for (const auto& batch : epoch) {
    std::cout << "batch " << batch.number << ", " << batch.rows() << " rows\n";
    print(batch.x);
  }

  std::cout << "test part: " << transform(on::seq, fitted, parts.test).rows() << " rows come out\n";
} catch (const std::exception& problem) {
  std::cerr << "table: " << problem.what() << '\n';
  return 1;
}

// Prints:
// table
//            1           2
//            3           4
//            5           6
//            7           8
//            9          10
//           11          12
//           13          14
//           15          16
// train 8 rows, test 0 rows
// mean 8.5000000, deviation 4.6097722
// batches of 32: 1
// batch 0, 8 rows
//   -1.6269784  -1.4100480
//   -1.1931175  -0.9761871
//   -0.7592566  -0.5423261
//   -0.3253957  -0.1084652
//    0.1084652   0.3253957
//    0.5423261   0.7592566
//    0.9761871   1.1931175
//    1.4100480   1.6269784
// test part: 0 rows come out
