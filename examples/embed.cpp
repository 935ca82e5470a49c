// SPDX-License-Identifier: BSL-1.0
//
// smelt inside a program that has memory and threads of its own. Features lie in the middle of an
// array of structs; they are read there, written into the program's own matrix, and replaced where
// they lie, on the program's own parallel loop. Nothing is copied, and nothing beside them changes.

#include <smelt/eigen.hpp>  // on::eigen, as_eigen
#include <smelt/smelt.hpp>  // the language and the verbs

#include <Eigen/Core>  // the program's own matrices

#include <algorithm>  // std::all_of
#include <cstdint>    // std::int32_t
#include <exception>
#include <iostream>
#include <limits>
#include <thread>
#include <vector>

namespace {

/// What the program computes with. Its layout is not smelt's to choose.
struct cell {
  std::int32_t id;
  float density, pressure, temperature;  // the features
  std::uint32_t neighbours[2];
};

std::vector<cell> simulate(std::int32_t count) {
  std::vector<cell> cells;
  for (std::int32_t i = 0; i < count; ++i) {
    const auto x = static_cast<float>(i % 1000);
    cells.push_back({i, 1.0F + x / 512, 100.0F - x / 16, 300.0F + x / 4, {7, 7}});
  }
  cells[3].pressure = std::numeric_limits<float>::quiet_NaN();  // a gauge has failed
  return cells;
}

/// The program's own parallel loop.
template <class Body>
void parallel_for(smelt::index n, const Body& body) {
  std::vector<std::thread> threads;
  for (smelt::index i = 1; i < n; ++i) threads.emplace_back([&body, i] { body(i); });
  body(smelt::index{0});
  for (std::thread& thread : threads) thread.join();
}

using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A function of the program's own, which takes any row-major matrix without copying it.
const float* first_element(const Eigen::Ref<const matrix>& x) { return x.data(); }

bool all_well = true;

void check(const char* what, bool ok) {
  std::cout << what << ": " << (ok ? "yes" : "NO") << '\n';
  all_well = all_well && ok;
}

}  // namespace

int main() try {
  using namespace smelt;
  auto cells = simulate(100'000);
  const auto rows = static_cast<smelt::index>(cells.size());

  // Rows of three floats, one struct apart.
  constexpr smelt::index apart = sizeof(cell) / sizeof(float);
  static_assert(sizeof(cell) % sizeof(float) == 0, "strides count elements");
  const matrix_view<float> features(&cells[0].density, rows, 3, apart, 1);
  check("the view points into the cells", &features(42, 2) == &cells[42].temperature);
  check("Eigen sees the same memory", first_element(as_eigen(features)) == &cells[0].density);

  // The loop says how many bodies may run at once; smelt starts no thread of its own.
  host_loop loop(2, [](smelt::index n, const auto& body) { parallel_for(n, body); });
  const auto policy = on::eigen.on(loop);

  const auto chain = clean(fill::mean) | standardize() | normalize(min_max{0, 1});
  const auto fitted = fit(policy, chain, features);
  check("the same numbers as plain loops learn", fitted == fit(on::seq, chain, features));

  // Into memory of the program's: no allocation, and the number of rows written comes back.
  matrix out = matrix::Constant(rows, 3, -1.0F);
  const float* const memory = out.data();
  check("all rows are written", transform(policy, fitted, features, out) == rows);
  check("the matrix kept its memory", out.data() == memory);
  std::cout << "cell 3 becomes " << out.row(3) << '\n';

  // A map with padding between its rows is read where it is, too. What a transform of it returns
  // is a table: its own memory, as Eigen likes it.
  const Eigen::Map<const matrix, 0, Eigen::OuterStride<>> padded(out.data(), rows / 2, 3,
                                                                 Eigen::OuterStride<>(6));
  check("a padded map is viewed", as_view(padded).data() == memory);
  const auto again = transform(policy, fit(policy, normalize(max_abs), padded), padded);
  std::cout << "every second row, largest " << as_eigen(again).maxCoeff() << '\n';

  // A mistake: caught before anything is written.
  matrix narrow = matrix::Constant(rows, 2, -1.0F);
  try {
    transform(policy, fitted, features, narrow);
  } catch (const shape_error& mistake) {
    std::cout << "refused: " << mistake.what() << '\n';
  }
  check("nothing was written", (narrow.array() == -1.0F).all());

  // In place.
  transform(policy, fitted, in_place(features));
  check("the features are replaced by the same bits", as_eigen(features) == out);
  check("what lies beside them is not",
        std::all_of(cells.begin(), cells.end(), [&](const cell& each) {
          return each.id == &each - cells.data() && each.neighbours[0] == 7 &&
                 each.neighbours[1] == 7;
        }));
  return all_well ? 0 : 1;
} catch (const std::exception& problem) {
  std::cerr << "embed: " << problem.what() << '\n';
  return 1;
}

// Prints:
// the view points into the cells: yes
// Eigen sees the same memory: yes
// the same numbers as plain loops learn: yes
// all rows are written: yes
// the matrix kept its memory: yes
// cell 3 becomes 0.003003 0.499995 0.003003
// a padded map is viewed: yes
// every second row, largest 1
// refused: the chain writes 3 columns, the output has 2
// nothing was written: yes
// the features are replaced by the same bits: yes
// what lies beside them is not: yes
