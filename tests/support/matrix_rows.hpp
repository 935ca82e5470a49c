// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Sets of rows against places in memory: on::eigen, alone and on three threads, must give the bits
/// and the words of on::seq.

#include <support/matrix.hpp>

#include <string>
#include <utility>

namespace smelt_test {

using namespace smelt;

inline const auto scaled = matrix_chain;
inline const auto filled = fill::constant(0.5) | clip(-2, 9);
inline const auto dropped = drop::any | standardize();
inline const auto normed = fill::mean | normalize(l2);

/// The same on on::eigen, alone and on three threads.
class eigen_twice {
 public:
  template <class F>
  void operator()(F&& f) const {
    f(on::eigen.alone());
    f(on::eigen.on(pool_));
  }

 private:
  mutable workers pool_{3};
};

/// Calls `f(view)` for a table of T in the layouts that lie in memory, in every place.
template <class T, class F>
void each_place(smelt::index rows, smelt::index cols, holes kind, F&& f) {
  for (const placement at : placements) {
    CAPTURE(rows);
    CAPTURE(cols);
    CAPTURE(at.off);
    CAPTURE(at.gap);
    f(placed_copy<T, row_major>(rows, cols, kind, at).view());
    f(placed_copy<T, column_major>(rows, cols, kind, at).view());
    f(placed_copy<T, strided>(rows, cols, kind, at).view());
  }
}

/// fit and transform of the same data, or what is thrown.
template <class Policy, class Chain, class Data>
std::pair<std::string, table<double>> outcome(const Policy& policy, const Chain& stages,
                                              const Data& data) {
  table<double> made;
  const std::string said = thrown_by([&] { made = fit_transform<double>(policy, stages, data); });
  return {said, std::move(made)};
}
template <class Chain, class Data>
void compare(const eigen_twice& on_eigen, const Chain& stages, const Data& data) {
  const auto [said, made] = outcome(on::seq, stages, data);
  on_eigen([&, &words = said, &y = made](const auto& policy) {
    const auto got = outcome(policy, stages, data);
    CHECK(got.first == words);
    CHECK(difference(got.second, y) == "");
  });
}

}  // namespace smelt_test
