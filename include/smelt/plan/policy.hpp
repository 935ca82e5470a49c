// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// What runs passes.

#include <smelt/core/types.hpp>

#include <concepts>

namespace smelt::inline v0 {

/// A policy is where its data lie and how it runs work: `concurrency(elements)` workers,
/// `for_each(tasks, f)`, a `folder` for the leaves of a fold and a `map`; on::seq in
/// policies/seq.hpp shows each in its plainest form.
template <class P>
concept policy = requires(const P& p, index n) {
  typename P::space;
  { p.concurrency(n) } -> std::convertible_to<int>;
};

}  // namespace smelt::inline v0
