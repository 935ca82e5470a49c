// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A few whole rows as doubles, in cache: where programs run that look across a row, and where
/// layouts other than row-major are turned.

#include <smelt/core/view.hpp>
#include <smelt/plan/program.hpp>
#include <smelt/policies/eigen/packet.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

namespace smelt::inline v0 {
namespace detail {
inline namespace SMELT_ISA {

/// True when the elements of a row lie next to each other.
template <class View>
inline constexpr bool rows_in_memory = false;
template <dense_view View>
inline constexpr bool rows_in_memory<View> = std::is_same_v<typename View::layout, row_major>;

/// True when the elements of a column lie next to each other.
template <class View>
inline constexpr bool columns_in_memory = false;
template <dense_view View>
inline constexpr bool columns_in_memory<View> =
    std::is_same_v<typename View::layout, column_major>;

/// Numbers of the columns that a packet begins with, or of one column.
struct numbers_at {
  const double* at;
  index pitch;
  template <class V>
  SMELT_INLINE V get(int k) const {
    if constexpr (std::is_same_v<V, double>)
      return at[k * pitch];
    else
      return load(at + k * pitch);
  }
};
/// Rows of doubles, `width()` apart, of which a program drops some.
class tile {
 public:
  static constexpr index most = 32;

  explicit tile(index cols)
      : cols_(cols), width_(padded_width(cols)), rows_(std::clamp<index>(own / width_, 1, most)) {
    if (width_ * rows_ > own) values_ = more_.emplace_back(padded(width_ * rows_)).data();
    if (width_ > own_terms) terms_ = more_.emplace_back(padded(width_)).data();
    std::fill_n(values_, width_ * rows_, 0.0);
  }
  tile(const tile&) = delete;
  tile& operator=(const tile&) = delete;

  /// Rows that fit.
  index capacity() const { return rows_; }
  double* row(index i) { return values_ + i * width_; }
  bool stays(index i) const { return stays_[i]; }

  /// Takes the given source rows in. Infinities that the program does not let in become missing,
  /// are counted, and will be missing when the tile is left.
  template <class Program, class View>
  void load_rows(const Program& p, const View& x, const index* rows, index n,
                 pass_status& status) {
    spoiled_.clear();
    std::fill_n(stays_, n, true);
    if constexpr (rows_in_memory<View>) {
      for (index i = 0; i < n; ++i) {
        const auto* from = x.data() + rows[i] * x.row_stride();
        double* to = row(i);
        index c = 0;
        for (; c + packet::size <= cols_; c += packet::size)
          Eigen::internal::pstoreu(to + c, load(from + c).value);
        for (; c < cols_; ++c) to[c] = static_cast<double>(from[c]);
      }
    } else {
      for (index c = 0; c < cols_; ++c)
        for (index i = 0; i < n; ++i) row(i)[c] = static_cast<double>(x(rows[i], c));
    }
    if constexpr (std::is_floating_point_v<typename View::value_type>) {
      for (index i = 0; i < n; ++i)
        if (spoiled_row(p, row(i)))
          for (index c = 0; c < cols_; ++c)
            if (refused<Program>(row(i)[c], numbers_of_column{p.numbers + c, p.pitch})) {
              status.infinite_at(x.first_row() + rows[i], c);
              spoiled_.emplace_back(i, c);
              row(i)[c] = missing_value<double>;
            }
    }
  }

  /// Runs a program on `n` rows, step by step. With `All`, rows that do not stay run on.
  template <bool All, class... Steps, class AtMark>
  void run(const program<Steps...>& p, const index* source_rows, const index* numbers, index n,
           AtMark&& at_mark) {
    auto one = [&](const auto& step) {
      using step_type = std::remove_cvref_t<decltype(step)>;
      if constexpr (is_mark<step_type>) {
        at_mark(step);
      } else {
        for (index i = 0; i < n; ++i)
          if (All || stays_[i]) run_step(p, step, source_rows[i], numbers[i], i);
      }
    };
    std::apply([&](const auto&... step) { (one(step), ...); }, p.steps);
    for (const auto& [i, c] : spoiled_) row(i)[c] = missing_value<double>;
  }

 private:
  static constexpr index own = 2048;
  static constexpr index own_terms = 1024;

  static std::vector<double> padded(index n) {
    return std::vector<double>(static_cast<std::size_t>(n));
  }

  template <class Program>
  bool spoiled_row(const Program& p, const double* values) const {
    packet_mask found = equal(packet(0.0), packet(1.0));
    for (index c = 0; c < p.pitch; c += packet::size)
      found = either(found, refused<Program>(load(values + c), numbers_at{p.numbers + c, p.pitch}));
    return any(found);
  }

  template <class Program, class Step>
  void run_step(const Program& p, const Step& step, index source_row, index number, index i) {
    const auto& op = step.op;
    using op_type = std::remove_cvref_t<decltype(op)>;
    const double* base = p.numbers + Step::offset * p.pitch;
    double* values = row(i);
    packet n[static_cast<std::size_t>(Step::numbers) + 1];
    auto numbers_of = [&](index c) {
      for (int k = 0; k < Step::numbers; ++k) n[k] = load(base + k * p.pitch + c);
      return static_cast<const packet*>(n);
    };
    if constexpr (keep_row_op<op_type>) {
      stays_[i] = op.keeps_row(source_row, number) && stays_[i];
    } else if constexpr (std::is_same_v<op_type, admit_op>) {
      return;
    } else if constexpr (value_op<op_type>) {
      for (index c = 0; c < p.pitch; c += packet::size)
        Eigen::internal::pstoreu(values + c, op.apply(load(values + c), numbers_of(c)).value);
    } else {
      for (index c = 0; c < p.pitch; c += packet::size)
        Eigen::internal::pstoreu(terms_ + c, op.term(load(values + c), numbers_of(c)).value);
      std::fill(terms_ + cols_, terms_ + width_, -0.0);
      const double total = halve_packets(op);
      if constexpr (keep_op<op_type>) {
        stays_[i] = op.keeps(total) && stays_[i];
      } else {
        const packet whole(op.finish(total));
        for (index c = 0; c < p.pitch; c += packet::size)
          Eigen::internal::pstoreu(values + c,
                                   op.apply(load(values + c), whole, numbers_of(c)).value);
      }
    }
  }
  /// The tree of `halve`, several elements at once.
  template <class Op>
  double halve_packets(const Op& op) {
    index half = width_ / 2;
    for (; half >= packet::size; half /= 2)
      for (index c = 0; c < half; c += packet::size)
        Eigen::internal::pstoreu(terms_ + c,
                                 op.combine(load(terms_ + c), load(terms_ + c + half)).value);
    return halve(op, terms_, half * 2);
  }

  index cols_;
  index width_;
  index rows_;
  alignas(64) double own_values_[own];
  alignas(64) double own_terms_[own_terms];
  double* values_ = own_values_;
  double* terms_ = own_terms_;
  bool stays_[most] = {};
  std::vector<std::vector<double>> more_;
  std::vector<std::pair<index, index>> spoiled_;
};

}  // namespace SMELT_ISA
}  // namespace detail
}  // namespace smelt::inline v0
