// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// element: a fitted chain as a function of one value, for a kernel, a Thrust algorithm or a loop of
/// your own. It has no form by value: ask first whether the column is there. It compiles with
/// -fno-exceptions and -fno-rtti, where one that is not ends the program.

#include <smelt/fitted.hpp>
#include <smelt/policies/cuda/steps.hpp>
#include <smelt/speak.hpp>

namespace smelt::inline v0 {

/// The chain on values of one column: trivially copyable, host and device.
template <class Program>
class column_function {
 public:
  SMELT_HD column_function(const detail::device_program<Program>& program, const double* numbers,
                           int column)
      : steps_(program.steps), numbers_(program, numbers, column) {}

  /// What the chain makes of `x`; an infinity that it has no rule for becomes missing.
  SMELT_HD double operator()(double x) const {
    if (refused<Program>(x, numbers_)) return missing_value<double>;
    int k = 0;
    steps_.each([&](const auto& step) {
      x = step.op.apply(x, numbers_.at + k);
      k += std::remove_cvref_t<decltype(step)>::numbers;
    });
    return missing(x) ? missing_value<double> : x;
  }

 private:
  decltype(detail::device_program<Program>::steps) steps_;
  detail::column_numbers<Program> numbers_;
};

/// The chain on values of any column: trivially copyable, host and device. It holds its numbers, 3 KiB.
template <class Program>
class element_function {
 public:
  /// Numbers of all columns that there is room for.
  static constexpr index most = 384;

  explicit element_function(const Program& p)
      : program_(detail::for_device(p, [](const auto* host_array, index) { return host_array; })) {
    const index count = detail::rows_of_numbers<Program> * p.pitch;
    expect<shape_error>(count <= most, "element: ", p.cols, " columns have ", count,
                        " numbers, there is room for ", most, "; ask for one: element(fitted, column)");
    for (index i = 0; i < count; ++i) numbers_[i] = p.numbers[i];
  }

  SMELT_HD double operator()(double x, int column) const { return this->column(column)(x); }
  /// The function of one column; columns count from 0 in the data that the chain was fitted on.
  SMELT_HD column_function<Program> column(int c) const { return {program_, numbers_, c}; }

 private:
  detail::device_program<Program> program_;
  double numbers_[static_cast<std::size_t>(most)] = {};
};

/// `element(fitted)(x, column)`: the values that a transform writes, in double, before they are
/// rounded to the output type. Row stages have no part in it.
/// \complexity O(stages) for a value, no memory
/// \errors shape_error when all columns have more numbers than fit
template <class Chain, class Origin, row_stages Mode>
auto element(const fitted<Chain, Origin, Mode>& f) {
  const auto program = f.learned().template map_program<false>();
  using program_type = std::remove_const_t<decltype(program)>;
  if constexpr (elementwise<program_type>) {
    return element_function<program_type>(program);
  } else {
    static_assert(always_false<Chain>, SMELT_SAY_NOT_ELEMENTWISE);
    return poison{};
  }
}
/// `element(fitted, column)(x)`: the same of one column, with no more than its own numbers. It is there
/// for any number of columns.
/// \errors value_error when there is no such column
template <class Chain, class Origin, row_stages Mode>
auto element(const fitted<Chain, Origin, Mode>& f, index column) {
  const auto program = f.learned().template map_program<false>();
  using program_type = std::remove_const_t<decltype(program)>;
  if constexpr (elementwise<program_type>) {
    expect<value_error>(0 <= column && column < f.cols(), "element: there is no column ", column,
                        ", the chain was fitted on ", f.cols(), " columns");
    return column_function<program_type>(
        detail::for_device(program, [](const auto* host_array, index) { return host_array; }),
        program.numbers, static_cast<int>(column));
  } else {
    static_assert(always_false<Chain>, SMELT_SAY_NOT_ELEMENTWISE);
    return poison{};
  }
}
template <class X>
auto element(const X&, index = 0) {
  if constexpr (!any_poison<X>) static_assert(always_false<X>, SMELT_SAY_NOT_FITTED);
  return poison{};
}

}  // namespace smelt::inline v0
