// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// inverse: from transformed values back to source values.

#include <smelt/transform.hpp>

namespace smelt::inline v0 {

namespace detail {

template <class Op>
concept invertible = requires(const Op& op, double y, const double* n) {
  { op.invert(y, n) } -> std::same_as<double>;
};

template <class Program>
inline constexpr bool all_invertible = false;
template <class... Steps>
inline constexpr bool all_invertible<program<Steps...>> = (invertible<decltype(Steps::op)> && ...);

/// Undoes the steps of a program on one value of column c, the last step first.
template <std::size_t I, class... Steps>
double undo(const program<Steps...>& p, double y, index c) {
  if constexpr (I == 0) {
    return y;
  } else {
    const auto& step = std::get<I - 1>(p.steps);
    using step_type = std::remove_cvref_t<decltype(step)>;
    std::array<double, static_cast<std::size_t>(step_type::numbers) + 1> n{};
    for (int k = 0; k < step_type::numbers; ++k)
      n[static_cast<std::size_t>(k)] = p.numbers[(step_type::offset + k) * p.pitch + c];
    return undo<I - 1>(p, step.op.invert(y, static_cast<const double*>(n.data())), c);
  }
}

}  // namespace detail

/// Source values from transformed ones: x = (y - offset) / slope + centre for each affine run, the
/// runs in reverse order. Fills and clips cannot be seen in their results and are the identity;
/// dropped columns come back as missing values.
/// \shape rows x columns out -> rows x columns in
/// \missing stays missing
/// \precision a few units in the last place of double, rounded once to the element type
/// \errors shape_error for another number of columns
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, class View>
  requires viewable<View>
auto inverse(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const View& y) {
  const auto from = as_view(y);
  using view_type = std::remove_cvref_t<decltype(from)>;
  using value = detail::chosen_result<Result, typename view_type::value_type>;
  constexpr auto plan = plan_of<Chain>;
  static_assert(Mode == row_stages::none ||
                    (!plan.drops_rows && !(plan.samples && Mode == row_stages::all)),
                SMELT_SAY_INVERSE_ROWS);
  static_assert(detail::asynchronous<Policy> || on_host<typename view_type::space>,
                SMELT_SAY_HOST_ONLY);
  const auto program = f.learned().template map_program<false>();
  if constexpr (detail::asynchronous<Policy>) {
    static_assert(always_false<Policy>, SMELT_SAY_INVERSE_HOST);
    return poison{};
  } else if constexpr (!std::is_floating_point_v<value>) {
    static_assert(always_false<value>, SMELT_SAY_INTEGER_OUTPUT);
    return poison{};
  } else if constexpr (!detail::all_invertible<std::remove_cvref_t<decltype(program)>>) {
    static_assert(always_false<Chain>, SMELT_SAY_INVERSE_NORM);
    return poison{};
  } else {
    expect<shape_error>(from.cols() == f.cols_out(), "the chain writes ", f.cols_out(),
                        " columns, this view has ", from.cols());
    table<value> out(from.rows(), f.cols(), f.names());
    constexpr index block = 256;
    constexpr auto steps = std::tuple_size_v<decltype(program.steps)>;
    policy.for_each((from.rows() + block - 1) / block, [&](index task, int) {
      const index end = std::min(from.rows(), (task + 1) * block);
      for (index r = task * block; r < end; ++r) {
        for (index c = 0; c < f.cols() && plan.drops_columns; ++c)
          out(r, c) = missing_value<value>;
        for (index k = 0; k < f.cols_out(); ++k) {
          const index c = plan.drops_columns ? f.kept_columns()[static_cast<std::size_t>(k)] : k;
          out(r, c) =
              narrow<value>(detail::undo<steps>(program, static_cast<double>(from(r, k)), c));
        }
      }
    });
    return out;
  }
}

// What no overload above takes speaks here.
template <class Result = detail::choose_result, class... Args>
auto inverse(const Args&...) {
  detail::speak_of_use<detail::verb::inverse, Args...>();
  return poison{};
}

}  // namespace smelt::inline v0
