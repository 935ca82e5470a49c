// SPDX-License-Identifier: BSL-1.0
/// \file
/// Parts, draws and drops: see support/matrix_rows.hpp.

#include <support/matrix_rows.hpp>

using namespace smelt;
using namespace smelt_test;

namespace {
struct rows_split;
}

TEST_CASE("parts of a split and drawn rows") {
  const eigen_twice on_eigen;
  for (const smelt::index cols : {1, 7, 28})
    each_place<double>(1500, cols, holes::some, [&](const auto& x) {
      const auto parts = split<rows_split>(x, {.train = 0.7, .test = 0.3}, seed{5});
      compare(on_eigen, scaled, parts.train);
      compare(on_eigen, dropped, parts.train);
      compare(on_eigen, normed, parts.train);
      compare(on_eigen, sample(take{20, seed{1}}) | scaled, x);
      compare(on_eigen, sample(take{900, seed{1}}) | scaled, x);
      compare(on_eigen, scaled | sample(shuffled{seed{2}}), parts.train);
    });
}

TEST_CASE("a mask, and bytes that drop") {
  const eigen_twice on_eigen;
  std::vector<unsigned char> mask(1500);
  for (std::size_t r = 0; r < mask.size(); ++r) mask[r] = scrambled(r) % 3 == 0;
  for (const smelt::index cols : {1, 8, 13})
    each_place<std::uint8_t>(1500, cols, holes::none, [&](const auto& x) {
      compare(on_eigen, drop::where(mask) | scaled, x);
      compare(on_eigen, drop::outside(3, 254) | scaled, x);
    });
}
