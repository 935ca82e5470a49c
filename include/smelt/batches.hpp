// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// batches: the transformed rows of an epoch, a few at a time, each computed when it is asked for.

#include <smelt/batch_range.hpp>
#include <smelt/transform.hpp>

#include <new>  // std::nothrow_t
#include <tuple>
#include <type_traits>

namespace smelt::inline v0 {

namespace detail {

template <errors Errors, class Result, class Policy, class Fitted, class Data>
auto epoch(const Policy& policy, const Fitted& f, const Data& d,
           const batch_options& options) noexcept(Errors == errors::by_value) {
  using opened_type = decltype(open(d));
  using value = chosen_result<Result, typename view_of<Data>::value_type>;
  return [&]<class... Y>(std::type_identity<std::tuple<Y...>>) {
    return batch_range<Errors, Policy, Fitted, decltype(held(d)), value, typename Y::value_type...>(
        policy, f, d, options);
  }(std::type_identity<decltype(opened_type::companions)>{});
}

}  // namespace detail

/// The batches of an epoch of transformed data: samplers draw with the epoch, dropped rows leave no
/// gap. On on::eigen nothing is allocated after the range is made, but at the start of an epoch whose
/// rows are a list, or more than there were in those before.
/// \errors as transform, and value_error when `rows` is not positive
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, data Data>
auto batches(const Policy& policy, const fitted<Chain, Origin, Mode>& f, const Data& d,
             const batch_options& options = {}) {
  static_assert(detail::check_transform<Policy, Origin, Data>());
  return detail::epoch<errors::thrown, Result>(policy, f, d, options);
}
/// batches by value: an epoch that cannot begin is empty, one that meets an infinity ends before that
/// batch, and `ended()` says why.
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, data Data>
auto batches(std::nothrow_t, const Policy& policy, const fitted<Chain, Origin, Mode>& f,
             const Data& d, const batch_options& options = {}) noexcept {
  static_assert(detail::check_transform<Policy, Origin, Data>());
  return detail::epoch<errors::by_value, Result>(policy, f, d, options);
}

// A range of batches over a temporary table dangles.
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, detail::owning Data>
auto batches(const Policy&, const fitted<Chain, Origin, Mode>&, const Data&&,
             const batch_options& = {}) {
  static_assert(always_false<Data>, SMELT_SAY_TEMPORARY);
  return poison{};
}
template <class Result = detail::choose_result, policy Policy, class Chain, class Origin,
          row_stages Mode, detail::owning Data>
auto batches(std::nothrow_t, const Policy&, const fitted<Chain, Origin, Mode>&, const Data&&,
             const batch_options& = {}) {
  static_assert(always_false<Data>, SMELT_SAY_TEMPORARY);
  return poison{};
}
// What no overload above takes speaks here; options in bare braces bind to nothing but themselves.
template <class Result = detail::choose_result, class... Args>
auto batches(const Args&...) {
  detail::speak_of_use<detail::verb::batches, Args...>();
  return poison{};
}
template <class Result = detail::choose_result, class A, class B>
auto batches(const A&, const B&, const batch_options&) {
  detail::speak_of_use<detail::verb::batches, A, B>();
  return poison{};
}
template <class Result = detail::choose_result, class A, class B, class C>
auto batches(const A&, const B&, const C&, const batch_options&) {
  detail::speak_of_use<detail::verb::batches, A, B, C>();
  return poison{};
}
template <class Result = detail::choose_result, class... Args>
auto batches(std::nothrow_t, const Args&...) {
  detail::speak_of_use<detail::verb::batches, Args...>();
  return poison{};
}
template <class Result = detail::choose_result, class A, class B, class C>
auto batches(std::nothrow_t, const A&, const B&, const C&, const batch_options&) {
  detail::speak_of_use<detail::verb::batches, A, B, C>();
  return poison{};
}

}  // namespace smelt::inline v0
