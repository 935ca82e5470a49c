// SPDX-License-Identifier: BSL-1.0
#include <smelt/policies/cuda/reach.hpp>

#include <doctest/doctest.h>

#include <string>

using smelt::detail::expect_reach;
using smelt::detail::reach;

namespace {

struct runtime_that_finds {
  reach found;
  reach reach_of(const void*) const { return found; }
  int device() const { return 2; }
};

std::string said(const reach& found) {
  try {
    expect_reach(runtime_that_finds{found}, nullptr, "output");
    return {};
  } catch (const smelt::type_error& e) {
    return e.what();
  }
}

}  // namespace

TEST_CASE("a pointer is followed, or its place is named") {
  CHECK(said({reach::here, 2}) == "");
  CHECK(said({reach::host, 0}) ==
        "on::cuda: the output lies in plain host memory, or in memory given back, which device 2 "
        "cannot reach; copy it with to_device");
  CHECK(said({reach::other, 5}) ==
        "on::cuda: the output lies on device 5, the policy runs on device 2");
}
