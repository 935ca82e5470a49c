// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Whether a device can reach a pointer. The space of a view is in its type and cannot be wrong by
/// accident; where its pointer leads is not, and a kernel that follows a wrong one ends the process's
/// use of the device.

#include <smelt/core/error.hpp>

namespace smelt::inline v0 {

namespace detail {

/// Where a pointer leads, as a runtime sees it from its device.
struct reach {
  enum where {
    here,  ///< the device reads and writes it: its own memory, a peer's, managed or pinned memory
    host,  ///< no device knows it: plain host memory, or memory that has been given back
    other  ///< the memory of another device
  };
  where leads = here;
  int device = 0;  ///< for `other`: which
};

/// Throws for a pointer that the device of `runtime` cannot follow; `what` says whose it is.
template <class Runtime>
void expect_reach(const Runtime& runtime, const void* at, const char* what) {
  const reach found = runtime.reach_of(at);
  expect<type_error>(found.leads != reach::host, "on::cuda: the ", what,
                     " lies in plain host memory, or in memory given back, which device ",
                     runtime.device(), " cannot reach; copy it with to_device");
  expect<type_error>(found.leads != reach::other, "on::cuda: the ", what, " lies on device ",
                     found.device, ", the policy runs on device ", runtime.device());
}

}  // namespace detail

}  // namespace smelt::inline v0
