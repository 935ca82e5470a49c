// SPDX-License-Identifier: BSL-1.0

/// \file
/// Golden cases of the chain of the README, from every type.

#include "cases.hpp"

namespace golden {

namespace {

using namespace smelt;

auto readme() {
  return clean(fill::mean) | standardize() | normalize(min_max{-1, 1}) | sample(shuffled{seed{42}});
}
oracle::chain readme_oracle() {
  oracle::chain c;
  c.then(oracle::fill_mean()).then(oracle::standardize()).then(oracle::min_max(-1, 1));
  return c;
}

}  // namespace

void add_readme_chain(catalogue& to) {
  add<float, float, true>(to, "readme", readme(), readme_oracle, shapes(1, 0));
  add<double, float>(to, "readme", readme(), readme_oracle, shapes(3, 0));
  add<std::int32_t, float>(to, "readme", readme(), readme_oracle, shapes(3, 1));
  add<std::uint8_t, double>(to, "readme", readme(), readme_oracle, shapes(3, 2));
}

}  // namespace golden
