// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Programs: what a policy runs. A program is a list of steps (ops, and marks at which a fold
/// takes its statistics) with the learned numbers they read; a policy knows no stage, only these.

#include <smelt/plan/plan.hpp>
#include <smelt/statistics/tally.hpp>

#include <bit>  // std::bit_ceil
#include <tuple>
#include <type_traits>

namespace smelt::inline v0 {

/// One op; its numbers are the rows `Offset`, `Offset + 1`, ... of the number table.
template <class Op, int Offset>
struct op_step {
  static constexpr int offset = Offset;
  static constexpr int numbers = Op::numbers;
  Op op;
};

/// The values at this point of the program are folded into slot number `Slot`.
template <int Slot, class... S>
struct mark_step {
  static constexpr int slot = Slot;
};

/// A function of one value and a few numbers of its column.
template <class Op>
concept value_op = requires(const Op& op, double x, const double* n) {
  { op.apply(x, n) } -> std::same_as<double>;
};

/// A reduction over the row, then a function of each value and the result. `term` is a value's
/// part, `combine` joins two, `finish` makes the number that `apply` reads. Where that divides by it, the
/// op may have `divided(x, quotient, n)`, which is apply(x, whole, n) where quotient is divide(x, whole): a
/// device then makes the quotients of a row by one reciprocal, with the same bits.
template <class Op>
concept across_op = requires(const Op& op, double x, const double* n) {
  { op.term(x, n) } -> std::same_as<double>;
  { op.combine(x, x) } -> std::same_as<double>;
  { op.finish(x) } -> std::same_as<double>;
  { op.apply(x, x, n) } -> std::same_as<double>;
};

/// A reduction over the row, then yes or no: the row stays or leaves.
template <class Op>
concept keep_op = requires(const Op& op, double x, const double* n) {
  { op.term(x, n) } -> std::same_as<double>;
  { op.combine(x, x) } -> std::same_as<double>;
  { op.keeps(x) } -> std::same_as<bool>;
};

/// Yes or no by the row's place alone: its row in the source, and its number in the part at hand.
template <class Op>
concept keep_row_op = requires(const Op& op, index row, index number) {
  { op.keeps_row(row, number) } -> std::same_as<bool>;
};

/// Leads a program that lets infinities in, in the columns where its number is not zero. Elsewhere,
/// and in programs without it, an infinite input is reported and written as missing.
struct admit_op {
  static constexpr int numbers = 1;
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V*) const {
    return x;
  }
  SMELT_HD double invert(double y, const double*) const { return y; }
};

/// Leads a program that lets infinities in, in every column.
struct admit_all_op {
  static constexpr int numbers = 0;
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V apply(V x, const V*) const {
    return x;
  }
};

/// What a program without numbers points to. It is never read; counting on from a null pointer sanitizers
/// take for a mistake.
inline constexpr double no_numbers[8] = {};

/// Steps in order, and the numbers of each column: number k of column c is
/// `numbers[k * pitch + c]`. `pitch` is a multiple of 8, so that whole packets can be read.
template <class... Steps>
struct program {
  std::tuple<Steps...> steps;
  const double* numbers = no_numbers;
  index pitch = 0;
  index cols = 0;
};

namespace detail {

/// Tells ops that ask where the rows of a pass begin in their source, its epoch, and whether it
/// samples: `choose(first_row, epoch, samples)`.
template <class... Steps>
void choose_rows(program<Steps...>& p, index first_row, std::uint64_t epoch, bool samples) {
  [[maybe_unused]] auto tell = [&](auto& step) {
    if constexpr (requires { step.op.choose(first_row, epoch, samples); })
      step.op.choose(first_row, epoch, samples);
  };
  std::apply([&](auto&... step) { (tell(step), ...); }, p.steps);
}

}  // namespace detail

/// The numbers of one column.
struct numbers_of_column {
  const double* at;
  index pitch;
  SMELT_CALLS_ANY
  template <class V>
  SMELT_HD V get(int k) const {
    return V(at[k * pitch]);
  }
};

/// The row of numbers that says which columns may hold infinities; -1 where none may.
template <class Program>
inline constexpr int admit_row = -1;
template <int Offset, class... Steps>
inline constexpr int admit_row<program<op_step<admit_op, Offset>, Steps...>> = Offset;

/// True for a program that refuses no infinity.
template <class Program>
inline constexpr bool admits_all = false;
template <int Offset, class... Steps>
inline constexpr bool admits_all<program<op_step<admit_all_op, Offset>, Steps...>> = true;

/// True for an infinite value where none may be.
SMELT_CALLS_ANY
template <class Program, class V, class Numbers>
SMELT_HD auto refused(V x, [[maybe_unused]] const Numbers& numbers) {
  if constexpr (admits_all<Program>) {
    return false;
  } else {
    if constexpr (admit_row<Program> >= 0)
      x = where(equal(numbers.template get<V>(admit_row<Program>), V(0.0)), x, V(0.0));
    return equal(magnitude(x), V(infinite_value<double>));
  }
}

template <class Step>
inline constexpr bool is_mark = false;
template <int Slot, class... S>
inline constexpr bool is_mark<mark_step<Slot, S...>> = true;

/// True when every op of a program is a function of one value: rows need not be seen whole.
template <class Program>
inline constexpr bool elementwise = false;
template <class... Steps>
inline constexpr bool elementwise<program<Steps...>> = ([] {
  if constexpr (is_mark<Steps>)
    return true;
  else
    return value_op<decltype(Steps::op)>;
}() && ...);

/// True when a program can drop a row.
template <class Program>
inline constexpr bool drops_rows = false;
template <class... Steps>
inline constexpr bool drops_rows<program<Steps...>> = ([] {
  if constexpr (is_mark<Steps>)
    return false;
  else
    return keep_op<decltype(Steps::op)> || keep_row_op<decltype(Steps::op)>;
}() || ...);

/// Columns padded for rows that are held whole: a power of two, for the tree of row sums, and at
/// least one packet.
constexpr index padded_width(index cols) {
  return cols <= 8 ? 8 : static_cast<index>(std::bit_ceil(static_cast<std::uint64_t>(cols)));
}
/// Columns padded to whole packets of numbers.
constexpr index pitch_of(index cols) { return cols == 0 ? 8 : (cols + 7) / 8 * 8; }

/// What a pass found and could not throw: infinite inputs with the first of them in source order,
/// rows dropped and values changed. Merged by deterministic minimum.
struct pass_status {
  index infinities = 0;
  index first_row = -1;
  index first_col = -1;
  index refused_row = -1;  // the first value that has no code in an output on a device
  index refused_col = -1;
  index dropped = 0;
  index filled = 0;   // counted in programs with marks for it; see plan/changes.hpp
  index clipped = 0;

  bool nothing() const { return (infinities | dropped | filled | clipped) == 0; }
  void infinite_at(index row, index col) {
    ++infinities;
    if (first_row < 0 || row < first_row || (row == first_row && col < first_col)) {
      first_row = row;
      first_col = col;
    }
  }
  void merge(const pass_status& other) {
    if (other.nothing()) return;
    infinities += other.infinities;
    dropped += other.dropped;
    filled += other.filled;
    clipped += other.clipped;
    if (other.first_row >= 0 &&
        (first_row < 0 || other.first_row < first_row ||
         (other.first_row == first_row && other.first_col < first_col))) {
      first_row = other.first_row;
      first_col = other.first_col;
    }
  }
};

/// Reduces `terms[0 .. width)` by halving, width a power of two: the same tree for any packet.
template <class Op>
double halve(const Op& op, double* terms, index width) {
  for (index half = width / 2; half > 0; half /= 2)
    for (index c = 0; c < half; ++c) terms[c] = op.combine(terms[c], terms[c + half]);
  return terms[0];
}

/// Runs a program on one row, one value at a time: the definition that every policy must equal.
/// `row` holds the values on entry, padded with anything to `padded_width(cols)`; `scratch` is as
/// long. `at_mark(mark)` is called at each mark the row reaches. Returns whether the row stays; with
/// `All`, a row that does not stay runs through the rest of the steps all the same.
template <bool All = false, class... Steps, class AtMark>
bool run_row(const program<Steps...>& p, index source_row, index number, double* row,
             double* scratch, AtMark&& at_mark) {
  const index width = padded_width(p.cols);
  auto one = [&](const auto& step) {
    using step_type = std::remove_cvref_t<decltype(step)>;
    if constexpr (is_mark<step_type>) {
      at_mark(step);
      return true;
    } else {
      const auto& op = step.op;
      using op_type = std::remove_cvref_t<decltype(op)>;
      const double* base = p.numbers + step_type::offset * p.pitch;
      std::array<double, static_cast<std::size_t>(step_type::numbers) + 1> held{};
      const double* n = held.data();
      auto load = [&](index c) {
        for (int k = 0; k < step_type::numbers; ++k)
          held[static_cast<std::size_t>(k)] = base[k * p.pitch + c];
      };
      if constexpr (keep_row_op<op_type>) {
        return op.keeps_row(source_row, number);
      } else if constexpr (value_op<op_type>) {
        for (index c = 0; c < p.cols; ++c) {
          load(c);
          row[c] = op.apply(row[c], n);
        }
        return true;
      } else {
        for (index c = 0; c < width; ++c) {
          if (c < p.cols) load(c);
          scratch[c] = c < p.cols ? op.term(row[c], n) : -0.0;
        }
        const double total = halve(op, scratch, width);
        if constexpr (keep_op<op_type>) {
          return op.keeps(total);
        } else {
          const double whole = op.finish(total);
          for (index c = 0; c < p.cols; ++c) {
            load(c);
            row[c] = op.apply(row[c], whole, n);
          }
          return true;
        }
      }
    }
  };
  if constexpr (All) {
    bool stays = true;
    std::apply([&](const auto&... step) { ((stays = one(step) && stays), ...); }, p.steps);
    return stays;
  } else {
    return std::apply([&](const auto&... step) { return (one(step) && ...); }, p.steps);
  }
}

}  // namespace smelt::inline v0
