// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the laws of tests/laws share: tables of several shapes whose columns differ in kind, orders
/// of rows, and verbs that run on on::seq and on on::eigen, alone and on a pool of three, and
/// demand the same bits of all.

#include <doctest/doctest.h>

#include <smelt/eigen.hpp>
#include <smelt/smelt.hpp>
#include <support/oracle.hpp>
#include <support/seen.hpp>
#include <support/tables.hpp>

#include <algorithm>  // std::swap
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace smelt_test {

/// Rows, columns, and the seed of what is in them.
struct law_shape {
  smelt::index rows;
  smelt::index cols;
  std::uint64_t seed;
};
/// Around a packet, a leaf of 1024 rows and a tree of leaves.
inline constexpr std::array<law_shape, 6> law_shapes = {
    {{2, 1, 1}, {9, 3, 2}, {700, 8, 3}, {1024, 5, 4}, {1025, 13, 5}, {3500, 7, 6}}};

/// Noise in [-4, 4), small integers, noise a million from zero, a skewed column, one value, two
/// values; a value in ten is missing, except in every third column and in the first two rows.
inline double mixed_at(const law_shape& s, smelt::index r, smelt::index c) {
  const double x = noise_at<double>(r, 0, 0, s.seed * 1000 + static_cast<std::uint64_t>(c));
  const std::uint64_t luck = scrambled(s.seed * 77777 + static_cast<std::uint64_t>(r * 64 + c));
  if (c % 3 != 2 && r > 1 && luck % 10 == 0) return gone;
  switch (c % 6) {
    case 0:
      return x;
    case 1:
      return std::floor(x * 4.0);
    case 2:
      return 1e6 + x;
    case 3:
      return x * x * x;
    case 4:
      return 2.625;
    default:
      return r % 2 == 0 ? -1.0 : 3.0;
  }
}
inline smelt::table<double> mixed(const law_shape& s) {
  smelt::table<double> made(s.rows, s.cols);
  for (smelt::index r = 0; r < s.rows; ++r)
    for (smelt::index c = 0; c < s.cols; ++c) made(r, c) = mixed_at(s, r, c);
  return made;
}
/// Integers of 20 bits times 2^-10: up to 4096 of them are added, and their squares, without
/// rounding.
inline smelt::table<double> grid(const law_shape& s) {
  smelt::table<double> made(s.rows, s.cols);
  for (smelt::index r = 0; r < s.rows; ++r)
    for (smelt::index c = 0; c < s.cols; ++c)
      made(r, c) =
          std::floor(noise_at<double>(r, 0, 0, s.seed * 1000 + static_cast<std::uint64_t>(c)) *
                     0x1p16) *
          0x1p-10;
  return made;
}

using row_order = std::vector<smelt::index>;

/// 0, ..., n - 1 in an order of its own for each seed.
inline row_order shuffled_rows(smelt::index n, std::uint64_t seed) {
  row_order order;
  for (smelt::index r = 0; r < n; ++r) order.push_back(r);
  for (smelt::index r = n; r > 1; --r)
    std::swap(order[static_cast<std::size_t>(r - 1)],
              order[static_cast<std::size_t>(scrambled(seed * 31 + static_cast<std::uint64_t>(r)) %
                                             static_cast<std::uint64_t>(r))]);
  return order;
}
/// The rows of a table in the given order; rows may be left out or come twice.
inline smelt::table<double> picked(const smelt::table<double>& x, const row_order& order) {
  smelt::table<double> made(static_cast<smelt::index>(order.size()), x.cols());
  for (smelt::index r = 0; r < made.rows(); ++r)
    for (smelt::index c = 0; c < x.cols(); ++c)
      made(r, c) = x(order[static_cast<std::size_t>(r)], c);
  return made;
}
inline oracle::sheet sheet_of(const smelt::table<double>& x) {
  return oracle::sheet::of(static_cast<std::size_t>(x.rows()), static_cast<std::size_t>(x.cols()),
                           [&](std::size_t r, std::size_t c) {
                             return x(static_cast<smelt::index>(r), static_cast<smelt::index>(c));
                           });
}
/// What the oracle finds wrong with a table; nothing, if all is well.
inline std::string problem(const oracle::sheet& expected, const smelt::table<double>& got) {
  return oracle::compare<double>(
             expected, static_cast<std::size_t>(got.rows()), static_cast<std::size_t>(got.cols()),
             [&](std::size_t r, std::size_t c) {
               return got(static_cast<smelt::index>(r), static_cast<smelt::index>(c));
             })
      .problem;
}

/// fit and transform everywhere.
class everywhere {
 public:
  template <class Chain, class Data, class... More>
  auto fit(const Chain& stages, const Data& data, const More&... more) const {
    auto f = smelt::fit(smelt::on::seq, stages, data, more...);
    for (const auto& policy : policies_) CHECK(smelt::fit(policy, stages, data, more...) == f);
    return f;
  }
  template <class Fitted, class Data>
  smelt::table<double> transform(const Fitted& f, const Data& data) const {
    smelt::table<double> y = smelt::transform(smelt::on::seq, f, data);
    for (const auto& policy : policies_)
      CHECK(difference(smelt::table<double>(smelt::transform(policy, f, data)), y) == "");
    return y;
  }
  template <class Chain, class Data>
  smelt::table<double> operator()(const Chain& stages, const Data& data) const {
    return transform(fit(stages, data), data);
  }

 private:
  using eigen = std::remove_cvref_t<decltype(smelt::on::eigen)>;
  smelt::workers pool_{3};
  std::array<eigen, 2> policies_ = {smelt::on::eigen.alone(), smelt::on::eigen.on(pool_)};
};

/// The distance of two numbers in units of the last place of `size`.
inline double units(double a, double b, double size) {
  return a == b ? 0.0
                : std::abs(a - b) /
                      (std::nextafter(size, std::numeric_limits<double>::infinity()) - size);
}

}  // namespace smelt_test
