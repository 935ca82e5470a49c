// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// inverse: from transformed values back to source values.

#include <smelt/transform.hpp>

#include <new>        // std::nothrow_t
#include <tuple>
#include <vector>

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

/// An op that goes back: what a device's map runs.
template <class Op>
struct undo_op {
  static constexpr int numbers = Op::numbers;
  Op op;
  SMELT_HD double apply(double y, const double* n) const { return op.invert(y, n); }
  template <class Place>
    requires requires(const Op& o, Place& place) { o.placed(place); }
  undo_op placed(Place&& place) const { return {op.placed(place)}; }
};
/// The steps of a program in reverse, each going back. Infinities come through, as through `undo`.
template <class... Steps>
auto reversed(const program<Steps...>& p) {
  constexpr std::size_t first = admit_row<program<Steps...>> >= 0 ? 1 : 0;
  constexpr std::size_t size = sizeof...(Steps);
  auto one = []<class Op, int Offset>(const op_step<Op, Offset>& step) {
    return op_step<undo_op<Op>, Offset>{{step.op}};
  };
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return program<op_step<admit_all_op, 0>, decltype(one(std::get<size - 1 - I>(p.steps)))...>{
        std::make_tuple(op_step<admit_all_op, 0>{}, one(std::get<size - 1 - I>(p.steps))...),
        p.numbers, p.pitch, p.cols};
  }(std::make_index_sequence<size - first>{});
}

/// Undoes a chain on `y`, a row of `out` for each row.
template <class Policy, class Fitted, class View, class Out>
void undo_into(const Policy& policy, const Fitted& f, const View& y, const Out& out) {
  [[maybe_unused]] const shown_as<Policy> range("inverse", f.stages());
  using value = typename Out::value_type;
  const auto program = f.learned().template map_program<false>();
  using program_type = std::remove_const_t<decltype(program)>;
  if constexpr (!has_missing<value>) {
    static_assert(always_false<value>, SMELT_SAY_INTEGER_OUTPUT);
  } else if constexpr (all_invertible<program_type>) {  // else it has been said
    // Which column of `y` each column of the result comes from.
    std::vector<index> place;
    if constexpr (Fitted::plan.drops_columns) {
      place.assign(static_cast<std::size_t>(f.cols()), -1);
      for (index k = 0; k < f.cols_out(); ++k)
        place[static_cast<std::size_t>(f.kept_columns()[static_cast<std::size_t>(k)])] = k;
    }
    if constexpr (asynchronous<Policy>) {
      const drawn_rows rows{row_map(y.rows()), row_map(y.rows())};
      const map_request request{rows, nullptr, nullptr, f.placed()};
      if constexpr (Fitted::plan.drops_columns)
        policy.map(reversed(program), spread_columns<View>{y, place.data(), f.cols()}, request, out,
                   followers<>{});
      else
        policy.map(reversed(program), y, request, out, followers<>{});
    } else {
      constexpr index block = 256;
      constexpr auto steps = std::tuple_size_v<decltype(program.steps)>;
      auto undone = [&](index r, index c, index k) {
        return narrow<value>(undo<steps>(program, static_cast<double>(y(r, k)), c));
      };
      policy.for_each((y.rows() + block - 1) / block, [&](index task, int) {
        const index end = std::min(y.rows(), (task + 1) * block);
        auto result_at = [&](index r, index c) {
          const index k = Fitted::plan.drops_columns ? place[static_cast<std::size_t>(c)] : c;
          return k < 0 ? missing_value<value> : undone(r, c, k);
        };
        if constexpr (block_output<Out>) {
          list<value> row(static_cast<std::size_t>(f.cols()), memory_of(policy));
          for (index r = task * block; r < end; ++r) {
            for (index c = 0; c < f.cols(); ++c)
              row[static_cast<std::size_t>(c)] = result_at(r, c);
            write_rows(out, r, index{1}, static_cast<const value*>(row.data()));
          }
        } else {
          for (index r = task * block; r < end; ++r)
            for (index c = 0; c < f.cols(); ++c) out(r, c) = result_at(r, c);
        }
      });
    }
  }
}

template <class Fitted, class View>
bool check_written(const Fitted& f, const View& y, status& found) {
  return expect<shape_error>(found, y.cols() == f.cols_out(), "the chain writes ", f.cols_out(),
                             " columns, this view has ", y.cols());
}

/// An inverse into new memory.
template <class Result, class Policy, class Fitted, class Data>
auto inverted(const Policy& policy, const Fitted& f, const Data& data) {
  const auto y = as_view(data);
  using value = chosen_result<Result, typename std::remove_cvref_t<decltype(y)>::value_type>;
  using result = outcome<decltype(make_table<value>(policy, 0, 0, {}))>;
  status found;
  if (!check_written(f, y, found)) return result(found);
  check_reach(policy, y, "input");
  auto made = make_table<value>(policy, y.rows(), f.cols(), f.names());
  undo_into(policy, f, y, made.view());
  found.rows = y.rows();
  return result(std::move(made), found);
}

/// An inverse into given memory: a status with the rows written.
template <class Policy, class Fitted, class Data, class Output>
status inverted_into(const Policy& policy, const Fitted& f, const Data& data, Output& output) {
  const auto y = as_view(data);
  const auto out = as_view(output);
  status found;
  if (!expect<shape_error>(found, out.cols() == f.cols(), "the inverse has ", f.cols(),
                           " columns, the output has ", out.cols()))
    return found;
  if (!expect<shape_error>(found, out.rows() >= y.rows(), y.rows(),
                           " rows are undone, the output has ", out.rows()))
    return found;
  if (!check_overlap(y, out, f.cols_out() != f.cols(), found)) return found;
  if (!check_written(f, y, found)) return found;
  check_reach(policy, y, "input");
  check_reach(policy, out, "output");
  undo_into(policy, f, y, out);
  if constexpr (requires { out.check_written(found); }) out.check_written(found);
  found.rows = y.rows();
  return found;
}

template <class Policy, class Chain, row_stages Mode, class View, class... Out>
constexpr bool check_inverse() {
  constexpr auto plan = plan_of<Chain>;
  static_assert(Mode == row_stages::none ||
                    (!plan.drops_rows && !(plan.samples && Mode == row_stages::all)),
                SMELT_SAY_INVERSE_ROWS);
  using program_type = std::remove_cvref_t<
      decltype(std::declval<const learned_numbers<Chain>&>().template map_program<false>())>;
  static_assert(all_invertible<program_type>, SMELT_SAY_INVERSE_NORM);
  return check_space<Policy, View>() && (check_space<Policy, Out>() && ...);
}

}  // namespace detail

/// Source values from transformed ones: x = (y - offset) / slope + centre for each affine run, the
/// runs in reverse order. Fills and clips cannot be seen in their results and are the identity;
/// dropped columns come back as missing values. On a device it is one kernel, and nothing is waited
/// for.
/// \shape rows x columns out -> rows x columns in
/// \missing stays missing
/// \precision a few units in the last place of double, rounded once to the element type
/// \errors shape_error for another number of columns; on a device, type_error for a pointer that it
/// cannot reach
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, class View>
  requires viewable<View>
auto inverse(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const View& y) {
  static_assert(detail::check_inverse<Policy, Chain, Mode, detail::view_of<View>>());
  return detail::inverted<Result>(policy, f, y).value();
}

/// The same into memory of the caller's, a dense matrix or a view with `write_rows`, of at least as many
/// rows; returns the number of rows written. The output may be `y` itself, element for element, where no column left.
/// \errors as above, and shape_error when the output has another width, too few rows, or overlaps
/// `y`
template <policy Policy, class Chain, class Origin, row_stages Mode, class View, class Out>
  requires viewable<View> && viewable<Out>
index inverse(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const View& y,
              Out&& output) {
  static_assert(detail::check_inverse<Policy, Chain, Mode, detail::view_of<View>,
                                      detail::view_of<Out>>());
  if constexpr (detail::check_writable<Policy, Out>()) {
    const status ended = detail::inverted_into(policy, f, y, output);
    ended.raise();
    return ended.rows;
  } else {
    return 0;
  }
}

/// Replaces the elements of a view by their inverse.
template <policy Policy, class Chain, class Origin, row_stages Mode, class View>
void inverse(const Policy& policy, const fitted<Chain, Origin, Mode>& f,
             const in_place_t<View>& y) {
  inverse(policy, f, y.x, y.x);
}

/// inverse by value: a table, or the status that says why there is none.
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, class View>
  requires viewable<View>
auto inverse(std::nothrow_t, const Policy& policy, const fitted<Chain, Origin, Mode>& f,
             const View& y) noexcept {
  static_assert(detail::check_inverse<Policy, Chain, Mode, detail::view_of<View>>());
  return detail::attempt([&] { return detail::inverted<Result>(policy, f, y); });
}
/// inverse into memory of the caller's by value: a status, with the number of rows written.
template <policy Policy, class Chain, class Origin, row_stages Mode, class View, class Out>
  requires viewable<View> && viewable<Out>
status inverse(std::nothrow_t, const Policy& policy, const fitted<Chain, Origin, Mode>& f,
               const View& y, Out&& output) noexcept {
  static_assert(detail::check_inverse<Policy, Chain, Mode, detail::view_of<View>,
                                      detail::view_of<Out>>());
  if constexpr (detail::check_writable<Policy, Out>())
    return detail::attempt([&] { return detail::inverted_into(policy, f, y, output); });
  else
    return {};
}
template <policy Policy, class Chain, class Origin, row_stages Mode, class View>
status inverse(std::nothrow_t, const Policy& policy, const fitted<Chain, Origin, Mode>& f,
               const in_place_t<View>& y) noexcept {
  return inverse(std::nothrow, policy, f, y.x, y.x);
}

// What no overload above takes speaks here.
template <class Result = detail::choose_result, class... Args>
auto inverse(const Args&...) {
  detail::speak_of_use<detail::verb::inverse, Args...>();
  return poison{};
}
template <class Result = detail::choose_result, class... Args>
auto inverse(std::nothrow_t, const Args&...) {
  detail::speak_of_use<detail::verb::inverse, Args...>();
  return poison{};
}

}  // namespace smelt::inline v0
