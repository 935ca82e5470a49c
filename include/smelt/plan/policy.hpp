// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What runs passes.

#include <smelt/core/chain.hpp>
#include <smelt/core/say.hpp>
#include <smelt/core/types.hpp>
#include <smelt/core/view.hpp>

#include <concepts>
#include <string>
#include <tuple>  // std::apply

namespace smelt::inline v0 {

/// A policy is where its data lie and how it runs work: `concurrency(elements)` workers,
/// `for_each(tasks, f)`, a `folder` for the leaves of a fold and a `map`, and the heap that these two
/// take; on::seq in policies/seq.hpp shows each in its plainest form. One whose data lie elsewhere has `choose_shifts`
/// and `fold` of its own, makes its own tables, and tells what a pass found when it is asked to
/// `settle`; see policies/cuda/policy.hpp.
template <class P>
concept policy = requires(const P& p, index n) {
  typename P::space;
  { p.concurrency(n) } -> std::convertible_to<int>;
};

namespace detail {

inline constexpr index bytes_of_a_double = sizeof(double);
/// Bytes that a list holds which grew to so many one by one: up to twice as many, and while it moves
/// those that it moves from.
constexpr index grown(index bytes) { return 3 * bytes; }

/// True for a policy that returns before its passes are done.
template <class P>
inline constexpr bool asynchronous = requires(const P& p) { p.settle(); };

/// Can this policy read this view? Asked for by the verbs themselves, in a static_assert: once there
/// is an error, nvcc instantiates nothing that they call.
template <class P, class View>
constexpr bool check_space() {
  if constexpr (std::is_same_v<typename P::space, host>)
    static_assert(on_host<typename View::space>, SMELT_SAY_HOST_ONLY);
  else if constexpr (!requires { typename View::packs_on_host; })  // of which check_writable speaks
    static_assert(!std::is_same_v<typename View::space, host>, SMELT_SAY_DEVICE_ONLY);
  return true;
}

/// What profilers are shown while a verb runs, for a policy that shows them anything: "smelt fit
/// fill::mean | standardize()". No other makes the words.
template <class Policy>
struct shown_as {
  template <class Chain>
  shown_as(const char*, const Chain&) {}
};
template <class Policy>
  requires requires { typename Policy::runtime_type::shown_range; }
struct shown_as<Policy> {
  template <class Chain>
  shown_as(const char* verb, const Chain& stages)
      : range(std::string("smelt ") + verb + " " + text_of(stages)) {}
  typename Policy::runtime_type::shown_range range;
};

/// Does the memory of this view, if it has any, lie where this policy reaches it? Asked for by the
/// verbs once a call, before anything is written; a policy on the host has nothing to ask.
template <class Policy, class View>
void check_reach([[maybe_unused]] const Policy& policy, [[maybe_unused]] const View& x,
                 [[maybe_unused]] const char* what) {
  if constexpr (asynchronous<Policy>) {
    if (x.rows() == 0) return;
    if constexpr (requires { x.data(); }) {
      if constexpr (requires { x.cols(); })
        if (x.cols() == 0) return;
      policy.expect_reach(x.data(), what);
    } else if constexpr (requires { x.memory(); }) {
      policy.expect_reach(x.memory(), what);
    } else if constexpr (requires { x.places(); }) {
      for (const auto& place : x.places())
        if (x.cols() > 0) policy.expect_reach(place.at, what);
    } else if constexpr (requires { x.stored(); }) {
      for (const auto& column : x.stored()) {
        policy.expect_reach(column.data, what);
        if (column.validity) policy.expect_reach(column.validity, what);
      }
    }
  }
}
/// The same for data that have been opened: a view and its companions.
template <class Policy, class Opened>
void check_reach_of(const Policy& policy, const Opened& from) {
  check_reach(policy, from.x, "input");
  std::apply([&](const auto&... y) { (check_reach(policy, y, "companion"), ...); },
             from.companions);
}

}  // namespace detail

}  // namespace smelt::inline v0
