// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A row in the registers of a group of neighbouring threads: four values in each, those of the
/// columns `place`, `place + size`, `place + 2 size`, ... . So the halving tree of row sums is
/// first one of registers, then of the lanes of a warp, and of shared memory only between warps.

#include <smelt/core/reciprocal.hpp>
#include <smelt/policies/cuda/infinities.hpp>

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
    for (unsigned by = static_cast<unsigned>(width) / 2; by > 0; by /= 2) {
      const double other = ctx_.across(total, static_cast<int>(by));
      total = (static_cast<unsigned>(place) & by) == 0 ? op.combine(total, other) : op.combine(other, total);
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
        held_[k] = column_numbers<program_type>(program, numbers, own_column(k));
  }

  /// Takes the values `read(c)` of the row. Where infinities are refused, `refuse(bad)` is called once: bit
  /// k of `bad` is set for that in `column(k)`. Without `here` there is no row.
  template <class T, class Read, class Refuse>
  SMELT_HD void load(bool here, Read&& read, Refuse&& refuse) {
    stays_ = here;
    refused_ = 0;
    if (!here) return;
    bool some = false;
    for (int k = 0; k < held_values; ++k) {
      const T from = read(own_column(k));
      some |= suspect<program_type>(from);
      values_[k] = widened(from);
    }
    if (!some) return;
    for (int k = 0; k < held_values; ++k)
      if (column(k) < cols_ && refused_at(k)) {
        refused_ |= 1u << k;
        values_[k] = missing_value<double>;
      }
    refuse(refused_);
  }

  /// Runs all steps, also those after the one at which a row leaves.
  SMELT_HD void run(index source, index number) {
    int at = 0;  // of a step's numbers, among those of all
    program_.steps.each([&](const auto& step) {
      run_step(step, source, number, at);
      at += std::remove_cvref_t<decltype(step)>::numbers;
    });
    if (refused_ == 0) return;
    for (int k = 0; k < held_values; ++k)
      if ((refused_ >> k & 1u) != 0) values_[k] = missing_value<double>;
  }

  SMELT_HD bool stays() const { return stays_; }
  /// Calls `f(c, value)` for the columns of this thread.
  template <class F>
  SMELT_HD void each(F&& f) const {
    for (int k = 0; k < held_values; ++k)
      if (column(k) < cols_) f(column(k), values_[k]);
  }
  /// The column of value k; beside the row from `cols` on.
  SMELT_HD int column(int k) const { return group_.place + k * group_.size; }

 private:
  /// A thread stays in its columns: where their numbers are few, registers hold them for all its rows.
  static constexpr bool holds_numbers = numbers_in<program_type> * held_values <= 16;

  /// The same, of the row: what lies beside it is computed too, from the first column, and is not asked for.
  SMELT_HD int own_column(int k) const { return column(k) < cols_ ? column(k) : 0; }
  SMELT_HD bool refused_at(int k) const {
    if constexpr (holds_numbers)
      return refused<program_type>(values_[k], held_[k]);
    else
      return refused<program_type>(values_[k], numbers_of_column{numbers_ + column(k), program_.pitch});
  }

  template <class Step>
  SMELT_HD void run_step(const Step& step, index source, index number, [[maybe_unused]] int at) {
    const auto& op = step.op;
    using op_type = std::remove_cvref_t<decltype(op)>;
    constexpr int numbers = Step::numbers;
    auto each_value = [&](auto&& f) {
      for (int k = 0; k < held_values; ++k) {
        if constexpr (holds_numbers) {
          f(k, static_cast<const double*>(held_[k].at + at));
        } else {
          double n[static_cast<std::size_t>(numbers) + 1];
          for (int i = 0; i < numbers; ++i)
            n[i] = numbers_[static_cast<std::ptrdiff_t>(Step::offset + i) * program_.pitch + own_column(k)];
          f(k, static_cast<const double*>(n));
        }
      }
    };
    if constexpr (is_admit<op_type>) {
      // `load` has asked it.
    } else if constexpr (keep_row_op<op_type>) {
      stays_ = stays_ && op.keeps_row(source, number);
    } else if constexpr (value_op<op_type>) {
      each_value([&](int k, const double* n) { values_[k] = op.apply(values_[k], n); });
    } else {
      double terms[held_values];
      each_value([&](int k, const double* n) {
        terms[k] = where(column(k) < cols_, op.term(values_[k], n), -0.0);
      });
      const double total = group_.halve(op, terms);
      if constexpr (keep_op<op_type>) {
        stays_ = stays_ && op.keeps(total);
      } else {
        const double whole = op.finish(total);
        if constexpr (requires(const double* n) { op.divided(whole, whole, n); }) {
          const reciprocal share(whole);
          double quotients[held_values];
          bool odd = !share.known();
          for (int k = 0; k < held_values; ++k) {
            quotients[k] = share(values_[k]);
            odd |= !share.divides(values_[k]);
          }
          if (odd)
            for (int k = 0; k < held_values; ++k) quotients[k] = divide(values_[k], whole);
          each_value([&](int k, const double* n) { values_[k] = op.divided(values_[k], quotients[k], n); });
        } else {
          each_value([&](int k, const double* n) { values_[k] = op.apply(values_[k], whole, n); });
        }
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
