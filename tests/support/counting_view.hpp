// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A view that counts how often each of its elements is read. It is not dense: a policy can reach
/// an element only through the call that counts.

#include <smelt/core/table.hpp>

#include <atomic>
#include <cstddef>
#include <memory>  // std::shared_ptr
#include <span>
#include <string>
#include <vector>

namespace smelt_test {

/// Loads of each element of a table; copies of the view share them, threads may read at once.
class load_counts {
 public:
  load_counts(smelt::index rows, smelt::index cols)
      : cols_(cols), loads_(static_cast<std::size_t>(rows * cols)) {}

  void note(smelt::index r, smelt::index c) { at(r, c).fetch_add(1, std::memory_order_relaxed); }
  int of(smelt::index r, smelt::index c) { return at(r, c).load(std::memory_order_relaxed); }
  void clear() {
    for (auto& n : loads_) n.store(0, std::memory_order_relaxed);
  }

 private:
  std::atomic<int>& at(smelt::index r, smelt::index c) {
    return loads_.at(static_cast<std::size_t>(r * cols_ + c));
  }

  smelt::index cols_;
  std::vector<std::atomic<int>> loads_;
};

/// Reads a table of `T`, which must outlive the view.
template <class T>
class counting_view {
 public:
  using value_type = T;
  using space = smelt::host;

  explicit counting_view(const smelt::table<T>& from)
      : from_(&from), loads_(std::make_shared<load_counts>(from.rows(), from.cols())) {}

  smelt::index rows() const { return from_->rows(); }
  smelt::index cols() const { return from_->cols(); }
  smelt::index first_row() const { return 0; }
  smelt::index total_rows() const { return rows(); }
  std::span<const std::string> names() const { return from_->names(); }
  T operator()(smelt::index r, smelt::index c) const {
    loads_->note(r, c);
    return (*from_)(r, c);
  }

  /// How often element (r, c) was read since the last `clear`.
  int loads(smelt::index r, smelt::index c) const { return loads_->of(r, c); }
  void clear() const { loads_->clear(); }

  /// Elements whose loads are not `expected(r, c)`.
  template <class Expected>
  smelt::index otherwise_than(const Expected& expected) const {
    smelt::index wrong = 0;
    for (smelt::index r = 0; r < rows(); ++r)
      for (smelt::index c = 0; c < cols(); ++c) wrong += loads(r, c) != expected(r, c);
    return wrong;
  }

 private:
  const smelt::table<T>* from_;
  std::shared_ptr<load_counts> loads_;
};

static_assert(smelt::view<counting_view<float>> && !smelt::dense_view<counting_view<float>>);

}  // namespace smelt_test
