// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// transform: applies a fitted chain in one pass, into a new table, a given output, or in place.

#include <smelt/fit.hpp>
#include <smelt/run_transform.hpp>

#include <new>  // std::nothrow_t
#include <utility>

namespace smelt::inline v0 {

/// A view whose elements are to be replaced by their transform.
template <class View>
struct in_place_t {
  using written_in_place = View;
  View x;
};
/// `transform(policy, fitted, in_place(x))`
template <viewable X>
auto in_place(X&& x) {
  return in_place_t<decltype(as_view(x))>{as_view(x)};
}
template <class X>
auto in_place(X&&) {
  if constexpr (is_part<std::remove_cvref_t<X>>)
    static_assert(always_false<X>, SMELT_SAY_IN_PLACE);
  else
    detail::speak_of_data<X>();
  return poison{};
}

/// Asks a transform by value to count the values that fills have put there and clips have changed:
/// `transform(std::nothrow, policy, fitted, x, y, counted)`. Without it nothing is counted, and
/// nothing spent on it; with it, on::eigen goes through tiles.
struct counted_t {};
inline constexpr counted_t counted{};

namespace detail {

template <class X>
concept says_counted = std::is_same_v<X, counted_t>;

template <class Policy, class... Counted>
constexpr bool check_counted() {
  static_assert(sizeof...(Counted) == 0 || !asynchronous<Policy>, SMELT_SAY_COUNTED_ON_HOST);
  return sizeof...(Counted) <= 1;
}
template <class Policy, class... Counted>
inline constexpr bool can_count = sizeof...(Counted) > 0 && !asynchronous<Policy>;
template <class Policy, class Origin, class Data, class... Out>
constexpr bool check_transform() {
  return check_origin<Data, Origin>() && check_space<Policy, view_of<Data>>() &&
         (check_space<Policy, view_of<Out>>() && ...);
}
template <class Chain, row_stages Mode>
constexpr bool check_in_place() {
  constexpr auto plan = plan_of<Chain>;
  static_assert(
      Mode == row_stages::none || (!plan.drops_rows && !(plan.samples && Mode == row_stages::all)),
      SMELT_SAY_IN_PLACE);
  return true;
}
template <class Policy, class Out>
constexpr bool check_writable() {
  using view = decltype(as_view(std::declval<Out&>()));
  constexpr bool can = writable<view>;
  constexpr bool here = std::is_same_v<typename Policy::space, host> ||
                        !requires { typename std::remove_cvref_t<view>::packs_on_host; };
  static_assert(can, SMELT_SAY_READ_ONLY);
  static_assert(here, SMELT_SAY_PACKED_OUTPUT);
  return can && here;
}

}  // namespace detail

/// Applies a fitted chain and returns a new table (with companions: a labelled table). The element
/// type is float for float data and double otherwise, or as given: `transform<float>(...)`.
/// \passes one read and one write of each element that comes out
/// \missing as the stages say
/// \precision values are computed in double and rounded once
/// \errors shape_error for another number of columns, type_error for other names, value_error after
/// the pass when an infinity was met (its element is written as missing); on a device, type_error
/// for a pointer that it cannot reach
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, data Data>
auto transform(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const Data& d) {
  static_assert(detail::check_transform<Policy, Origin, Data>());
  return detail::transform_new<Result, false>(policy, f, d).value();
}

/// Applies a fitted chain into memory of the caller's, a dense matrix or a view with `write_rows` (a
/// field, a codec) of at least as many rows as may come out, and returns the number of rows written. Companions do not follow. The output may
/// be the input itself, element for element, where no row stage moves rows. A device is not waited
/// for: where rows may drop, their number is a `row_count`, which waits when it is asked for.
/// \errors as above, and shape_error when the output has another width, too few rows, or overlaps
/// the input
template <policy Policy, class Chain, class Origin, row_stages Mode, data Data, class Out>
  requires viewable<Out>
auto transform(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const Data& d,
               Out&& output) {
  static_assert(detail::check_transform<Policy, Origin, Data, Out>());
  if constexpr (detail::check_writable<Policy, Out>()) {
    status found;
    const auto written = detail::transform_into<false>(policy, f, d, as_view(output), found);
    found.raise();
    if constexpr (std::is_same_v<decltype(written), const index>)
      return written;
    else
      return *written;
  } else {
    return index{0};
  }
}

/// Replaces the elements of a view by their transform.
template <policy Policy, class Chain, class Origin, row_stages Mode, class View>
void transform(const Policy& policy, const fitted<Chain, Origin, Mode>& f,
               const in_place_t<View>& d) {
  static_assert(detail::check_in_place<Chain, Mode>());
  transform(policy, f, d.x, d.x);
}

/// fit, then transform of the same data.
template <class Result = detail::choose_result, policy Policy, chainable Chain,
          detail::may_fit Data>
  requires detail::sound<Chain>
auto fit_transform(const Policy& policy, const Chain& stages, const Data& d) {
  return transform<Result>(policy, fit(policy, stages, d), d);
}

// The same by value.

/// transform by value: a table, or the status that says why there is none.
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, data Data, detail::says_counted... Counted>
auto transform(std::nothrow_t, const Policy& policy, const fitted<Chain, Origin, Mode>& f,
               const Data& d, Counted...) noexcept {
  static_assert(detail::check_transform<Policy, Origin, Data>() &&
                detail::check_counted<Policy, Counted...>());
  constexpr bool counted_too = detail::can_count<Policy, Counted...>;
  return detail::attempt([&] { return detail::transform_new<Result, counted_too>(policy, f, d); });
}

/// transform into memory of the caller's by value: a status, with the number of rows written. On a
/// device, where rows may drop, an outcome with their `row_count`. One row of a chain of value
/// stages allocates nothing.
template <policy Policy, class Chain, class Origin, row_stages Mode, data Data, class Out,
          detail::says_counted... Counted>
  requires viewable<Out>
auto transform(std::nothrow_t, const Policy& policy, const fitted<Chain, Origin, Mode>& f,
               const Data& d, Out&& output, Counted...) noexcept {
  static_assert(detail::check_transform<Policy, Origin, Data, Out>() &&
                detail::check_counted<Policy, Counted...>());
  if constexpr (detail::check_writable<Policy, Out>())
    return detail::try_transform_into<detail::can_count<Policy, Counted...>>(policy, f, d, output);
  else
    return status{};
}
template <policy Policy, class Chain, class Origin, row_stages Mode, class View,
          detail::says_counted... Counted>
auto transform(std::nothrow_t, const Policy& policy, const fitted<Chain, Origin, Mode>& f,
               const in_place_t<View>& d, Counted... how) noexcept {
  static_assert(detail::check_in_place<Chain, Mode>());
  return transform(std::nothrow, policy, f, d.x, d.x, how...);
}

/// fit_transform by value.
template <class Result = detail::choose_result, policy Policy, chainable Chain,
          detail::may_fit Data>
  requires detail::sound<Chain>
auto fit_transform(std::nothrow_t, const Policy& policy, const Chain& stages,
                   const Data& d) noexcept {
  const auto f = fit(std::nothrow, policy, stages, d);
  using result = decltype(transform<Result>(std::nothrow, policy, *f, d));
  return f ? transform<Result>(std::nothrow, policy, *f, d) : result(f);
}

// What no overload above takes speaks here.
template <class Result = detail::choose_result, class... Args>
auto transform(const Args&...) {
  detail::speak_of_use<detail::verb::transform, Args...>();
  return poison{};
}
template <class Result = detail::choose_result, class... Args>
auto transform(std::nothrow_t, const Args&...) {
  detail::speak_of_use<detail::verb::transform, Args...>();
  return poison{};
}
template <class Result = detail::choose_result, class... Args>
auto fit_transform(const Args&...) {
  detail::speak_of_fit<Args...>();
  return poison{};
}
template <class Result = detail::choose_result, class... Args>
auto fit_transform(std::nothrow_t, const Args&...) {
  detail::speak_of_fit<Args...>();
  return poison{};
}

}  // namespace smelt::inline v0
