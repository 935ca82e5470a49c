// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What the works that draw rows share: the table, a label of each row, and what a check keeps of both.

#include "data.hpp"

#include <cstring>  // std::memcpy

namespace smelt_comparison {

/// Rows with their labels.
struct drawn {
  explicit drawn(const request& r) : x(read_data(r)), labels(read_labels(r, x.rows())) {}
  auto data() const { return smelt::labelled(x, labels); }
  void keep(index rows) {
    y = table<float>(rows, x.cols());
    labels_out.resize(static_cast<std::size_t>(rows));
  }
  template <class Batch>
  void take(const Batch& b, index at) {
    std::memcpy(y.data() + at * x.cols(), b.x.data(), static_cast<std::size_t>(b.rows() * x.cols()) * sizeof(float));
    for (index i = 0; i < b.rows(); ++i) labels_out[static_cast<std::size_t>(at + i)] = b.y[i];
  }
  table<float> x;
  std::vector<std::int64_t> labels;
  table<float> y{};
  std::vector<std::int64_t> labels_out{};
  std::uint64_t epoch = 0;
  float seen = 0.0f;
};
inline void save_drawn(steps& made, const std::shared_ptr<drawn>& d) {
  made.save = [d](const std::string& path) {
    smelt::write_npy(d->y, path);
    smelt::write_npy(d->labels_out, path + ".ids.npy");
    d->y = table<float>();
  };
}

}  // namespace smelt_comparison
