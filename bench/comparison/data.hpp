// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The table that all peers of the comparison are given, read by smelt.

#include "protocol.hpp"

#include <smelt/policies/concurrency.hpp>
#include <smelt/smelt.hpp>

#include <algorithm>
#include <cmath>  // std::sqrt
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace smelt_comparison {

using smelt::table;

inline bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Whether columns lie one after the other in a .npy file.
inline bool by_column(const std::string& path) {
  const auto header = smelt::npy_info(path);
  return header.fortran_order && header.shape.size() == 2 && header.shape[0] > 1 && header.shape[1] > 1;
}

template <class Layout = smelt::row_major>
table<float, Layout> read_data(const request& r) {
  auto x = smelt::read_npy<float, Layout>(r.data, {.rounding = smelt::rounding::nearest});
  if (r.rows >= 0) x.shrink(std::min(r.rows, x.rows()));
  return x;
}

/// A number of each row, which follows it.
inline std::vector<std::int64_t> read_labels(const request& r, index rows) {
  std::vector<std::int64_t> labels(static_cast<std::size_t>(rows));
  if (r.labels.empty()) {
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int64_t>(i);
  } else {
    const auto y = smelt::read_npy<std::int64_t>(r.labels);
    smelt::expect<smelt::shape_error>(y.rows() >= rows, r.labels, " has ", y.rows(), " labels for ", rows, " rows");
    std::copy_n(y.data(), rows, labels.data());
  }
  return labels;
}

/// A table for results, its pages in memory: it is there before what is timed, and no part of its peak.
template <class Layout = smelt::row_major>
table<float, Layout> result_table(index rows, index cols) {
  table<float, Layout> y(rows, cols);
  std::fill_n(y.data(), rows * cols, 1.0f);
  return y;
}

/// A file of the user's, .csv or .npy, as the table of floats that is compared: infinities are missing
/// there, and columns without a value are left out. Says what it did.
inline std::string convert_data(const std::string& from, const std::string& to) {
  using namespace smelt;
  const auto x = ends_with(from, ".npy") ? read_npy<float>(from, {.rounding = rounding::nearest})
                                         : read_csv<float>(from);
  std::vector<smelt::index> kept;
  smelt::index infinities = 0;
  for (smelt::index c = 0; c < x.cols(); ++c) {
    smelt::index present = 0;
    for (smelt::index r = 0; r < x.rows(); ++r)
      if (infinite(x(r, c)))
        ++infinities;
      else if (!missing(x(r, c)))
        ++present;
    if (present > 0) kept.push_back(c);
  }
  expect<value_error>(x.rows() > 0 && !kept.empty(), from, " has no column with a value");
  table<float> made(x.rows(), static_cast<smelt::index>(kept.size()));
  for (smelt::index r = 0; r < x.rows(); ++r)
    for (std::size_t c = 0; c < kept.size(); ++c) {
      const float value = x(r, kept[c]);
      made(r, static_cast<smelt::index>(c)) = infinite(value) ? missing_value<float> : value;
    }
  write_npy(made, to);
  std::string said = message(made.rows(), " rows of ", made.cols(), " columns");
  if (infinities > 0) said += message("; ", infinities, " infinities count as missing");
  if (made.cols() < x.cols()) said += message("; ", x.cols() - made.cols(), " columns without a value left out");
  return said;
}

/// Numbers of a column that a peer of its own arithmetic has learned before it is timed: two passes in
/// double, the second around the mean.
struct column_facts {
  double mean = 0.0;
  double deviation = 1.0;  // of the filled column; 1 where it is 0
  double low = 0.0;
  double high = 0.0;
};
/// Of all rows, or of those without a missing value.
template <class Table>
std::vector<column_facts> facts_of(const Table& x, bool whole_rows = false) {
  const auto cols = static_cast<std::size_t>(x.cols());
  std::vector<column_facts> all(cols);
  std::vector<double> sum(cols), square(cols), present(cols);
  const auto each = [&](const auto& f) {
    for (index r = 0; r < x.rows(); ++r) {
      bool counts = true;
      for (index c = 0; whole_rows && c < x.cols(); ++c) counts = counts && !smelt::missing(x(r, c));
      for (index c = 0; counts && c < x.cols(); ++c)
        if (!smelt::missing(x(r, c))) f(static_cast<std::size_t>(c), static_cast<double>(x(r, c)));
    }
  };
  index rows = 0;
  each([&](std::size_t c, double v) {
    all[c].low = present[c] == 0.0 ? v : std::min(all[c].low, v);
    all[c].high = present[c] == 0.0 ? v : std::max(all[c].high, v);
    sum[c] += v;
    present[c] += 1.0;
  });
  for (std::size_t c = 0; c < cols; ++c) all[c].mean = sum[c] / present[c];
  each([&](std::size_t c, double v) { square[c] += (v - all[c].mean) * (v - all[c].mean); });
  rows = x.rows();
  for (std::size_t c = 0; c < cols; ++c) {
    // What is filled adds nothing to the squares, and counts.
    const double n = whole_rows ? present[c] : static_cast<double>(rows);
    const double deviation = std::sqrt(square[c] / n);
    all[c].deviation = deviation > 0.0 ? deviation : 1.0;
  }
  return all;
}

}  // namespace smelt_comparison
