// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// An oracle for whole chains: one plain loop a stage, over a full table in memory, in 64 bits. It
/// shares no arithmetic, no plan and no policy with smelt. Beside each value it carries a bound on
/// how far an evaluation in double may lie from it, by the running error analysis of textbooks
/// (Higham, "Accuracy and Stability of Numerical Algorithms", section 3.3): so a comparison states
/// what it demands, and no tolerance is tuned to what came out.

#include <algorithm>  // std::max
#include <cmath>      // std::abs, std::sqrt, std::nextafter
#include <cstddef>    // std::size_t
#include <limits>
#include <memory>  // std::unique_ptr
#include <string>
#include <utility>
#include <vector>

namespace oracle {

using real = long double;
static_assert(std::numeric_limits<real>::digits >= 64, "the oracle needs a wider type than double");

inline real size(real x) { return std::abs(x); }
inline bool absent(real x) { return x != x; }
inline double rounded(real x) { return static_cast<double>(x); }
inline constexpr real nothing = std::numeric_limits<real>::quiet_NaN();

/// A sum that keeps what each addition loses (Neumaier 1974), so that any number of terms costs two
/// roundings.
class exact_sum {
 public:
  void add(real x) {
    const real sum = sum_ + x;
    lost_ += size(sum_) >= size(x) ? (sum_ - sum) + x : (x - sum) + sum_;
    sum_ = sum;
  }
  real value() const { return sum_ + lost_; }

 private:
  real sum_ = 0;
  real lost_ = 0;
};

/// The unit roundoff of double.
inline constexpr double unit = 0x1p-53;

/// A value, and how far a double evaluation of it may lie away.
struct cell {
  real value = 0;
  double error = 0.0;
};

/// A table in memory.
class sheet {
 public:
  sheet(std::size_t rows, std::size_t cols) : rows_(rows), cols_(cols), cells_(rows * cols) {}
  /// `read(r, c)` is the source value, missing as NaN.
  template <class Read>
  static sheet of(std::size_t rows, std::size_t cols, Read&& read) {
    sheet made(rows, cols);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < cols; ++c) made(r, c).value = static_cast<real>(read(r, c));
    return made;
  }
  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }
  cell& operator()(std::size_t r, std::size_t c) { return cells_[r * cols_ + c]; }
  const cell& operator()(std::size_t r, std::size_t c) const { return cells_[r * cols_ + c]; }

  /// The given rows, in the given order.
  template <class Numbers>
  sheet pick_rows(const Numbers& which) const {
    sheet made(which.size(), cols_);
    for (std::size_t r = 0; r < made.rows_; ++r)
      for (std::size_t c = 0; c < cols_; ++c)
        made(r, c) = (*this)(static_cast<std::size_t>(which[r]), c);
    return made;
  }
  sheet pick_columns(const std::vector<std::size_t>& which) const {
    sheet made(rows_, which.size());
    for (std::size_t r = 0; r < rows_; ++r)
      for (std::size_t c = 0; c < made.cols_; ++c) made(r, c) = (*this)(r, which[c]);
    return made;
  }
  /// Calls `f(cell, column)` for each value that is present.
  template <class F>
  void each(F&& f) {
    for (std::size_t r = 0; r < rows_; ++r)
      for (std::size_t c = 0; c < cols_; ++c)
        if (!absent((*this)(r, c).value)) f((*this)(r, c), c);
  }

 private:
  std::size_t rows_;
  std::size_t cols_;
  std::vector<cell> cells_;
};

/// Statistics of a column, or of several as one, each with its bound.
struct facts {
  double count = 0.0;
  real mean = nothing;
  real m2 = nothing;
  real lowest = nothing;
  real highest = nothing;
  double error = 0.0;       // the largest of the values
  double mean_error = 0.0;  // of the mean
  double loss = 0.0;        // relative, of the deviation by its own arithmetic

  bool none() const { return count == 0.0; }
  bool constant() const { return lowest == highest; }
  real deviation(int ddof) const {
    const double freedom = count - ddof;
    return freedom > 0.0 ? std::sqrt(m2 / static_cast<real>(freedom)) : 0;
  }
  double deviation_error(int ddof) const {
    const double wider = std::sqrt(count / (count - ddof));
    return (error + mean_error) * wider + rounded(deviation(ddof)) * loss;
  }
};

/// Two passes. Smelt's sums take values minus a data value of the column, one after another in a
/// lane for at most 128 rows and then over at most 64 levels of a tree: no term meets more than 200
/// roundings, and no shifted value exceeds the range. The sum of squares is at most `spread` times
/// M2.
inline facts measure(const sheet& x, std::size_t first, std::size_t last) {
  facts f;
  exact_sum sum;
  exact_sum squares;
  for (std::size_t c = first; c < last; ++c)
    for (std::size_t r = 0; r < x.rows(); ++r) {
      const cell& at = x(r, c);
      if (absent(at.value)) continue;
      f.count += 1.0;
      sum.add(at.value);
      f.error = std::max(f.error, at.error);
      if (f.count == 1.0 || at.value < f.lowest) f.lowest = at.value;
      if (f.count == 1.0 || at.value > f.highest) f.highest = at.value;
    }
  if (f.none()) return f;
  const real n = static_cast<real>(f.count);
  f.mean = f.constant() ? f.lowest : sum.value() / n;
  f.m2 = 0;
  // The mean of equal values is that value, without rounding.
  f.mean_error = f.error;
  if (f.constant()) return f;
  f.mean_error += unit * (2.0 * rounded(size(f.mean)) + 200.0 * rounded(f.highest - f.lowest));
  for (std::size_t c = first; c < last; ++c)
    for (std::size_t r = 0; r < x.rows(); ++r)
      if (!absent(x(r, c).value)) squares.add((x(r, c).value - f.mean) * (x(r, c).value - f.mean));
  f.m2 = squares.value();
  const real furthest =
      f.highest - f.mean > f.mean - f.lowest ? f.highest - f.mean : f.mean - f.lowest;
  const double spread = 1.0 + rounded(4 * furthest * furthest * n / f.m2);
  f.loss = unit * (300.0 * spread + 4.0);
  return f;
}

struct stage {
  virtual ~stage() = default;
  virtual void learn(const sheet&) {}
  virtual void apply(sheet& x) const = 0;
};

/// A number that stands for a missing value.
struct sentinel : stage {
  double number;
  explicit sentinel(double n) : number(n) {}
  void apply(sheet& x) const override {
    const auto narrow = static_cast<real>(static_cast<float>(number));
    x.each([&](cell& at, std::size_t) {
      if (at.value == number || at.value == narrow) at.value = nothing;
    });
  }
};

struct infinity_missing : stage {
  void apply(sheet& x) const override {
    const auto far = static_cast<real>(std::numeric_limits<double>::infinity());
    x.each([&](cell& at, std::size_t) {
      if (size(at.value) == far) at.value = nothing;
    });
  }
};

/// Missing values of all columns, or of the first `cols`, become a constant.
struct fill_constant : stage {
  double number;
  std::size_t cols;
  explicit fill_constant(double n, std::size_t first_cols = std::size_t(-1))
      : number(n), cols(first_cols) {}
  void apply(sheet& x) const override {
    for (std::size_t r = 0; r < x.rows(); ++r)
      for (std::size_t c = 0; c < x.cols() && c < cols; ++c)
        if (absent(x(r, c).value)) x(r, c) = {number, 0.0};
  }
};

/// A stage with statistics of each column.
struct learning_stage : stage {
  std::vector<facts> columns;
  bool whole_table = false;
  void learn(const sheet& x) override {
    columns.clear();
    for (std::size_t c = 0; c < x.cols(); ++c)
      columns.push_back(whole_table ? (c == 0 ? measure(x, 0, x.cols()) : columns[0])
                                    : measure(x, c, c + 1));
  }
};

struct fill_mean : learning_stage {
  void apply(sheet& x) const override {
    for (std::size_t r = 0; r < x.rows(); ++r)
      for (std::size_t c = 0; c < x.cols(); ++c)
        if (absent(x(r, c).value)) x(r, c) = {columns[c].mean, columns[c].mean_error};
  }
};

struct clip : stage {
  double low;
  double high;
  clip(double a, double b) : low(a), high(b) {}
  void apply(sheet& x) const override {
    x.each([&](cell& at, std::size_t) {
      const real past = at.value < low ? low - at.value : at.value > high ? at.value - high : 0;
      if (past > 0) at.value = static_cast<real>(at.value > high ? high : low);
      if (rounded(past) > at.error) at.error = 0.0;
    });
  }
};

/// y = (x - from) / by + to: bounds of `from` and `by` and of five roundings.
inline void line(cell& at, cell from, cell by, real to) {
  const real away = at.value - from.value;
  const real y = away / by.value;
  const double sum = at.error + from.error + unit * rounded(size(away));
  const double relative = by.error / rounded(by.value) + 5.0 * unit;
  at = {y + to, sum / rounded(by.value) + rounded(size(y)) * relative +
                    2.0 * unit * rounded(size(y) + size(to))};
}

struct standardize : learning_stage {
  int ddof;
  bool centre;
  bool scale;
  explicit standardize(int d = 0, bool centred = true, bool scaled = true, bool table = false)
      : ddof(d), centre(centred), scale(scaled) {
    whole_table = table;
  }
  void apply(sheet& x) const override {
    x.each([&](cell& at, std::size_t c) {
      const facts& f = columns[c];
      if (f.none()) {
        at.value = nothing;
        return;
      }
      const bool flat = !scale || f.constant() || !(f.count > ddof);
      const cell by = flat ? cell{1, 0.0} : cell{f.deviation(ddof), f.deviation_error(ddof)};
      line(at, centre ? cell{f.mean, f.mean_error} : cell{0, 0.0}, by, 0);
    });
  }
};

struct min_max : learning_stage {
  double low;
  double high;
  min_max(double a, double b) : low(a), high(b) {}
  void apply(sheet& x) const override {
    x.each([&](cell& at, std::size_t c) {
      const facts& f = columns[c];
      if (f.none()) {
        at.value = nothing;
        return;
      }
      const real rise = high - low;
      const real range = f.highest - f.lowest;
      const cell by = f.constant()
                          ? cell{1, 0.0}
                          : cell{range / rise, rounded((2 * static_cast<real>(f.error) +
                                                        range * static_cast<real>(2 * unit)) /
                                                       rise)};
      line(at, {f.lowest, f.error}, by, low);
    });
  }
};

struct max_abs : learning_stage {
  void apply(sheet& x) const override {
    x.each([&](cell& at, std::size_t c) {
      const facts& f = columns[c];
      const real most = f.none() ? 0 : std::max(size(f.lowest), size(f.highest));
      // A run of lines is joined into one, whose parts may be 3 times as large as its result.
      line(at, {0, 0.0}, most > 0 ? cell{most, f.error} : cell{1, 0.0}, 0);
      at.error += 8.0 * unit;
    });
  }
};

/// Rows over their length: 1 the sum of sizes, 2 the root of the sum of squares, 0 the largest.
struct row_norm : stage {
  int power;
  explicit row_norm(int p) : power(p) {}
  void apply(sheet& x) const override {
    for (std::size_t r = 0; r < x.rows(); ++r) {
      real total = 0;
      double error = 0.0;
      for (std::size_t c = 0; c < x.cols(); ++c) {
        const cell& at = x(r, c);
        if (absent(at.value)) continue;
        const real term = power == 2 ? at.value * at.value : size(at.value);
        total = power == 0 ? std::max(total, term) : total + term;
        error = power == 0 ? std::max(error, at.error) : error + at.error;
      }
      if (power == 2) total = std::sqrt(total);
      const cell by = total > 0 ? cell{total, error + 70.0 * unit * rounded(total)} : cell{1, 0.0};
      for (std::size_t c = 0; c < x.cols(); ++c)
        if (!absent(x(r, c).value)) line(x(r, c), {0, 0.0}, by, 0);
    }
  }
};

/// Rows leave: with any missing value, or with a value outside bounds.
struct drop_rows : stage {
  bool missing;
  double low;
  double high;
  drop_rows(bool any_missing, double a, double b) : missing(any_missing), low(a), high(b) {}
  void apply(sheet& x) const override {
    std::vector<std::size_t> kept;
    for (std::size_t r = 0; r < x.rows(); ++r) {
      bool stays = true;
      for (std::size_t c = 0; c < x.cols(); ++c) {
        const real v = x(r, c).value;
        if (absent(v) ? missing : v < low || v > high) stays = false;
      }
      if (stays) kept.push_back(r);
    }
    x = x.pick_rows(kept);
  }
};

struct drop_constant_columns : learning_stage {
  void apply(sheet& x) const override {
    std::vector<std::size_t> kept;
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (!columns[c].none() && !columns[c].constant()) kept.push_back(c);
    x = x.pick_columns(kept);
  }
};

/// Stages, each learned from what the one before it made of the whole table.
class chain {
 public:
  template <class Stage>
  chain& then(Stage s) {
    stages_.push_back(std::make_unique<Stage>(std::move(s)));
    return *this;
  }
  chain& fit(sheet x) {
    for (auto& s : stages_) {
      s->learn(x);
      s->apply(x);
    }
    return *this;
  }
  sheet transform(sheet x) const {
    for (const auto& s : stages_) s->apply(x);
    return x;
  }

 private:
  std::vector<std::unique_ptr<stage>> stages_;
};

/// What a comparison found.
struct verdict {
  std::string problem;  // empty: every element lies within its bound
  double share = 0.0;   // the largest difference over its bound
  double bound = 0.0;   // the largest bound of the arithmetic, over the largest value of its column
                        // (over 0.001 in a column of smaller values)
};

/// Compares `at(r, c)` of type T with the oracle: within the carried bound and one rounding to T.
template <class T, class At>
verdict compare(const sheet& expected, std::size_t rows, std::size_t cols, At&& at) {
  verdict found;
  if (rows != expected.rows() || cols != expected.cols()) {
    found.problem = std::to_string(rows) + " x " + std::to_string(cols) + " elements instead of " +
                    std::to_string(expected.rows()) + " x " + std::to_string(expected.cols());
    return found;
  }
  std::vector<real> largest(cols, static_cast<real>(0.001));
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c)
      if (!absent(expected(r, c).value))
        largest[c] = std::max(largest[c], size(expected(r, c).value));
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < cols; ++c) {
      const cell& want = expected(r, c);
      const T got = at(r, c);
      const bool lost = got != got;
      bool fits = absent(want.value) == lost;
      if (fits && !lost) {
        const double error = 1.01 * want.error;
        const T magnitude = static_cast<T>(rounded(size(want.value)) + error);
        const T above = std::nextafter(magnitude, std::numeric_limits<T>::infinity());
        const double bound = error + 0.51 * static_cast<double>(above - magnitude);
        const double off = rounded(size(static_cast<real>(got) - want.value));
        fits = off <= bound;
        found.share = std::max(found.share, off / bound);
        found.bound = std::max(found.bound, error / rounded(largest[c]));
      }
      if (!fits && found.problem.empty())
        found.problem = "row " + std::to_string(r) + ", column " + std::to_string(c) + ": " +
                        std::to_string(static_cast<double>(got)) + " instead of " +
                        std::to_string(rounded(want.value)) + ", bound " +
                        std::to_string(want.error);
    }
  return found;
}

}  // namespace oracle
