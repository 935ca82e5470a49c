// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer `eigen`: the same works as someone writes them who knows Eigen well. Arrays of whole blocks, so
/// that every expression is made of packets; no broadcasts and no `select`, which Eigen 3.4 does one number
/// at a time: what is missing becomes 0 as max(x, 0) + min(x, 0), which take the number where the other is
/// NaN.

#include "host_task.hpp"
#include "peers.hpp"

#include <Eigen/Core>

namespace smelt_comparison {
namespace {

using array = Eigen::ArrayXf;
using in_array = Eigen::Map<const array>;
using out_array = Eigen::Map<array>;
// Of a number and NaN, in this order, the number: on x86 that is the instruction, elsewhere it is asked for.
#if defined(__SSE2__)
constexpr int rule = Eigen::PropagateFast;
#else
constexpr int rule = Eigen::PropagateNumbers;
#endif
using larger = Eigen::internal::scalar_max_op<float, float, rule>;
using smaller = Eigen::internal::scalar_min_op<float, float, rule>;

/// Numbers stay, NaN becomes 0.
template <class X>
auto or_zero(const X& x) {
  const auto zero = X::PlainObject::Zero(x.size());
  return zero.binaryExpr(x, larger()) + zero.binaryExpr(x, smaller());
}
in_array head(const smelt::buffer<float>& numbers, index n) { return in_array(numbers.data(), n); }

struct with_eigen {
  static void scale(const flat_numbers& p, const float* x, float* y, index n, bool) {
    for (index at = 0; at < n; at += p.period) {
      const index m = std::min(p.period, n - at);
      const auto scaled = ((in_array(x + at, m) - head(p.mean, m)) * head(p.slope, m)).eval();
      out_array(y + at, m) = (or_zero(scaled) + head(p.offset, m)).max(p.low).min(p.high);
    }
  }

  static void norm(const flat_numbers& p, const float* x, float* y, index rows, bool) {
    for (index at = 0; at < rows; at += p.repeats) {
      const index n = std::min(p.repeats, rows - at);
      const index m = n * p.cols;
      const auto mean = head(p.mean, m);
      const array away = in_array(x + at * p.cols, m) - mean;
      out_array block(y + at * p.cols, m);
      block = or_zero(away) + mean;
      for (index r = 0; r < n; ++r) {
        auto row = block.segment(r * p.cols, p.cols);
        const float size = row.matrix().norm();
        if (size > 0.0f) row *= 1.0f / size;
      }
    }
  }

  static bool any_missing(const float* x, index cols) { return in_array(x, cols).hasNaN(); }

  class fold {
   public:
    fold(const flat_numbers& p, const std::vector<float>& shift)
        : cols_(p.cols), period_(p.period), shift_(period_), sums_(shift.size()) {
      for (index i = 0; i < period_; ++i) shift_[i] = shift[static_cast<std::size_t>(i % cols_)];
      clear();
    }
    void add(const float* x, index rows) {
      int taken = 0;
      for (index at = 0; at < rows * cols_; at += period_) {
        const index n = std::min(period_, rows * cols_ - at);
        const in_array v(x + at, n);
        const array away = v - shift_.head(n);
        const array d = or_zero(away);
        sum_.head(n) += d;
        square_.head(n) += d * d;
        // 1 where there is a number: of (NaN, 0) the larger is 0.
        present_.head(n) += array::Zero(n).binaryExpr(away * 0.0f + 1.0f, larger());
        low_.head(n) = low_.head(n).binaryExpr(v, smaller());
        high_.head(n) = high_.head(n).binaryExpr(v, larger());
        if (++taken % 256 == 0) flush();
      }
      flush();
    }
    void merge_into(std::vector<column_sums>& all) const {
      for (std::size_t c = 0; c < all.size(); ++c) {
        all[c].sum += sums_[c].sum;
        all[c].square += sums_[c].square;
        all[c].present += sums_[c].present;
        all[c].low = std::min(all[c].low, sums_[c].low);
        all[c].high = std::max(all[c].high, sums_[c].high);
      }
    }

   private:
    void clear() {
      sum_ = square_ = present_ = array::Zero(period_);
      low_ = array::Constant(period_, smelt::infinite_value<float>);
      high_ = -low_;
    }
    void flush() {
      for (index first = 0; first < period_; first += cols_)
        for (index c = 0; c < cols_; ++c) {
          const index i = first + c;
          auto& s = sums_[static_cast<std::size_t>(c)];
          s.sum += static_cast<double>(sum_[i]);
          s.square += static_cast<double>(square_[i]);
          s.present += static_cast<double>(present_[i]);
          s.low = std::min(s.low, low_[i]);
          s.high = std::max(s.high, high_[i]);
        }
      clear();
    }

    index cols_;
    index period_;
    array shift_;
    array sum_{}, square_{}, present_{}, low_{}, high_{};
    std::vector<column_sums> sums_;
  };
};

}  // namespace

made_task eigen_task(const request& r) { return host_task<with_eigen>(r); }

}  // namespace smelt_comparison
