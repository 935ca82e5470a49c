// SPDX-License-Identifier: BSL-1.0
#include <smelt/policies/cuda/reach.hpp>

#include <doctest/doctest.h>

#include <smelt/plan/source.hpp>

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

TEST_CASE("rows of a list on the host are refused") {
  const smelt::index list[] = {2, 0, 1};
  const smelt::row_map all(3);
  const auto listed = smelt::row_map::listed(3, list, 3);
  CHECK_NOTHROW(smelt::detail::expect_no_list(smelt::drawn_rows{all, all}));
  for (const auto& rows : {smelt::drawn_rows{all, listed}, smelt::drawn_rows{listed, all}})
    CHECK_THROWS_WITH_AS(smelt::detail::expect_no_list(rows),
                         "on::cuda: these rows are chosen by a list, which lies in host memory; "
                         "choose them on the host, or by a sampler without one",
                         smelt::type_error);
}
