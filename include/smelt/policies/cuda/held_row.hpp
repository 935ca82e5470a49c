// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A row in the registers of a group of neighbouring threads: four values in each, those of the
/// columns `place`, `place + size`, `place + 2 size`, ... . So the halving tree of row sums is
/// first one of registers, then of the lanes of a warp, and of shared memory only between warps.

#include <smelt/policies/cuda/block.hpp>
#include <smelt/policies/cuda/steps.hpp>

namespace smelt::inline v0 {
namespace detail {

/// Values of a row that a thread holds: with eight, ptxas runs out of registers.
inline constexpr int held_values = 4;

/// The threads of a block in groups of `size`, a power of two.
template <class Context>
class row_group {
 public:
  /// `exchange`: a double for each thread of the block, where groups are larger than a warp.
  SMELT_HD row_group(Context& ctx, int group_size, double* exchange)
      : size(group_size),
        place(ctx.thread() & (group_size - 1)),
        number(ctx.thread() / group_size),
        count(ctx.threads() / group_size),
        ctx_(ctx),
        exchange_(exchange) {}

  const int size;
  const int place;   // of this thread in its group
  const int number;  // of this group; `count` and more: too few threads for a group
  const int count;   // of groups

  /// The tree of `halve` over the terms of a group; all its threads get the total. All threads of
  /// the block call it together.
  template <class Op>
  SMELT_HD double halve(const Op& op, double (&terms)[held_values]) {
    for (int half = held_values / 2; half > 0; half /= 2)
      for (int k = 0; k < half; ++k) terms[k] = op.combine(terms[k], terms[k + half]);
    double total = terms[0];
    int width = size;
    if (width > Context::warp) {
      double* const mine = exchange_ + ctx_.thread();
      ctx_.sync();  // nobody is at the terms before
      ctx_.put(mine, total);
      for (; width > Context::warp; width /= 2) {
        ctx_.sync();
        // Threads that make no group have no neighbours to look at.
        if (number < count && place < width / 2)
          ctx_.put(mine, op.combine(ctx_.get(mine), ctx_.get(mine + width / 2)));
      }
      ctx_.sync();
      total = ctx_.get(mine - place + place % Context::warp);
    }
    for (int by = width / 2; by > 0; by /= 2) {
      const double other = ctx_.across(total, by);
      total = (place & by) == 0 ? op.combine(total, other) : op.combine(other, total);
    }
    return total;
  }

 private:
  Context& ctx_;
  double* exchange_;
};

/// One row of a program, or none: then its threads only keep the others company.
template <class Context, class Program>
class held_row {
 public:
  using program_type = typename Program::type;

  /// `cols` of its columns, and the numbers of the first of them.
  SMELT_HD held_row(row_group<Context>& group, const Program& program, const double* numbers, int cols)
      : group_(group), program_(program), numbers_(numbers), cols_(cols) {
    if constexpr (holds_numbers)
      for (int k = 0; k < held_values; ++k)
        held_[k] = column_numbers<program_type>(program, numbers, column(k) < cols ? column(k) : 0);
  }

  /// Takes the values `read(c)` of the row. Where infinities are refused, `refuse(n, c)` is called once:
  /// they are n, the first of them in column c. Without `here` there is no row.
  template <class T, class Read, class Refuse>
  SMELT_HD void load(bool here, Read&& read, Refuse&& refuse) {
    stays_ = here;
    refused_ = 0;
    for (int k = 0; k < held_values; ++k) {
      const int c = column(k);
      if (!here || c >= cols_) continue;
      values_[k] = widened(read(c));
      if constexpr (has_infinity<T>)
        if (refused_at(k, c)) {
          refused_ |= 1u << k;
          values_[k] = missing_value<double>;
        }
    }
    if (refused_ != 0) refuse(ones_in(refused_), column(lowest_one(refused_)));
  }

  /// Runs all steps, also those after the one at which a row leaves.
  SMELT_HD void run(index source, index number) {
    int at = 0;  // of a step's numbers, among those of all
    program_.steps.each([&](const auto& step) {
      run_step(step, source, number, at);
      at += std::remove_cvref_t<decltype(step)>::numbers;
    });
  }

  SMELT_HD bool stays() const { return stays_; }
  /// Calls `f(c, value)` for the columns of this thread.
  template <class F>
  SMELT_HD void each(F&& f) const {
    for (int k = 0; k < held_values; ++k)
      if (column(k) < cols_)
        f(column(k), (refused_ >> k & 1u) != 0 ? missing_value<double> : values_[k]);
  }

 private:
  /// A thread stays in its columns: where their numbers are few, registers hold them for all its rows.
  static constexpr bool holds_numbers = numbers_in<program_type> * held_values <= 16;

  SMELT_HD int column(int k) const { return group_.place + k * group_.size; }
  SMELT_HD bool refused_at(int k, [[maybe_unused]] int c) const {
    if constexpr (holds_numbers)
      return refused<program_type>(values_[k], held_[k]);
    else
      return refused<program_type>(values_[k], numbers_of_column{numbers_ + c, program_.pitch});
  }

  template <class Step>
  SMELT_HD void run_step(const Step& step, index source, index number, [[maybe_unused]] int at) {
    const auto& op = step.op;
    using op_type = std::remove_cvref_t<decltype(op)>;
    constexpr int numbers = Step::numbers;
    auto each_value = [&](auto&& f) {
      for (int k = 0; k < held_values; ++k) {
        const int c = column(k);
        if (c >= cols_) continue;
        if constexpr (holds_numbers) {
          f(k, static_cast<const double*>(held_[k].at + at));
        } else {
          double n[static_cast<std::size_t>(numbers) + 1];
          for (int i = 0; i < numbers; ++i)
            n[i] = numbers_[static_cast<std::ptrdiff_t>(Step::offset + i) * program_.pitch + c];
          f(k, static_cast<const double*>(n));
        }
      }
    };
    if constexpr (std::is_same_v<op_type, admit_op> || std::is_same_v<op_type, admit_all_op>) {
      // `load` has asked it.
    } else if constexpr (keep_row_op<op_type>) {
      stays_ = stays_ && op.keeps_row(source, number);
    } else if constexpr (value_op<op_type>) {
      each_value([&](int k, const double* n) { values_[k] = op.apply(values_[k], n); });
    } else {
      double terms[held_values];
      for (int k = 0; k < held_values; ++k) terms[k] = -0.0;
      each_value([&](int k, const double* n) { terms[k] = op.term(values_[k], n); });
      const double total = group_.halve(op, terms);
      if constexpr (keep_op<op_type>) {
        stays_ = stays_ && op.keeps(total);
      } else {
        const double whole = op.finish(total);
        each_value([&](int k, const double* n) { values_[k] = op.apply(values_[k], whole, n); });
      }
    }
  }

  row_group<Context>& group_;
  const Program& program_;
  const double* numbers_;
  int cols_;
  column_numbers<program_type> held_[holds_numbers ? held_values : 1];
  double values_[held_values] = {};
  unsigned refused_ = 0;
  bool stays_ = false;
};

}  // namespace detail
}  // namespace smelt::inline v0
